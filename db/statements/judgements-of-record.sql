SELECT reviewer, path, line, stage, verdict, criterion, quote, note, judged_on, cases
FROM judgement
WHERE import = ?1 AND pmid = ?2
ORDER BY judged_on, number
