"""Turns the lines of `tamis assess` into partitioned Parquet with DuckDB, and counts the flow from the Parquet.

usage: duck.py LINES PARQUET FLOW.sql COUNTS.csv
"""

import csv
import sys

import duckdb

lines, parquet, question, counts = sys.argv[1:]
duckdb.sql(f"COPY (SELECT * FROM read_json('{lines}/part-*', maximum_object_size=16777216)) TO '{parquet}' (FORMAT parquet, PARTITION_BY (decision))")
duckdb.sql(
    f"""CREATE VIEW assessed AS
        SELECT pmid, version, unnest(range(1, len(assessments) + 1)) AS position,
               unnest(assessments).criterion AS criterion, unnest(assessments).outcome AS outcome
        FROM read_parquet('{parquet}/*/*.parquet', hive_partitioning = true)"""
)
with open(question, encoding="utf-8") as sql, open(counts, "w", newline="") as out:
    csv.writer(out).writerows(duckdb.sql(sql.read()).fetchall())
print(f"duckdb: {duckdb.__version__}")
