-- A local PubMed: what NLM's files said, file by file. Rows are added and never changed or removed; which wording of a
-- citation counts is a question (is-current.sql). The tables of the index (../index/schema.sql) stand beside these: a row
-- of facts and one of words for each citation, by its id.

-- One row a file that was begun. `place` is its place in NLM's order: year and number of its name; other files follow,
-- in the order they came.
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    place INTEGER NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    md5 TEXT,
    begun_at TEXT NOT NULL
) STRICT;

-- One row a file that was read to its end.
CREATE TABLE file_end (
    file INTEGER PRIMARY KEY REFERENCES file (id),
    ended_at TEXT NOT NULL
) STRICT;

-- One row a record of a file; `number` is its place in the file, from 1. `xml` is compressed (zlib).
CREATE TABLE citation (
    id INTEGER PRIMARY KEY,
    pmid INTEGER NOT NULL,
    version INTEGER NOT NULL,
    file INTEGER NOT NULL REFERENCES file (id),
    number INTEGER NOT NULL,
    xml BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX citation_by_file ON citation (file, number);

-- One row a citation that a file's DeleteCitation names. It counts against the files before, and its own.
CREATE TABLE deletion (
    file INTEGER NOT NULL REFERENCES file (id),
    pmid INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (pmid, file, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER file_stays BEFORE DELETE ON file BEGIN SELECT raise(ABORT, 'files are never removed'); END;
CREATE TRIGGER file_unchanged BEFORE UPDATE ON file BEGIN SELECT raise(ABORT, 'files are never changed'); END;
CREATE TRIGGER citation_stays BEFORE DELETE ON citation BEGIN SELECT raise(ABORT, 'citations are never removed'); END;
CREATE TRIGGER citation_unchanged BEFORE UPDATE ON citation BEGIN SELECT raise(ABORT, 'citations are never changed'); END;
CREATE TRIGGER deletion_stays BEFORE DELETE ON deletion BEGIN SELECT raise(ABORT, 'deletions are never removed'); END;
CREATE TRIGGER deletion_unchanged BEFORE UPDATE ON deletion BEGIN SELECT raise(ABORT, 'deletions are never changed'); END;

PRAGMA application_id = 1952542067;
PRAGMA user_version = 2;
