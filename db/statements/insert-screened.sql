INSERT INTO screened (screening, revision, cases) VALUES (?1, ?2, ?3)
