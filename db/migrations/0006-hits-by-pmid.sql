-- Which runs found a record: an audit asks it of every record of a run.
CREATE INDEX search_hit_by_pmid ON search_hit (pmid, run);
