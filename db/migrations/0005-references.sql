-- Citations that came from other sources than the search: files of other databases, hand searching, references of
-- references. Each is a hit of every run after it, beside PubMed's.

CREATE TABLE reference_import (
    id          INTEGER PRIMARY KEY,
    review      TEXT NOT NULL,
    source      TEXT NOT NULL,                -- as the reviewer names it: Embase
    kind        TEXT NOT NULL CHECK (kind IN ('database', 'register', 'website', 'organisation', 'citation-searching')),
    file        TEXT NOT NULL,                -- its name
    format      TEXT NOT NULL,
    hash        TEXT NOT NULL,                -- SHA-256 of its bytes
    program     TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    UNIQUE (review, hash)
) STRICT;

CREATE TABLE reference (
    import INTEGER NOT NULL REFERENCES reference_import (id),
    number INTEGER NOT NULL,                  -- its place in the file, from 1
    line   INTEGER NOT NULL,
    pmid   INTEGER NOT NULL,                  -- the record it is; from 9000000001 on one that PubMed does not have
    reason TEXT NOT NULL,                     -- why it is that one: another record's DOI, or that it is new
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX reference_by_pmid ON reference (pmid);

-- Which imports are among a run's hits.
CREATE TABLE run_import (
    run    INTEGER NOT NULL REFERENCES search_run (id),
    import INTEGER NOT NULL REFERENCES reference_import (id),
    PRIMARY KEY (run, import)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reference_import_no_update BEFORE UPDATE ON reference_import
BEGIN SELECT raise(ABORT, 'reference_import is history: rows are only ever added'); END;
CREATE TRIGGER reference_import_no_delete BEFORE DELETE ON reference_import
BEGIN SELECT raise(ABORT, 'reference_import is history: rows are only ever added'); END;
CREATE TRIGGER reference_no_update BEFORE UPDATE ON reference
BEGIN SELECT raise(ABORT, 'reference is history: rows are only ever added'); END;
CREATE TRIGGER reference_no_delete BEFORE DELETE ON reference
BEGIN SELECT raise(ABORT, 'reference is history: rows are only ever added'); END;
CREATE TRIGGER run_import_no_update BEFORE UPDATE ON run_import
BEGIN SELECT raise(ABORT, 'run_import is history: rows are only ever added'); END;
CREATE TRIGGER run_import_no_delete BEFORE DELETE ON run_import
BEGIN SELECT raise(ABORT, 'run_import is history: rows are only ever added'); END;
