SELECT id, hash FROM judgement_import WHERE review = ?1 ORDER BY id DESC LIMIT 1
