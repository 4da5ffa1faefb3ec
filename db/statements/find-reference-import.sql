SELECT source, imported_at FROM reference_import WHERE review = ?1 AND hash = ?2
