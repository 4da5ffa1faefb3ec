-- Work left of an update: what run ?2 found, run ?1 did not, and nobody has asked PubMed about.
SELECT DISTINCT o.pmid
FROM search_hit AS o
LEFT JOIN search_hit AS n ON n.run = ?1 AND n.pmid = o.pmid
LEFT JOIN departure AS d ON d.run = ?1 AND d.since = ?2 AND d.pmid = o.pmid
WHERE o.run = ?2 AND n.pmid IS NULL AND d.pmid IS NULL
ORDER BY o.pmid
