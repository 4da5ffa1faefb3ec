-- What a search asks of records: part of a corpus, or a file of its own. It is no history: it holds nothing that cannot
-- be told again from the records.

-- One row a record. Days are numbers, 20210822.
CREATE TABLE fact (
    id         INTEGER PRIMARY KEY,
    pmid       INTEGER,                       -- none: the record gave way to another
    version    INTEGER NOT NULL,
    print      INTEGER,
    electronic INTEGER,
    entrez     INTEGER,
    mesh       INTEGER,
    revised    INTEGER,
    completed  INTEGER
) STRICT;
CREATE INDEX fact_by_pmid ON fact (pmid);

-- Words by the same id, folded before they come here: the tokenizer only cuts at blanks. ¶ stands between passages. A
-- value (a heading, an author, a language) is one word with its field before it.
CREATE VIRTUAL TABLE words USING fts5 (
    title, abstract, keyword, foreign_keyword, substance, type, rest, affiliation, value,
    content = '', columnsize = 0, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, 'row');
-- What FTS5 gathers before it writes shall stay within a core's cache; more segments then, merged eight at a time.
INSERT INTO words (words, rank) VALUES ('hashsize', 2097152), ('automerge', 8);
