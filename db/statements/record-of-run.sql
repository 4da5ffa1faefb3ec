SELECT r.revision, v.xml
FROM run_record AS r
JOIN record_revision AS v ON v.id = r.revision
WHERE r.run = ?1 AND r.pmid = ?2
