-- The flow of assessed records by the rules alone, in SQL that SQLite, DuckDB, Spark and DataFusion all run.
--   assessed (pmid, version, position, criterion, outcome): one row a record and criterion, criteria in order from 1
-- Of several versions of a PMID the highest counts.
WITH versions AS (
    SELECT pmid, version, position, outcome, max(version) OVER (PARTITION BY pmid) AS newest FROM assessed
),
firsts AS (
    SELECT
        pmid,
        min(CASE WHEN outcome = 'met' THEN position END) AS met,
        min(CASE WHEN outcome = 'unclear' THEN position END) AS unclear
    FROM versions
    WHERE version = newest
    GROUP BY pmid
),
decided AS (
    SELECT
        pmid,
        CASE WHEN met IS NOT NULL THEN 'excluded' WHEN unclear IS NOT NULL THEN 'unresolved' ELSE 'included' END AS decision,
        coalesce(met, unclear) AS position
    FROM firsts
),
criteria AS (
    SELECT DISTINCT position, criterion FROM assessed
)
SELECT d.decision, coalesce(c.criterion, '') AS criterion, count(*) AS records
FROM decided AS d
LEFT JOIN criteria AS c ON c.position = d.position
GROUP BY d.decision, coalesce(c.criterion, '')
ORDER BY 1, 2
