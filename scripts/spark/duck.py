"""Counts the flow with DuckDB from the Parquet of `tamis corpus export`.

usage: duck.py PARQUET FLOW.sql COUNTS.csv
"""

import csv
import sys

import duckdb

parquet, question, counts = sys.argv[1:]
duckdb.sql(f"CREATE VIEW assessed AS SELECT * FROM read_parquet('{parquet}/assessed/*.parquet')")
with open(question, encoding="utf-8") as sql, open(counts, "w", newline="") as out:
    csv.writer(out).writerows(duckdb.sql(sql.read()).fetchall())
by_rows = duckdb.sql(
    f"SELECT decision, coalesce(criterion, ''), count(*) FROM read_parquet('{parquet}/record/*/*.parquet', hive_partitioning = true) GROUP BY ALL ORDER BY ALL"
).fetchall()
with open(counts, newline="") as told:
    if [(d, c, int(n)) for d, c, n in csv.reader(told)] != by_rows:
        sys.exit(f"duckdb: the records count another flow than their assessments: {by_rows}")
print(f"duckdb: {duckdb.__version__}")
