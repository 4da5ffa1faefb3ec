#!/usr/bin/env bash
# How a corpus grows with its records: `scripts/scale.sh 1 4 16 48`. Needs room in target/ for the corpus, 5 kB a record.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-data.sh
[ -n "$file" ] || { echo "scale: the file cannot be had"; exit 0; }
cargo build --release --locked --quiet --bin tamis
mkdir -p "$data/scale"
python3 scripts/scale.py "$file" "$data/scale" "$@"
