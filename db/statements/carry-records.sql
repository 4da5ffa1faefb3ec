-- What an earlier run brought and PubMed has not revised since is the later run's record too.
--   ?1 the later run, ?2 the earlier, ?3 the revised PMIDs, a JSON array
INSERT INTO run_record (run, pmid, revision)
SELECT DISTINCT ?1, r.pmid, r.revision
FROM run_record AS r
JOIN search_hit AS h ON h.run = ?1 AND h.pmid = r.pmid
WHERE r.run = ?2 AND r.pmid NOT IN (SELECT value FROM json_each(?3))
