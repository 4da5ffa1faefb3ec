INSERT INTO refusal (run, pmid, reason, refused_at) SELECT ?1, pmid, reason, refused_at FROM refusal WHERE run = ?2
