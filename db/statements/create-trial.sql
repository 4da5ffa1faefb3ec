-- A screening on trial: temporary tables of the names that db/questions/fates.sql asks, which SQLite finds before the
-- stored ones. They live in memory and go with the transaction.
CREATE TEMP TABLE screened (screening INTEGER, revision INTEGER, cases INTEGER, PRIMARY KEY (screening, revision));
CREATE TEMP TABLE assessment (screening INTEGER, revision INTEGER, criterion TEXT, outcome TEXT, reason TEXT, PRIMARY KEY (screening, revision, criterion));
