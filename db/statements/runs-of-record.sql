SELECT DISTINCT s.id, s.source, s.asked_at
FROM search_hit AS h
JOIN search_run AS s ON s.id = h.run
WHERE h.pmid = ?1 AND s.review = ?2
ORDER BY s.id
