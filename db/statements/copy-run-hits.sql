-- PubMed's hits of a run: those before its references.
INSERT INTO search_hit (run, position, pmid)
SELECT ?1, position, pmid FROM search_hit
WHERE run = ?2
  AND position <= (SELECT count(*) FROM search_hit WHERE run = ?2)
      - (SELECT count(*) FROM run_import AS i JOIN reference AS r ON r.import = i.import WHERE i.run = ?2)
