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
# Headings, contrast, names, keyboard: axe-core (Deque, MPL 2.0) on every page that tamis writes, where npm can fetch it.
axe=$PWD/target/audit-page/axe.min.js
if [ ! -s "$axe" ] && command -v npm >/dev/null; then
  (cd "$work" && npm pack --silent axe-core@4 >/dev/null 2>&1 && tar -xzf axe-core-*.tgz && cp package/axe.min.js "$axe") || true
fi
(cd "$work" && "$tamis" report -q >/dev/null && "$tamis" flow -q --format html -o out/alk-crizotinib/flow.html 2>/dev/null) || fail "no report"
if [ -s "$axe" ]; then
  for name in audit report flow; do
    # The copy lets axe run; the page itself allows no script but its own. Every record is opened.
    { sed -e 's/<meta http-equiv="Content-Security-Policy"[^>]*>//' -e 's/<details>/<details open>/g' "$work/out/alk-crizotinib/$name.html"
      echo "<script src=\"file://$axe\"></script><script>axe.run().then(r => { document.body.innerHTML = '<pre id=axe></pre>'; document.getElementById('axe').textContent = 'axe ' + r.violations.length + ' of ' + (r.passes.length + r.violations.length) + ' rules broken ' + r.violations.map(v => v.id + ' ' + v.nodes.length + ' ' + v.nodes[0].html.slice(0, 120)).join('; '); });</script>"
    } >"$work/$name-axe.html"
    timeout 300 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
      --virtual-time-budget=200000 --dump-dom "file://$work/$name-axe.html" 2>"$work/log" | grep -o 'axe [0-9]* of .*' >"$work/axe" || fail "axe did not end on $name.html"
    grep -q '^axe 0 of [1-9]' "$work/axe" || fail "$name.html: $(head -c 600 "$work/axe")"
    echo "$name.html: $(grep -o 'axe 0 of [0-9]* rules broken' "$work/axe")"
  done
else
  echo "audit page: accessibility not checked, axe-core cannot be fetched"
fi
[ -s "$kept/filtered.png" ] && [ -s "$kept/printed.pdf" ] || fail "the picture or the print is empty"
echo "audit page: opened, filtered, searched and printed in $("$browser" --version 2>/dev/null | head -1); target/audit-page holds the pictures"
