#!/usr/bin/env bash
# Writes docs/query-codes.md anew: the pages of the program, then our codes beside those of CoLRev's search-query on the
# strings of FILE.jsonl (one JSON object a line, with the keys `id` and `query`), where it is named and search-query can
# be installed. Without FILE the table that is there stays.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --quiet
page=docs/query-codes.md
kept=$(mktemp)
trap 'rm -f "$kept"' EXIT
if [ $# -gt 0 ]; then
  [ -x target/clients/bin/python ] || python3 -m venv target/clients
  if timeout 300 target/clients/bin/python -m pip install --quiet --disable-pip-version-check search-query >/dev/null 2>&1; then
    target/clients/bin/python scripts/beside_search_query.py target/debug/tamis "$1" >"$kept"
  else
    echo "query-codes: skipped the comparison: search-query cannot be installed here"
  fi
fi
[ -s "$kept" ] || sed -n '/^# Beside/,$p' "$page" >"$kept" 2>/dev/null || true
{ target/debug/tamis query explain-code --markdown; echo; cat "$kept"; } >"$page.part"
mv "$page.part" "$page"
