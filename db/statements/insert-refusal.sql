INSERT INTO refusal (run, pmid, reason, refused_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (run, pmid) DO NOTHING
