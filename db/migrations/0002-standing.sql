-- What a flow stood on when it was reported, so that it can be counted again at any time; judgements taken back; and
-- why a record that one search found was not found by a later one.

-- The published figure as its file stood.
CREATE TABLE published_version (
    hash       TEXT PRIMARY KEY,              -- SHA-256 of the text
    review     TEXT NOT NULL,
    text       TEXT NOT NULL,                 -- published.toml
    first_seen TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A flow was reported: of this run, by this screening, with these judgements. No count is kept: the same
-- question put to the same rows gives the same flow.
CREATE TABLE standing (
    id          INTEGER PRIMARY KEY,
    run         INTEGER NOT NULL REFERENCES search_run (id),
    screening   INTEGER NOT NULL REFERENCES screening (id),
    import      INTEGER NOT NULL REFERENCES judgement_import (id),
    published   TEXT REFERENCES published_version (hash),
    program     TEXT NOT NULL,
    reported_at TEXT NOT NULL
) STRICT;

CREATE INDEX standing_of_run ON standing (run, id);

-- A judgement taken back by the one who gave it: an entry of its own in the file.
CREATE TABLE judgement_undo (
    import    INTEGER NOT NULL REFERENCES judgement_import (id),
    number    INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    undoes    INTEGER NOT NULL,               -- the judgement's number in the same import
    note      TEXT,
    undone_on TEXT NOT NULL,
    PRIMARY KEY (import, number),
    FOREIGN KEY (import, undoes) REFERENCES judgement (import, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX undo_of_judgement ON judgement_undo (import, undoes);

-- A PMID that run `since` found and run `run` did not, with what PubMed said when asked for it.
CREATE TABLE departure (
    run      INTEGER NOT NULL REFERENCES search_run (id),
    since    INTEGER NOT NULL REFERENCES search_run (id),
    pmid     INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('deleted', 'merged', 'not-given', 'date-moved', 're-indexed', 'string-changed')),
    reason   TEXT NOT NULL,
    revision INTEGER REFERENCES record_revision (id),   -- the record as it is now, if PubMed still gives it
    told_at  TEXT NOT NULL,
    PRIMARY KEY (run, since, pmid)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER migration_no_update BEFORE UPDATE ON migration
BEGIN SELECT raise(ABORT, 'migration is history: rows are only ever added'); END;
CREATE TRIGGER migration_no_delete BEFORE DELETE ON migration
BEGIN SELECT raise(ABORT, 'migration is history: rows are only ever added'); END;
CREATE TRIGGER published_version_no_update BEFORE UPDATE ON published_version
BEGIN SELECT raise(ABORT, 'published_version is history: rows are only ever added'); END;
CREATE TRIGGER published_version_no_delete BEFORE DELETE ON published_version
BEGIN SELECT raise(ABORT, 'published_version is history: rows are only ever added'); END;
CREATE TRIGGER standing_no_update BEFORE UPDATE ON standing
BEGIN SELECT raise(ABORT, 'standing is history: rows are only ever added'); END;
CREATE TRIGGER standing_no_delete BEFORE DELETE ON standing
BEGIN SELECT raise(ABORT, 'standing is history: rows are only ever added'); END;
CREATE TRIGGER judgement_undo_no_update BEFORE UPDATE ON judgement_undo
BEGIN SELECT raise(ABORT, 'judgement_undo is history: rows are only ever added'); END;
CREATE TRIGGER judgement_undo_no_delete BEFORE DELETE ON judgement_undo
BEGIN SELECT raise(ABORT, 'judgement_undo is history: rows are only ever added'); END;
CREATE TRIGGER departure_no_update BEFORE UPDATE ON departure
BEGIN SELECT raise(ABORT, 'departure is history: rows are only ever added'); END;
CREATE TRIGGER departure_no_delete BEFORE DELETE ON departure
BEGIN SELECT raise(ABORT, 'departure is history: rows are only ever added'); END;
