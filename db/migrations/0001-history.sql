-- The history of a review. Nothing here is ever changed or deleted: triggers say so.

CREATE TABLE search_run (
    id            INTEGER PRIMARY KEY,
    review        TEXT NOT NULL,
    source        TEXT NOT NULL,              -- twin, pubmed, a URL or file names
    endpoint      TEXT NOT NULL,              -- base address asked
    term          TEXT NOT NULL,              -- the search string as sent
    date_field    TEXT NOT NULL,
    date_from     TEXT NOT NULL,
    date_to       TEXT NOT NULL,
    asked_at      TEXT NOT NULL,              -- RFC 3339
    program       TEXT NOT NULL,              -- name and version
    reported      INTEGER NOT NULL,           -- the count PubMed gave
    translation   TEXT NOT NULL,              -- what PubMed says it ran
    says          TEXT NOT NULL,              -- its errors and warnings, JSON
    database_info TEXT NOT NULL               -- EInfo: build, date, fields, JSON
) STRICT;

CREATE TABLE search_hit (
    run      INTEGER NOT NULL REFERENCES search_run (id),
    position INTEGER NOT NULL,                -- rank in PubMed's answer, from 1
    pmid     INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_revision (
    id         INTEGER PRIMARY KEY,
    pmid       INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('article', 'book')),
    sha256     TEXT NOT NULL,                 -- of the XML, uncompressed
    xml        BLOB NOT NULL,                 -- zlib
    synthetic  INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    first_seen TEXT NOT NULL,
    UNIQUE (pmid, sha256)
) STRICT;

CREATE TABLE run_record (
    run      INTEGER NOT NULL REFERENCES search_run (id),
    pmid     INTEGER NOT NULL,
    revision INTEGER NOT NULL REFERENCES record_revision (id),
    PRIMARY KEY (run, pmid)
) STRICT, WITHOUT ROWID;

CREATE TABLE refusal (
    run        INTEGER NOT NULL REFERENCES search_run (id),
    pmid       INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    refused_at TEXT NOT NULL,
    PRIMARY KEY (run, pmid)
) STRICT, WITHOUT ROWID;

