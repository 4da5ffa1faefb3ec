INSERT INTO screening (protocol, program, started_at) VALUES (?1, ?2, ?3) ON CONFLICT (protocol, program) DO NOTHING
