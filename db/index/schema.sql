-- An index of PubMed records for searching. It is no history: it holds nothing that cannot be built again from the
-- files it was built from, and is thrown away when its version differs.

CREATE TABLE record (
    pmid    INTEGER PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;

-- Words, folded before they come here: the tokenizer only cuts at blanks. ¶ stands between passages.
CREATE VIRTUAL TABLE words USING fts5 (
    title, abstract, keyword, foreign_keyword, substance, type, rest, affiliation,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');

CREATE TABLE value (
    field  TEXT NOT NULL,                     -- the search field's tag
    value  TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (field, value, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE heading (
    descriptor TEXT NOT NULL,
    qualifier  TEXT NOT NULL,                 -- empty: the descriptor itself
    record     INTEGER NOT NULL,
    major      INTEGER NOT NULL,
    PRIMARY KEY (descriptor, qualifier, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE author (
    field  TEXT NOT NULL,
    name   TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (field, name, record)
) STRICT, WITHOUT ROWID;

-- Asked from a record to its days: few records are left when dates are looked at.
CREATE TABLE day (
    record INTEGER NOT NULL,
    field  TEXT NOT NULL,
    day    INTEGER NOT NULL,                  -- 20210822
    PRIMARY KEY (record, field, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
    name   TEXT NOT NULL,
    sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
