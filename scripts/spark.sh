#!/usr/bin/env bash
# Beyond one machine: the real file piped through `tamis assess` by Spark on two executors, the flow counted by Spark; the
# same file as a corpus, exported as Parquet, counted by DuckDB and by Spark; the same records in tamis's own SQLite. All must
# agree.
#
# PySpark and DuckDB come from PyPI into target/bench-data/spark; Java 17 must be installed (Debian: openjdk-17-jre-headless).
# TAMIS_SPARK_MASTER names another cluster. What cannot be had is said.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-data.sh
[ -n "$file" ] || { echo "spark: skipped: the file cannot be had"; exit 0; }
command -v java >/dev/null || { echo "spark: skipped: there is no Java"; exit 0; }
[ -x "$data/spark/bin/python" ] || python3 -m venv "$data/spark"
"$data/spark/bin/python" -c 'import pyspark, duckdb' 2>/dev/null ||
  timeout 900 "$data/spark/bin/python" -m pip install -q --disable-pip-version-check 'pyspark>=3.5,<4.1' duckdb ||
  { echo "spark: skipped: PySpark and DuckDB cannot be installed here"; exit 0; }
cargo build --release --locked --quiet --features parquet --bin tamis
work=$data/spark-work
rm -rf "$work" && mkdir -p "$work"
# The shipped criteria, and a string that finds every record.
PYTHONPATH=scripts python3 -c 'import sys; from measured import widened; widened(sys.argv[1], "all[sb]", ("1800-01-01", "2100-12-31"))' \
  "$work/queries/everything"
question=db/questions/flow-by-rules.sql
export PYSPARK_PYTHON=$PWD/$data/spark/bin/python SPARK_LOCAL_IP=127.0.0.1
tamis=$PWD/target/release/tamis
source=$PWD/$file
(cd "$work" && "$tamis" corpus add -q "$source" >/dev/null && "$tamis" corpus export everything -q --parquet parquet)
"$data/spark/bin/python" scripts/spark/pipe.py "$file" "$work/queries/everything" "$work/lines" "$work/parquet" "$question" "$work/spark.csv" 2>"$work/spark.log" ||
  { tail -20 "$work/spark.log"; exit 1; }
mv "$work/spark.csv.parquet" "$work/spark-parquet.csv"
"$data/spark/bin/python" scripts/spark/duck.py "$work/parquet" "$question" "$work/duckdb.csv"
(cd "$work" && "$tamis" search everything -q --source corpus >/dev/null && "$tamis" fetch everything -q --source corpus >/dev/null &&
  "$tamis" screen everything -q >/dev/null)
python3 scripts/spark/sqlite.py "$work/db/everything.sqlite" "$question" "$work/sqlite.csv"
cat "$work/sqlite.csv"
for engine in spark spark-parquet duckdb; do
  diff "$work/sqlite.csv" "$work/$engine.csv" || { echo "spark: $engine counts another flow than SQLite"; exit 1; }
done
echo "spark: Spark, DuckDB and SQLite count the same flow of $(awk -F, '{n += $3} END {print n}' "$work/sqlite.csv") records"
