-- The newest run of a review, or the one asked for.
SELECT id, review, source, endpoint, term, date_field, date_from, date_to, asked_at, program, reported, translation, says,
       database_info
FROM search_run
WHERE review = ?1 AND (?2 IS NULL OR id = ?2)
ORDER BY id DESC
LIMIT 1
