-- Records that PubMed does not have are at hand: nobody can be asked for them.
INSERT INTO run_record (run, pmid, revision)
SELECT DISTINCT ?1, r.pmid, v.id
FROM run_import AS i
JOIN reference AS r ON r.import = i.import
JOIN record_revision AS v ON v.pmid = r.pmid
WHERE i.run = ?1 AND r.pmid >= 9000000001
