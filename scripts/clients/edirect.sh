#!/usr/bin/env bash
# NCBI's EDirect against a service; past 9,999 records it cuts the search by PMIDs itself.
# Usage: edirect.sh BASE TERM OUT.tsv BIG_TERM BIG_OUT
set -euo pipefail
base=$1 term=$2 out=$3 big=$4 big_out=$5
export EMAIL=someone@example.org
# Within a large search EDirect calls esearch again without the address: a wrapper adds it.
real=$(command -v esearch)
wrappers=$(mktemp -d)
trap 'rm -rf "$wrappers"' EXIT
printf '#!/bin/sh\nexec "%s" -base "%s" "$@"\n' "$real" "$base" >"$wrappers/esearch"
chmod +x "$wrappers/esearch"
export PATH="$wrappers:$PATH"
"$real" -base "$base" -db pubmed -query "$term" </dev/null |
  efetch -base "$base" -format xml |
  xtract -pattern PubmedArticle -element MedlineCitation/PMID ArticleTitle |
  sort -n >"$out"
"$real" -base "$base" -db pubmed -query "$big" </dev/null | efetch -base "$base" -format uid | sort -n >"$big_out"
einfo -base "$base" -db pubmed </dev/null | grep -q TIAB
"$real" -base "$base" -db pubmed -query "$term" </dev/null | efetch -base "$base" -format medline | grep -c '^PMID- ' |
  grep -qx "$(wc -l <"$out" | tr -d ' ')"
