-- Where the corpus stands.
SELECT
    (SELECT count(*) FROM file) AS files,
    (SELECT count(*) FROM file_end) AS read_to_the_end,
    (SELECT count(*) FROM citation) AS wordings,
    (SELECT count(DISTINCT pmid) FROM citation) AS pmids,
    (SELECT count(*) FROM deletion) AS deletions,
    (SELECT name FROM file ORDER BY place DESC LIMIT 1) AS newest
