INSERT INTO search_hit (run, position, pmid) VALUES (?1, ?2, ?3)
