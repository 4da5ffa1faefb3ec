-- What the flows of a run stood on, oldest report first.
SELECT s.id, s.run, s.screening, s.import, g.protocol, p.text, s.program, s.reported_at
FROM standing AS s
JOIN screening AS g ON g.id = s.screening
LEFT JOIN published_version AS p ON p.hash = s.published
WHERE s.run = ?1
ORDER BY s.id
