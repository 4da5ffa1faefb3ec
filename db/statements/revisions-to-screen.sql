-- Work left of a screening: revisions of the run that it has not seen, after a PMID. Those seen are passed over before their
-- records are touched.
SELECT r.pmid, r.revision, v.xml
FROM run_record AS r
CROSS JOIN record_revision AS v ON v.id = r.revision
WHERE r.run = ?2
  AND r.pmid > ?3
  AND NOT EXISTS (SELECT * FROM screened AS s WHERE s.screening = ?1 AND s.revision = r.revision)
ORDER BY r.pmid
LIMIT ?4