CREATE TABLE protocol_version (
    hash       TEXT PRIMARY KEY,
    review     TEXT NOT NULL,
    text       TEXT NOT NULL,
    first_seen TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE criterion (
    protocol TEXT NOT NULL REFERENCES protocol_version (hash),
    position INTEGER NOT NULL,
    id       TEXT NOT NULL,
    label    TEXT NOT NULL,
    PRIMARY KEY (protocol, position),
    UNIQUE (protocol, id)
) STRICT, WITHOUT ROWID;

-- One screening: these criteria, by this program. Assessments belong to revisions of records,
-- so a run that brings the same revisions again has them already.
CREATE TABLE screening (
    id         INTEGER PRIMARY KEY,
    protocol   TEXT NOT NULL REFERENCES protocol_version (hash),
    program    TEXT NOT NULL,
    started_at TEXT NOT NULL,
    UNIQUE (protocol, program)
) STRICT;

CREATE TABLE screened (
    screening INTEGER NOT NULL REFERENCES screening (id),
    revision  INTEGER NOT NULL REFERENCES record_revision (id),
    cases     INTEGER,                        -- read from the record; null: it does not say
    PRIMARY KEY (screening, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE assessment (
    screening INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('met', 'not-met', 'unclear')),
    reason    TEXT NOT NULL,
    PRIMARY KEY (screening, revision, criterion),
    FOREIGN KEY (screening, revision) REFERENCES screened (screening, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    screening INTEGER NOT NULL,
    revision  INTEGER NOT NULL,
    criterion TEXT NOT NULL,                  -- a criterion's id, or 'cases'
    number    INTEGER NOT NULL,
    field     TEXT NOT NULL,                  -- address of the passage
    first     INTEGER NOT NULL,               -- UTF-8 byte offsets into it
    last      INTEGER NOT NULL,
    quote     TEXT NOT NULL,
    sentence  TEXT NOT NULL,
    rule      TEXT NOT NULL,
    weight    TEXT NOT NULL CHECK (weight IN ('excludes', 'keeps')),
    value     TEXT,
    PRIMARY KEY (screening, revision, criterion, number),
    FOREIGN KEY (screening, revision) REFERENCES screened (screening, revision)
) STRICT, WITHOUT ROWID;

-- The judgement files as they stood at one moment. The latest import is the one that counts, so
-- a line taken out of a file stops counting, and is still here.
CREATE TABLE judgement_import (
    id          INTEGER PRIMARY KEY,
    review      TEXT NOT NULL,
    hash        TEXT NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;

CREATE TABLE judgement (
    import    INTEGER NOT NULL REFERENCES judgement_import (id),
    number    INTEGER NOT NULL,
    reviewer  TEXT NOT NULL,
    path      TEXT NOT NULL,
    line      INTEGER NOT NULL,
    pmid      INTEGER NOT NULL,
    stage     TEXT NOT NULL CHECK (stage IN ('title-abstract', 'full-text', 'consensus')),
    verdict   TEXT NOT NULL CHECK (verdict IN ('include', 'exclude', 'keep')),
    criterion TEXT,
    quote     TEXT NOT NULL,
    note      TEXT,
    judged_on TEXT NOT NULL,
    cases     INTEGER,
    PRIMARY KEY (import, number),
    CHECK ((verdict = 'include') = (criterion IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX judgement_by_pmid ON judgement (import, pmid);

CREATE TRIGGER search_run_no_update BEFORE UPDATE ON search_run
BEGIN SELECT raise(ABORT, 'search_run is history: rows are only ever added'); END;
CREATE TRIGGER search_run_no_delete BEFORE DELETE ON search_run
BEGIN SELECT raise(ABORT, 'search_run is history: rows are only ever added'); END;
CREATE TRIGGER search_hit_no_update BEFORE UPDATE ON search_hit
BEGIN SELECT raise(ABORT, 'search_hit is history: rows are only ever added'); END;
CREATE TRIGGER search_hit_no_delete BEFORE DELETE ON search_hit
BEGIN SELECT raise(ABORT, 'search_hit is history: rows are only ever added'); END;
CREATE TRIGGER record_revision_no_update BEFORE UPDATE ON record_revision
BEGIN SELECT raise(ABORT, 'record_revision is history: rows are only ever added'); END;
CREATE TRIGGER record_revision_no_delete BEFORE DELETE ON record_revision
BEGIN SELECT raise(ABORT, 'record_revision is history: rows are only ever added'); END;
CREATE TRIGGER run_record_no_update BEFORE UPDATE ON run_record
BEGIN SELECT raise(ABORT, 'run_record is history: rows are only ever added'); END;
CREATE TRIGGER run_record_no_delete BEFORE DELETE ON run_record
BEGIN SELECT raise(ABORT, 'run_record is history: rows are only ever added'); END;
CREATE TRIGGER refusal_no_update BEFORE UPDATE ON refusal
BEGIN SELECT raise(ABORT, 'refusal is history: rows are only ever added'); END;
CREATE TRIGGER refusal_no_delete BEFORE DELETE ON refusal
BEGIN SELECT raise(ABORT, 'refusal is history: rows are only ever added'); END;
CREATE TRIGGER protocol_version_no_update BEFORE UPDATE ON protocol_version
BEGIN SELECT raise(ABORT, 'protocol_version is history: rows are only ever added'); END;
CREATE TRIGGER protocol_version_no_delete BEFORE DELETE ON protocol_version
BEGIN SELECT raise(ABORT, 'protocol_version is history: rows are only ever added'); END;
CREATE TRIGGER criterion_no_update BEFORE UPDATE ON criterion
BEGIN SELECT raise(ABORT, 'criterion is history: rows are only ever added'); END;
CREATE TRIGGER criterion_no_delete BEFORE DELETE ON criterion
BEGIN SELECT raise(ABORT, 'criterion is history: rows are only ever added'); END;
CREATE TRIGGER screening_no_update BEFORE UPDATE ON screening
BEGIN SELECT raise(ABORT, 'screening is history: rows are only ever added'); END;
CREATE TRIGGER screening_no_delete BEFORE DELETE ON screening
BEGIN SELECT raise(ABORT, 'screening is history: rows are only ever added'); END;
CREATE TRIGGER screened_no_update BEFORE UPDATE ON screened
BEGIN SELECT raise(ABORT, 'screened is history: rows are only ever added'); END;
CREATE TRIGGER screened_no_delete BEFORE DELETE ON screened
BEGIN SELECT raise(ABORT, 'screened is history: rows are only ever added'); END;
CREATE TRIGGER assessment_no_update BEFORE UPDATE ON assessment
BEGIN SELECT raise(ABORT, 'assessment is history: rows are only ever added'); END;
CREATE TRIGGER assessment_no_delete BEFORE DELETE ON assessment
BEGIN SELECT raise(ABORT, 'assessment is history: rows are only ever added'); END;
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
BEGIN SELECT raise(ABORT, 'evidence is history: rows are only ever added'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
BEGIN SELECT raise(ABORT, 'evidence is history: rows are only ever added'); END;
CREATE TRIGGER judgement_import_no_update BEFORE UPDATE ON judgement_import
BEGIN SELECT raise(ABORT, 'judgement_import is history: rows are only ever added'); END;
CREATE TRIGGER judgement_import_no_delete BEFORE DELETE ON judgement_import
BEGIN SELECT raise(ABORT, 'judgement_import is history: rows are only ever added'); END;
CREATE TRIGGER judgement_no_update BEFORE UPDATE ON judgement
BEGIN SELECT raise(ABORT, 'judgement is history: rows are only ever added'); END;
CREATE TRIGGER judgement_no_delete BEFORE DELETE ON judgement
BEGIN SELECT raise(ABORT, 'judgement is history: rows are only ever added'); END;
