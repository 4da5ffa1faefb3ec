INSERT INTO file (name, place, bytes, md5, begun_at)
VALUES (?1, coalesce(?2, 1 + (SELECT max(1000000, coalesce(max(place), 0)) FROM file)), ?3, ?4, ?5)
