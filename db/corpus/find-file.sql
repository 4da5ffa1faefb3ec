SELECT f.id, f.bytes, f.md5, e.file IS NOT NULL, (SELECT coalesce(max(number), 0) FROM citation WHERE file = f.id)
FROM file AS f
LEFT JOIN file_end AS e ON e.file = f.id
WHERE f.name = ?1
