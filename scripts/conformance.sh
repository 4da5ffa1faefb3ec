#!/usr/bin/env bash
# Real clients of NCBI's E-utilities against `tamis serve-entrez`: the same PMIDs and titles by all of them and by tamis.
#
# Biopython comes from PyPI into target/clients; EDirect and rentrez are used when they are installed. As root, and with
# TAMIS_INSTALL_CLIENTS=1, Debian's packages are installed for it. What is not there is skipped, and said to be.
set -euo pipefail
cd "$(dirname "$0")/.."
skip() { echo "conformance: skipped $1: $2"; }
command -v python3 >/dev/null || { skip "everything" "there is no python3"; exit 0; }

if [ "${TAMIS_INSTALL_CLIENTS:-0}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  for package in ncbi-entrez-direct r-cran-rentrez; do
    dpkg -s "$package" >/dev/null 2>&1 && continue
    { timeout 300 apt-get update -qq && DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install -y -qq --no-install-recommends "$package"; } \
      >/dev/null 2>&1 || echo "conformance: $package could not be installed"
  done
fi

cargo build --locked --quiet
tamis=$PWD/target/debug/tamis
twin=$PWD/queries/alk-crizotinib/twin
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

python3 scripts/clients/records.py 12345 "$work/many.xml"
"$tamis" serve-entrez "$twin"/*.xml "$work/many.xml" >"$work/address" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do
  base=$(grep -o 'http://[^ ]*' "$work/address" || true)
  [ -n "$base" ] && break
  sleep 0.2
done
[ -n "$base" ] || { echo "conformance: the service did not start"; cat "$work/server.log"; exit 1; }

term='ALK[tiab] AND (crizotinib*[tiab] OR "ALK inhibitor"[ti]) AND 2010:2021[dp]'
big='manifold[ti]'
review() { # NAME TERM OUT
  (cd "$work" && "$tamis" init "$1" --quiet >/dev/null 2>&1 &&
    python3 - "queries/$1/protocol.toml" "$2" <<'PY' &&
import re, sys
path, term = sys.argv[1:]
text = open(path, encoding="utf-8").read()
open(path, "w", encoding="utf-8").write(re.sub(r'(?m)^sent = .*$', lambda _: f"sent = '{term}'", text))
PY
    "$tamis" search "$1" --source "$base" --quiet >/dev/null && "$tamis" fetch "$1" --source "$base" --quiet)
  python3 scripts/clients/tamis.py "$work/db/$1.sqlite" "$3"
}
review small "$term" "$work/tamis.tsv"
review large "$big" "$work/tamis-big.tsv"
echo "conformance: tamis: $(wc -l <"$work/tamis.tsv") records, $(wc -l <"$work/tamis-big.tsv") past the limit"
[ "$(wc -l <"$work/tamis-big.tsv")" -eq 12345 ]
[ "$(wc -l <"$work/tamis.tsv")" -gt 50 ]

same() { # CLIENT FILE
  diff "$work/tamis.tsv" "$2" >"$work/difference" || { echo "conformance: $1 differs from tamis:"; head -20 "$work/difference"; exit 1; }
  echo "conformance: $1: the same $(wc -l <"$2") PMIDs and titles"
}

if [ ! -x target/clients/bin/python ]; then
  python3 -m venv target/clients >/dev/null 2>&1 || true
fi
if timeout 300 target/clients/bin/python -m pip install --quiet --disable-pip-version-check 'biopython>=1.85' >"$work/pip.log" 2>&1; then
  timeout 300 target/clients/bin/python scripts/clients/biopython.py "$base" "$term" "$work/biopython.tsv" "$big" 12345
  same Biopython "$work/biopython.tsv"
else
  skip Biopython "pip cannot install it here: $(tail -1 "$work/pip.log")"
fi

if command -v esearch >/dev/null && command -v xtract >/dev/null; then
  timeout 300 bash scripts/clients/edirect.sh "$base" "$term" "$work/edirect.tsv" "$big" "$work/edirect-big"
  same EDirect "$work/edirect.tsv"
  cut -f1 "$work/tamis-big.tsv" | diff -q - "$work/edirect-big" >/dev/null || { echo "conformance: EDirect's split differs"; exit 1; }
  echo "conformance: EDirect: the same $(wc -l <"$work/edirect-big") PMIDs past the limit, cut its own way"
else
  skip EDirect "not installed (Debian: ncbi-entrez-direct)"
fi

if command -v Rscript >/dev/null && Rscript -e 'library(rentrez)' >/dev/null 2>&1; then
  timeout 300 Rscript scripts/clients/rentrez.R "$base" "$term" "$work/rentrez.tsv" 2>"$work/r.log" || { cat "$work/r.log"; exit 1; }
  same rentrez "$work/rentrez.tsv"
else
  skip rentrez "not installed (Debian: r-cran-rentrez)"
fi
