SELECT criterion, field, first, last, quote, sentence, rule, weight, value
FROM evidence
WHERE screening = ?1 AND revision = ?2
ORDER BY criterion, number
