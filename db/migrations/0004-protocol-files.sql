-- The vocabularies a protocol was applied with, so that a later version can be compared with it word by word.

CREATE TABLE protocol_file (
    protocol TEXT NOT NULL REFERENCES protocol_version (hash),
    path     TEXT NOT NULL,                   -- in the review's folder, vocabulary/NAME.toml
    text     TEXT NOT NULL,
    PRIMARY KEY (protocol, path)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER protocol_file_no_update BEFORE UPDATE ON protocol_file
BEGIN SELECT raise(ABORT, 'protocol_file is history: rows are only ever added'); END;
CREATE TRIGGER protocol_file_no_delete BEFORE DELETE ON protocol_file
BEGIN SELECT raise(ABORT, 'protocol_file is history: rows are only ever added'); END;
