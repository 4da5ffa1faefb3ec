-- The text files of a stored protocol. One stored before vocabularies were kept has its protocol.toml only.
SELECT 'protocol.toml', text FROM protocol_version WHERE hash = ?1
UNION ALL
SELECT path, text FROM protocol_file WHERE protocol = ?1
