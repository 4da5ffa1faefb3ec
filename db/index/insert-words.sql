INSERT INTO words (rowid, title, abstract, keyword, foreign_keyword, substance, type, rest, affiliation, value)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
