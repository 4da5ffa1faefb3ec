SELECT xml FROM citation WHERE id = ?1
