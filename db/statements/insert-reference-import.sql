INSERT INTO reference_import (review, source, kind, file, format, hash, program, imported_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
