-- Between two runs: what came, what went, what changed.
SELECT pmid, 'came' AS what FROM search_hit WHERE run = ?2 AND pmid NOT IN (SELECT pmid FROM search_hit WHERE run = ?1)
UNION
SELECT pmid, 'went' FROM search_hit WHERE run = ?1 AND pmid NOT IN (SELECT pmid FROM search_hit WHERE run = ?2)
UNION
SELECT n.pmid, 'changed'
FROM run_record AS o JOIN run_record AS n ON n.pmid = o.pmid AND n.revision <> o.revision
WHERE o.run = ?1 AND n.run = ?2
ORDER BY what, pmid
