-- The files of an index of its own.
CREATE TABLE file (
    name   TEXT NOT NULL,
    sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
