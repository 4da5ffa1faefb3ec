#!/usr/bin/env bash
# The programs for which tamis writes files read them: the same records, titles and decisions by all of them.
#
# rispy, bibtexparser, Biopython, openpyxl, DuckDB and ASReview come from PyPI into target/peers; LibreOffice is used where it
# is installed. What cannot be had is skipped, and said to be. TAMIS_PEERS=all fetches ASReview too, which is large.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v python3 >/dev/null || { echo "peers: skipped: there is no python3"; exit 0; }
cargo build --locked --quiet
tamis=${CARGO_TARGET_DIR:-$PWD/target}/debug/tamis
here=$PWD
venv=$PWD/target/peers
[ -x "$venv/bin/python" ] || python3 -m venv "$venv" 2>/dev/null || { echo "peers: skipped: no virtual environment can be made"; exit 0; }
packages="rispy bibtexparser>=2 biopython openpyxl duckdb"
[ "${TAMIS_PEERS-}" = all ] && packages="$packages asreview"
for package in $packages; do
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$package" >/dev/null 2>&1 || echo "peers: $package cannot be installed here"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r queries "$work/queries"
cd "$work"
"$tamis" run -q >/dev/null
for format in ris nbib bibtex colrev csl-json endnote-xml asreview rayyan covidence jsonl; do
  "$tamis" export --to "$format" -o "records.$format" 2>/dev/null
done
"$tamis" export --to parquet -o records.parquet 2>/dev/null || echo "peers: this tamis writes no Parquet"
"$tamis" flow --format prisma2020-csv -o prisma.csv 2>/dev/null
"$tamis" flow --format json -o flow.json 2>/dev/null
if command -v soffice >/dev/null; then
  timeout 120 soffice --headless --convert-to csv:"Text - txt - csv (StarCalc)":44,34,76,1,,0,false,true,false,false,false,1 \
    --outdir office out/alk-crizotinib/worksheet.xlsx >/dev/null 2>&1 || echo "peers: LibreOffice could not convert the workbook"
else
  echo "peers: skipped LibreOffice: it is not installed"
fi
"$venv/bin/python" "$here/scripts/peers/read.py"
