INSERT INTO evidence (screening, revision, criterion, number, field, first, last, quote, sentence, rule, weight, value)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
