-- Whether the wording of a row f of facts counts: no deletion follows it, and no other of its PMID that counts is later, by
-- version and then in NLM's order.
NOT EXISTS (
    SELECT *
    FROM deletion AS d
    CROSS JOIN file AS h ON h.id = d.file
    CROSS JOIN citation AS c ON c.id = f.id
    CROSS JOIN file AS g ON g.id = c.file
    WHERE d.pmid = f.pmid AND d.version = f.version AND h.place >= g.place
)
AND NOT EXISTS (
    SELECT *
    FROM fact AS o
    CROSS JOIN citation AS c ON c.id = f.id
    CROSS JOIN file AS g ON g.id = c.file
    CROSS JOIN citation AS p ON p.id = o.id
    CROSS JOIN file AS h ON h.id = p.file
    WHERE o.pmid = f.pmid AND o.id <> f.id
      AND (o.version, h.place, p.number) > (f.version, g.place, c.number)
      AND NOT EXISTS (
          SELECT *
          FROM deletion AS d
          CROSS JOIN file AS i ON i.id = d.file
          WHERE d.pmid = o.pmid AND d.version = o.version AND i.place >= h.place
      )
)
