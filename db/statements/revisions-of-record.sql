SELECT id, sha256, first_seen FROM record_revision WHERE pmid = ?1 ORDER BY id
