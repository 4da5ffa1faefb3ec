-- Work left of a run: hits with neither a record nor a refusal, in PubMed's order.
SELECT h.pmid
FROM search_hit AS h
LEFT JOIN run_record AS r ON r.run = h.run AND r.pmid = h.pmid
LEFT JOIN refusal AS x ON x.run = h.run AND x.pmid = h.pmid
WHERE h.run = ?1 AND r.pmid IS NULL AND x.pmid IS NULL
GROUP BY h.pmid
ORDER BY min(h.position)
