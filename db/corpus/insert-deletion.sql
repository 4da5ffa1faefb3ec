INSERT OR IGNORE INTO deletion (file, pmid, version) VALUES (?1, ?2, ?3)
