INSERT INTO fact (id, pmid, version, print, electronic, entrez, mesh, revised, completed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
