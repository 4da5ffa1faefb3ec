INSERT INTO assessment (screening, revision, criterion, outcome, reason) VALUES (?1, ?2, ?3, ?4, ?5)
