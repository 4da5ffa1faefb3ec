SELECT id FROM citation ORDER BY id
