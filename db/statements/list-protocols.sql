-- The stored protocols of a review in the order they were first applied, with the records each was applied to.
SELECT p.hash, p.first_seen, count(DISTINCT d.revision)
FROM protocol_version AS p
LEFT JOIN screening AS s ON s.protocol = p.hash
LEFT JOIN screened AS d ON d.screening = s.id
WHERE p.review = ?1
GROUP BY p.hash
ORDER BY p.first_seen, min(s.id)
