INSERT INTO search_run (review, source, endpoint, term, date_field, date_from, date_to, asked_at, program, reported,
                        translation, says, database_info)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
