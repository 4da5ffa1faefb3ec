INSERT INTO run_record (run, pmid, revision) SELECT ?1, pmid, revision FROM run_record WHERE run = ?2
