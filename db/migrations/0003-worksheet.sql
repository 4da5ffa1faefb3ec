-- Filled worksheets as they were taken back, cell by cell. The latest import of a review counts; older ones stay.

CREATE TABLE worksheet_import (
    id          INTEGER PRIMARY KEY,
    review      TEXT NOT NULL,
    run         INTEGER NOT NULL REFERENCES search_run (id),   -- the run its cases were checked against
    file        TEXT NOT NULL,                -- the file's name
    hash        TEXT NOT NULL,                -- SHA-256 of its cells, as JSON
    program     TEXT NOT NULL,
    imported_at TEXT NOT NULL
) STRICT;

CREATE INDEX worksheet_import_of_review ON worksheet_import (review, id);

CREATE TABLE worksheet_cell (
    import  INTEGER NOT NULL REFERENCES worksheet_import (id),
    row_key TEXT NOT NULL,                    -- PMID.case
    "column" TEXT NOT NULL,                   -- its key
    value   TEXT NOT NULL,                    -- empty when a person left it blank
    PRIMARY KEY (import, row_key, "column")
) STRICT, WITHOUT ROWID;

CREATE TRIGGER worksheet_import_no_update BEFORE UPDATE ON worksheet_import
BEGIN SELECT raise(ABORT, 'worksheet_import is history: rows are only ever added'); END;
CREATE TRIGGER worksheet_import_no_delete BEFORE DELETE ON worksheet_import
BEGIN SELECT raise(ABORT, 'worksheet_import is history: rows are only ever added'); END;
CREATE TRIGGER worksheet_cell_no_update BEFORE UPDATE ON worksheet_cell
BEGIN SELECT raise(ABORT, 'worksheet_cell is history: rows are only ever added'); END;
CREATE TRIGGER worksheet_cell_no_delete BEFORE DELETE ON worksheet_cell
BEGIN SELECT raise(ABORT, 'worksheet_cell is history: rows are only ever added'); END;
