INSERT INTO citation (pmid, version, file, number, xml) VALUES (?1, ?2, ?3, ?4, ?5)
