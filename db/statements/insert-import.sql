INSERT INTO judgement_import (review, hash, imported_at) VALUES (?1, ?2, ?3)
