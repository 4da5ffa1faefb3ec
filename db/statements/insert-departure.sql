INSERT INTO departure (run, since, pmid, kind, reason, revision, told_at)
SELECT ?1, ?2, ?3, ?4, ?5, (SELECT id FROM record_revision WHERE pmid = ?3 AND sha256 = ?6), ?7
WHERE true
ON CONFLICT (run, since, pmid) DO NOTHING
