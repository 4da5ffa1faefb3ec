-- Which files are in, in NLM's order, and how far each was read, as one text.
SELECT coalesce(group_concat(line, char(10)), '')
FROM (
    SELECT f.name || ' ' || f.bytes || ' ' || coalesce(f.md5, '') || ' '
        || (SELECT coalesce(max(number), 0) FROM citation WHERE file = f.id) || ' '
        || EXISTS (SELECT * FROM file_end WHERE file = f.id) AS line
    FROM file AS f
    ORDER BY f.place
)
