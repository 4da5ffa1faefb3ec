INSERT INTO record_revision (pmid, version, kind, sha256, xml, synthetic, first_seen)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (pmid, sha256) DO NOTHING
