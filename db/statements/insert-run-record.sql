INSERT INTO run_record (run, pmid, revision)
SELECT ?1, pmid, id FROM record_revision WHERE pmid = ?2 AND sha256 = ?3
ON CONFLICT (run, pmid) DO NOTHING
