#!/usr/bin/env bash
# Reads answers of NCBI that other projects recorded: those in the folders named as arguments (or in TAMIS_RECORDED,
# separated by `:`), Biopython's Tests/Entrez from its source distribution and the test_data of the crate pubmed-client,
# when they can be downloaded.
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
if [ ! -d "$kept/pubmed-client" ]; then
  project=$(mktemp -d)
  mkdir "$project/src" && touch "$project/src/lib.rs"
  printf '[package]\nname = "recorded"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\npubmed-client = "0.4"\n' >"$project/Cargo.toml"
  if timeout 120 cargo vendor --quiet --manifest-path "$project/Cargo.toml" "$project/vendor" >/dev/null 2>&1; then
    data=$(find "$project/vendor/pubmed-client" -type d -name test_data | head -1)
    mkdir -p "$kept" && [ -n "$data" ] && cp -r "$data" "$kept/pubmed-client"
  fi
  rm -rf "$project"
fi
if [ -d "$kept/pubmed-client" ]; then
  folders+="${folders:+:}$PWD/$kept/pubmed-client"
else
  echo "recorded: skipped the test_data of pubmed-client: it cannot be downloaded here"
fi
if [ -z "$folders" ]; then
  echo "recorded: skipped: there are no recorded answers"
  exit 0
fi
TAMIS_RECORDED=$folders cargo test --locked --quiet --test it recorded:: -- --nocapture
