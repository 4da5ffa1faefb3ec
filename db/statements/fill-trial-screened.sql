-- Cases that a stored screening read from the records of a run.
INSERT INTO temp.screened (screening, revision, cases)
SELECT 0, s.revision, s.cases
FROM main.screened AS s
JOIN run_record AS r ON r.revision = s.revision
WHERE s.screening = ?1 AND r.run = ?2
