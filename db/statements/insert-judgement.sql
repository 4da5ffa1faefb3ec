INSERT INTO judgement (import, number, reviewer, path, line, pmid, stage, verdict, criterion, quote, note, judged_on, cases)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
