INSERT INTO protocol_file (protocol, path, text) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING
