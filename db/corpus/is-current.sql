-- Whether a wording counts: none of its PMID is later, by version and then in NLM's order, and no deletion follows it.
--   ?1   the citation
SELECT c.pmid, c.xml
FROM citation AS c
JOIN file AS f ON f.id = c.file
WHERE c.id = ?1
  AND NOT EXISTS (
      SELECT *
      FROM citation AS o
      JOIN file AS g ON g.id = o.file
      WHERE o.pmid = c.pmid AND (o.version, g.place, o.number) > (c.version, f.place, c.number)
        AND NOT EXISTS (
            SELECT *
            FROM deletion AS d
            JOIN file AS h ON h.id = d.file
            WHERE d.pmid = o.pmid AND d.version = o.version AND h.place >= g.place
        )
  )
  AND NOT EXISTS (
      SELECT *
      FROM deletion AS d
      JOIN file AS h ON h.id = d.file
      WHERE d.pmid = c.pmid AND d.version = c.version AND h.place >= f.place
  )
