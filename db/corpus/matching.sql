SELECT rowid FROM word WHERE word MATCH ?1 ORDER BY rowid
