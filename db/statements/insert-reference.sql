INSERT INTO reference (import, number, line, pmid, reason) VALUES (?1, ?2, ?3, ?4, ?5)
