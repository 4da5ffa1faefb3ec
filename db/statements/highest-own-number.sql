SELECT coalesce(max(pmid), 9000000000) FROM reference WHERE pmid >= 9000000001
