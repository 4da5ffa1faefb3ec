"""Counts the flow by the rules in tamis's own database.

usage: sqlite.py DATABASE FLOW.sql COUNTS.csv
"""

import csv
import sqlite3
import sys

database, question, counts = sys.argv[1:]
connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
connection.execute(
    """CREATE TEMP TABLE assessed AS
       SELECT r.pmid, 1 AS version, c.position, a.criterion, a.outcome
       FROM run_record AS r
       CROSS JOIN screening AS s
       CROSS JOIN assessment AS a ON a.screening = s.id AND a.revision = r.revision
       CROSS JOIN criterion AS c ON c.protocol = s.protocol AND c.id = a.criterion
       WHERE s.id = (SELECT max(id) FROM screening) AND r.run = (SELECT max(run) FROM run_record)"""
)
with open(question, encoding="utf-8") as sql, open(counts, "w", newline="") as out:
    csv.writer(out).writerows(connection.execute(sql.read()))
