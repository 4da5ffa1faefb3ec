#!/usr/bin/env bash
# The audit page in a real browser: opened, filtered by its address, a picture kept; a hostile record stays text.
# Installs Chromium from Debian where it may; says so and ends well where it cannot.
set -euo pipefail
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ] && [ "${TAMIS_INSTALL_CLIENTS-0}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update && apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 || true
  browser=$(command -v chromium || true)
fi
if [ -z "$browser" ]; then
  echo "audit page: skipped, no Chromium here and none to be installed"
  exit 0
fi
cargo build --locked -q
tamis=$PWD/target/debug/tamis
kept=$PWD/target/audit-page
mkdir -p "$kept"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r queries "$work/queries"
cp tests/data/hostile.xml "$work/queries/alk-crizotinib/twin/99.xml"
# It ends with 3: one record more than the published figure.
(cd "$work" && "$tamis" run -q >/dev/null 2>&1) || [ $? = 3 ]
page=file://$work/out/alk-crizotinib/audit.html
view() { # ADDRESS-FRAGMENT OPTION…
  local fragment=$1
  shift
  timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --user-data-dir="$work/profile" --window-size=1200,1600 --virtual-time-budget=3000 "$@" "$page#$fragment" 2>"$work/log"
}
fail() { echo "audit page: $1"; exit 1; }

view "decision=excluded&reason=no-crizotinib" --dump-dom >"$work/filtered.html"
grep -q '>5 of 105 records' "$work/filtered.html" || fail "the filter in the address does not show 5 of 105 records"
grep -q '<form id="filters" role="search">' "$work/filtered.html" || fail "the filters stay hidden where scripts run"
view "q=neoadjuvant+traf3-alk" --dump-dom >"$work/searched.html"
grep -q '>1 of 105 records' "$work/searched.html" || fail "the search box does not find the one record of these words"
view "q=99990001" --dump-dom >"$work/hostile.html"
grep -q '>1 of 105 records' "$work/hostile.html" || fail "the hostile record is not found"
! grep -q '<title>taken over' "$work/hostile.html" || fail "a script of a record ran"
view "decision=excluded&reason=no-crizotinib" --screenshot="$kept/filtered.png" || fail "no picture"
view "" --print-to-pdf="$kept/printed.pdf" --no-pdf-header-footer || fail "it does not print"
[ -s "$kept/filtered.png" ] && [ -s "$kept/printed.pdf" ] || fail "the picture or the print is empty"
echo "audit page: opened, filtered, searched and printed in $("$browser" --version 2>/dev/null | head -1); target/audit-page holds the pictures"
