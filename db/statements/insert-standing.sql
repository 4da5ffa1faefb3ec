-- Adds what a flow stands on, unless the run's last report stood on the same.
INSERT INTO standing (run, screening, import, published, program, reported_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE (?2, ?3, coalesce(?4, '')) IS NOT
    (SELECT screening, import, coalesce(published, '') FROM standing WHERE run = ?1 ORDER BY id DESC LIMIT 1)
