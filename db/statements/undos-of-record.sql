-- Judgements on a record that were taken back: whose, the judgement's line, the day, why, the undo's own line.
SELECT j.reviewer, j.path, j.line, u.undone_on, u.note, u.line
FROM judgement_undo AS u
JOIN judgement AS j ON j.import = u.import AND j.number = u.undoes
WHERE u.import = ?1 AND j.pmid = ?2
ORDER BY u.number
