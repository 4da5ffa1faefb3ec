-- The references of a run's imports stand after PubMed's hits.
INSERT INTO search_hit (run, position, pmid)
SELECT
    ?1,
    (SELECT coalesce(max(position), 0) FROM search_hit WHERE run = ?1)
        + row_number() OVER (ORDER BY r.import, r.number),
    r.pmid
FROM run_import AS i JOIN reference AS r ON r.import = i.import
WHERE i.run = ?1
