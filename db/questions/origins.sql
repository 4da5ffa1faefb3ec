-- The other sources of a run's records, in the order they were imported.
SELECT s.source, s.kind, count(r.number) AS identified
FROM run_import AS i
JOIN reference_import AS s ON s.id = i.import
JOIN reference AS r ON r.import = i.import
WHERE i.run = ?1
GROUP BY s.source, s.kind
ORDER BY min(s.id)
