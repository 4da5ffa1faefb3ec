INSERT INTO file_end (file, ended_at) VALUES (?1, ?2)
