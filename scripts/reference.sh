#!/usr/bin/env bash
# Survival estimates against R's package survival, where R and it are installed; otherwise this says that it skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v Rscript >/dev/null || ! Rscript -e 'library(survival)' >/dev/null 2>&1; then
  echo "reference: skipped: R with its package survival is not installed (Debian: r-cran-survival)"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
Rscript scripts/reference.R "$folder"
TAMIS_REFERENCE=$folder cargo test --locked --quiet --test it reference:: -- --nocapture
