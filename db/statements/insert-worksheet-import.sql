INSERT INTO worksheet_import (review, run, file, hash, program, imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
