SELECT id, review, source, endpoint, term, date_field, date_from, date_to, asked_at, program, reported, translation, says,
       database_info
FROM search_run
WHERE review = ?1
ORDER BY id
