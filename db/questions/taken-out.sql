-- Judgements on a record that earlier imports held and this one does not: taken out of their files.
--   ?1 the review, ?2 the import, ?3 the PMID
SELECT j.reviewer, j.stage, j.verdict, j.criterion, j.quote, j.judged_on, max(i.imported_at)
FROM judgement AS j
JOIN judgement_import AS i ON i.id = j.import
WHERE i.review = ?1 AND i.id < ?2 AND j.pmid = ?3
  AND NOT EXISTS (
      SELECT *
      FROM judgement AS c
      WHERE c.import = ?2 AND c.pmid = j.pmid AND c.reviewer = j.reviewer AND c.stage = j.stage AND c.verdict = j.verdict
        AND c.criterion IS j.criterion AND c.quote = j.quote AND c.judged_on = j.judged_on
  )
GROUP BY j.reviewer, j.stage, j.verdict, j.criterion, j.quote, j.judged_on
ORDER BY j.judged_on
