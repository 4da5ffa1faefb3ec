#!/usr/bin/env bash
# NegEx's annotated sentences under our negation: scripts/negex.sh Annotations-1-120.txt
# The file is negex.python/Annotations-1-120.txt of its authors' repository; it is no part of this project.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 FILE" >&2; exit 2; }
TAMIS_NEGEX="$(realpath "$1")" cargo test --lib clinical_sentences -- --nocapture
