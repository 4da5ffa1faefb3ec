#!/usr/bin/env bash
# Reads answers of NCBI that other projects recorded: those in the folders named as arguments (or in TAMIS_RECORDED,
# separated by `:`), and Biopython's Tests/Entrez from its source distribution when it can be downloaded.
set -euo pipefail
folders=${TAMIS_RECORDED:-}
for folder in "$@"; do folders+="${folders:+:}$(cd "$folder" && pwd)"; done
cd "$(dirname "$0")/.."
kept=target/clients/recorded
if [ ! -d "$kept/Entrez" ] && command -v python3 >/dev/null; then
  mkdir -p "$kept"
  # pip downloads, then may fail to build what only has to be unpacked: what counts is the archive.
  timeout 120 python3 -m pip download --quiet --no-deps --no-binary biopython --dest "$kept" biopython >/dev/null 2>&1 || true
  for archive in "$kept"/biopython-*.tar.gz; do
    [ -f "$archive" ] && tar -xzf "$archive" -C "$kept" --strip-components=2 --wildcards '*/Tests/Entrez/*' && rm "$archive"
  done
fi
if [ -d "$kept/Entrez" ]; then
  folders+="${folders:+:}$PWD/$kept/Entrez"
else
  echo "recorded: skipped Biopython's Tests/Entrez: it cannot be downloaded here"
fi
if [ -z "$folders" ]; then
  echo "recorded: skipped: there are no recorded answers"
  exit 0
fi
TAMIS_RECORDED=$folders cargo test --locked --quiet --test it recorded:: -- --nocapture
