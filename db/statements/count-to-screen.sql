SELECT count(*)
FROM run_record AS r
LEFT JOIN screened AS s ON s.screening = ?1 AND s.revision = r.revision
WHERE r.run = ?2 AND s.revision IS NULL
