"""Prints the marks of speed with ratios beside the peers that can be had here. Run by scripts/bench.sh.

Whole processes, CPU time (user and system, all threads) unless it says wall, median of RUNS (5). Peers that take longer
than SLOW seconds run once. Every figure is measured now, on this machine; none is kept anywhere.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tomllib

from measured import run

RUNS = int(os.environ.get("RUNS", "5"))
SLOW = 10
data, python, file = sys.argv[1:4]
tamis, tokens = "target/release/tamis", "target/release/examples/tokens"
once = {}


def measure(command, stdin=None):
    """Medians of CPU and wall, and the highest peak."""
    key = (tuple(command), stdin)
    if key not in once:
        runs = [run(command, stdin)]
        while len(runs) < RUNS and runs[0][1] < SLOW:
            runs.append(run(command, stdin))
        once[key] = (
            statistics.median(r[0] for r in runs),
            statistics.median(r[1] for r in runs),
            max(r[2] for r in runs),
            len(runs),
        )
    return once[key]


def replicated(path, times):
    """The file's records several times over in one set."""
    big = f"{path.removesuffix('.xml')}-x{times}.xml"
    if not os.path.exists(big):
        with open(path, "rb") as source:
            text = source.read()
        start = text.index(b"<PubmedArticle>")
        end = text.rindex(b"</PubmedArticle>") + len(b"</PubmedArticle>")
        with open(big + ".part", "wb") as out:
            out.write(text[:start])
            for _ in range(times):
                out.write(text[start:end] + b"\n")
            out.write(b"</PubmedArticleSet>\n")
        os.rename(big + ".part", big)
    return big


def row(work, value, mark, holds, figures):
    print(f"{work:<58} {value:>10}  {mark:<14} {'yes' if holds else 'NO':<4} {figures}")


def ratio(work, ours, theirs, most, which=0, note=""):
    a, b = ours[which], theirs[which]
    value = a / b
    shown = f"{value:.2f} ×" if value >= 0.1 else f"1/{b / a:.0f}"
    mark = f"≤ {most:g} ×" if most >= 0.1 else f"≤ 1/{1 / most:.0f}"
    row(work, shown, mark, value <= most, f"{a:.2f} s against {b:.2f} s{note}")


print(f"{'work':<58} {'measured':>10}  {'mark':<14} {'':<4} figures: median of {RUNS}, CPU of whole processes")
big = replicated(file, 4)
check, floor = measure([tamis, "corpus", "check", "-q", file]), measure([tokens, file])
ratio("check against a bare quick-xml token loop", check, floor, 2.0)
big_check, big_floor = measure([tamis, "corpus", "check", "-q", big]), measure([tokens, big])
ratio(f"the same on {os.path.getsize(big) / 1e6:.0f} MB", big_check, big_floor, 2.0)

packed = measure([tamis, "corpus", "check", "-q", f"{file}.gz"])
if shutil.which("xtract"):
    fields = [
        "MedlineCitation/PMID", "ArticleTitle", "AbstractText", "Journal/Title", "ISOAbbreviation", "Volume", "Issue",
        "PubDate/Year", "LastName", "Language", "PublicationType", "DescriptorName",
    ]
    # Standard input must not be an empty pipe, or xtract ends at once.
    command = ["xtract", "-input", file, "-strict", "-pattern", "PubmedArticle", "-element", *fields]
    ratio("check against xtract, twelve fields", check, measure(command, "/dev/null"), 0.5)
else:
    print("not measured: xtract (Debian: ncbi-entrez-direct)")

peers = {
    "pubmed_parser": (
        "import pubmed_parser, sys\nfor _ in pubmed_parser.parse_medline_xml(sys.argv[1]): pass",
        "check against pubmed_parser",
        1 / 20,
    ),
    "Bio": ("from Bio import Entrez\nimport sys\nEntrez.read(open(sys.argv[1], 'rb'))", "check against Biopython", 1 / 20),
}
for module, (code, work, most) in peers.items():
    if python and subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
        # pubmed_parser reads gzip only: then both do.
        gzip = module == "pubmed_parser"
        peer = measure([python, "-c", code, f"{file}.gz" if gzip else file])
        ratio(work, packed if gzip else check, peer, most, note=f"; peak {check[2]:.0f} MiB against {peer[2]:.0f} MiB; {peer[3]} run{'s' * (peer[3] > 1)}")
    else:
        print(f"not measured: {module} (PyPI)")

peak = max(check[2], big_check[2])
peak = max(peak, packed[2])
row("peak memory of reading, any file size", f"{peak:.1f} MiB", "< 20 MiB", peak < 20, f"{big_check[2]:.1f} MiB for {os.path.getsize(big) / 1e6:.0f} MB; {packed[2]:.1f} MiB for .gz")
gunzip = measure(["gunzip", "-c", f"{file}.gz"])
ratio(".xml.gz: wall time against gunzip", packed, gunzip, 1.5, which=1)

assess = measure([tamis, "assess", "-q", "--jobs", "1"], file)
records = int(subprocess.run(["grep", "-c", "<PubmedArticle>", file], capture_output=True, text=True).stdout)
rate = records / assess[0]
row("assess: read, seven criteria, evidence as JSON", f"{rate:.0f}/s", "", True, f"records a second of one core; {assess[0]:.2f} s for {records}; peak {assess[2]:.0f} MiB")
rate = records / (assess[0] - check[0])
row("the criteria alone, without reading", f"{rate:.0f}/s", "≥ 20000/s", rate >= 20000, "by difference")

# The corpus: read, compressed, stored and indexed, each time anew.
corpus = os.path.join(data, "bench.sqlite")


def anew():
    for end in ("", "-wal", "-shm"):
        if os.path.exists(corpus + end):
            os.remove(corpus + end)


def adding(path):
    runs = []
    for _ in range(RUNS):
        anew()
        runs.append(run([tamis, "corpus", "add", "-q", path, "--corpus", corpus]))
    return statistics.median(r[0] for r in runs), statistics.median(r[1] for r in runs), max(r[2] for r in runs)


big_add, add = adding(big), adding(file)
ratio("corpus add: read, store and index, against reading", add, check, 5)
peak = max(add[2], big_add[2])
row("peak memory of corpus add, any file size", f"{peak:.0f} MiB", "< 100 MiB", peak < 100, f"{add[2]:.0f} MiB for {os.path.getsize(file) / 1e6:.0f} MB, {big_add[2]:.0f} MiB for {os.path.getsize(big) / 1e6:.0f} MB")
with open("queries/alk-crizotinib/protocol.toml", "rb") as protocol:
    string = tomllib.load(protocol)["search"]["sent"]
search = measure([tamis, "corpus", "search", "--count", string, "--corpus", corpus])
row("the paper's string over the file's records, cold process", f"{search[1]:.3f} s", "", True, "wall; over a million records: just scale")
anew()
