INSERT INTO worksheet_cell (import, row_key, "column", value) VALUES (?1, ?2, ?3, ?4)
