-- Work left of a screening: revisions of the run that it has not seen.
SELECT r.revision, v.xml
FROM run_record AS r
JOIN record_revision AS v ON v.id = r.revision
LEFT JOIN screened AS s ON s.screening = ?1 AND s.revision = r.revision
WHERE r.run = ?2 AND s.revision IS NULL
ORDER BY r.pmid
LIMIT ?3
