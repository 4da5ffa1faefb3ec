SELECT id, file, imported_at, hash FROM worksheet_import WHERE review = ?1 ORDER BY id DESC LIMIT 1
