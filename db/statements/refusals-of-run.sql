SELECT pmid, reason, refused_at FROM refusal WHERE run = ?1 ORDER BY pmid
