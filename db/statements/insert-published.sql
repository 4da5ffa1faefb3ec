INSERT INTO published_version (hash, review, text, first_seen) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hash) DO NOTHING
