-- What a run brought: articles, books.
SELECT coalesce(sum(v.kind = 'article'), 0), coalesce(sum(v.kind = 'book'), 0)
FROM run_record AS r
JOIN record_revision AS v ON v.id = r.revision
WHERE r.run = ?1
