SELECT row_key, "column", value FROM worksheet_cell WHERE import = ?1
