SELECT pmid, kind, reason, told_at FROM departure WHERE run = ?1 AND since = ?2 ORDER BY pmid
