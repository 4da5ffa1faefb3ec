-- Assessments of a stored screening that still apply; ?3 is a JSON array of criteria.
INSERT INTO temp.assessment (screening, revision, criterion, outcome, reason)
SELECT 0, a.revision, a.criterion, a.outcome, a.reason
FROM main.assessment AS a
JOIN run_record AS r ON r.revision = a.revision
WHERE a.screening = ?1 AND r.run = ?2 AND a.criterion IN (SELECT value FROM json_each(?3))
