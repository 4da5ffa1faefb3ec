#!/usr/bin/env bash
# A search result of 200,000 records through every stage: `scripts/large.sh 10` copies of the real file. Needs 8 GB in target/.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-data.sh
[ -n "$file" ] || { echo "large: the file cannot be had"; exit 0; }
cargo build --release --locked --quiet --bin tamis --features parquet
python3 scripts/large.py "$file" "$data/large" "$@"
rm -r "$data/large"
