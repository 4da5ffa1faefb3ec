SELECT pmid FROM search_hit WHERE run = ?1 ORDER BY position
