-- What became of every record of a run: exactly one row a record.
--   :run, :screening, :import   which run, which assessments, which judgements
--   :criteria                   the criteria in order, a JSON array of ids
-- A person's ruling on the whole record comes first, at the latest stage anyone read to; then the
-- first criterion, in order, whose rule excludes and which no person has cleared; then the first
-- that nobody could tell; what is left is included.
WITH
ordering (position, id) AS (
    SELECT key, value FROM json_each(:criteria)
),
rulings AS (
    SELECT *, CASE stage WHEN 'title-abstract' THEN 1 WHEN 'full-text' THEN 2 ELSE 3 END AS reading
    FROM judgement AS j
    WHERE import = :import
      AND NOT EXISTS (SELECT * FROM judgement_undo AS u WHERE u.import = j.import AND u.undoes = j.number)
),
-- The last word of each reviewer at the latest stage.
words AS (
    SELECT *
    FROM (
        SELECT *,
               max(reading) OVER (PARTITION BY pmid) AS latest,
               row_number() OVER (PARTITION BY pmid, reading, reviewer ORDER BY judged_on DESC, number DESC) AS age
        FROM rulings
        -- A reason that is not asked about, as in a what-if without it, is no reason.
        WHERE verdict <> 'keep' AND (criterion IS NULL OR criterion IN (SELECT id FROM ordering))
    )
    WHERE reading = latest AND age = 1
),
ruled AS (
    SELECT *
    FROM (
        SELECT pmid, verdict, criterion, stage, reviewer, reading,
               row_number() OVER (PARTITION BY pmid ORDER BY judged_on DESC, number DESC) AS age,
               min(verdict || coalesce(criterion, '')) OVER (PARTITION BY pmid)
                   <> max(verdict || coalesce(criterion, '')) OVER (PARTITION BY pmid) AS disagree
        FROM words
    )
    WHERE age = 1
),
kept AS (
    SELECT pmid, criterion, max(reading) AS reading FROM rulings WHERE verdict = 'keep' GROUP BY pmid, criterion
),
open AS (
    SELECT r.pmid, a.criterion, a.outcome, o.position
    FROM run_record AS r
    JOIN assessment AS a ON a.screening = :screening AND a.revision = r.revision
    JOIN ordering AS o ON o.id = a.criterion
    LEFT JOIN kept AS k ON k.pmid = r.pmid AND k.criterion = a.criterion
    WHERE r.run = :run AND k.pmid IS NULL AND a.outcome <> 'not-met'
),
first_met AS (
    SELECT pmid, criterion, min(position) FROM open WHERE outcome = 'met' GROUP BY pmid
),
first_unclear AS (
    SELECT pmid, criterion, min(position) FROM open WHERE outcome = 'unclear' GROUP BY pmid
),
last_keep AS (
    SELECT pmid, stage, reviewer
    FROM (
        SELECT *, row_number() OVER (PARTITION BY pmid ORDER BY reading DESC, judged_on DESC, number DESC) AS age
        FROM rulings
        WHERE verdict = 'keep'
    )
    WHERE age = 1
),
counted AS (
    SELECT pmid, cases
    FROM (
        SELECT *, row_number() OVER (PARTITION BY pmid ORDER BY reading DESC, judged_on DESC, number DESC) AS age
        FROM rulings
        WHERE cases IS NOT NULL
    )
    WHERE age = 1
)
SELECT
    r.pmid,
    CASE
        WHEN j.disagree AND j.reading < 3 THEN 'unresolved'
        WHEN j.verdict = 'include' THEN 'included'
        WHEN j.verdict = 'exclude' THEN 'excluded'
        WHEN m.criterion IS NOT NULL THEN 'excluded'
        WHEN s.revision IS NULL OR u.criterion IS NOT NULL THEN 'unresolved'
        ELSE 'included'
    END AS decision,
    CASE
        WHEN j.disagree AND j.reading < 3 THEN 'conflict'
        WHEN j.verdict IS NOT NULL THEN j.criterion
        WHEN m.criterion IS NOT NULL THEN m.criterion
        WHEN s.revision IS NULL THEN 'not screened'
        ELSE u.criterion
    END AS criterion,
    CASE
        WHEN j.disagree AND j.reading < 3 THEN 'nobody'
        WHEN j.verdict IS NOT NULL THEN 'person'
        WHEN m.criterion IS NOT NULL THEN 'rule'
        WHEN s.revision IS NULL OR u.criterion IS NOT NULL THEN 'nobody'
        WHEN k.pmid IS NOT NULL THEN 'person'
        ELSE 'rule'
    END AS decided_by,
    CASE WHEN m.criterion IS NOT NULL THEN j.stage ELSE coalesce(j.stage, k.stage) END AS stage,
    CASE WHEN m.criterion IS NOT NULL THEN j.reviewer ELSE coalesce(j.reviewer, k.reviewer) END AS reviewer,
    coalesce(c.cases, s.cases) AS cases
FROM run_record AS r
LEFT JOIN screened AS s ON s.screening = :screening AND s.revision = r.revision
LEFT JOIN ruled AS j ON j.pmid = r.pmid
LEFT JOIN first_met AS m ON m.pmid = r.pmid
LEFT JOIN first_unclear AS u ON u.pmid = r.pmid
LEFT JOIN last_keep AS k ON k.pmid = r.pmid
LEFT JOIN counted AS c ON c.pmid = r.pmid
WHERE r.run = :run
ORDER BY r.pmid
