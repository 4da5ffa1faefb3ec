-- The boxes above screening, of one run.
SELECT
    (SELECT count(*) FROM search_hit WHERE run = ?1) AS identified,
    (SELECT count(*) - count(DISTINCT pmid) FROM search_hit WHERE run = ?1) AS duplicates,
    (SELECT count(*) FROM refusal WHERE run = ?1) AS refused,
    (SELECT count(*) FROM run_record WHERE run = ?1) AS stored,
    (SELECT coalesce(max(v.synthetic), 0)
     FROM run_record AS r JOIN record_revision AS v ON v.id = r.revision
     WHERE r.run = ?1) AS synthetic
