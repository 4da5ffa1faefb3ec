SELECT id, imported_at FROM judgement_import WHERE review = ?1 ORDER BY id
