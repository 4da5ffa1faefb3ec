"""A search result as large as few reviews have, through every stage: CPU, wall time and peak memory of each process.

usage: large.py FILE.xml FOLDER [COPIES]    (10 copies of the real file are 207,880 records)

The review is the one that ships, with a string that finds nearly all; its records come from a corpus. What a stage
writes is removed once it is measured.
"""

import os
import shutil
import sys

from measured import citations, renumbered, run, widened

tamis = os.path.abspath("target/release/tamis")
file, folder, *copies = sys.argv[1:]
copies = int(copies[0]) if copies else 10
shutil.rmtree(folder, ignore_errors=True)
review = os.path.join(folder, "review")
out = os.path.join(folder, "out")
os.makedirs(out)
widened(review, "2010:2021[dp]")
corpus, database = os.path.join(folder, "corpus.sqlite"), os.path.join(folder, "review.sqlite")
text, each_time = citations(file)


def size(path):
    """Bytes of a file or of all files in a folder."""
    inside = (os.path.join(d, f) for d, _, names in os.walk(path) for f in names)
    return sum(os.path.getsize(f) for f in (inside if os.path.isdir(path) else [path]))


def row(stage, cpu, wall, peak, made=None):
    told = ""
    if made:
        told = f"{size(made) / 1e6:8.0f} MB"
        shutil.rmtree(made) if os.path.isdir(made) else os.remove(made)
    print(f"{stage:<28}{cpu:8.1f} s{wall:9.1f} s{peak:9.0f} MiB{told}", flush=True)


def stage(name, *arguments, made=None, into=None):
    cpu, wall, peak, printed = run([tamis, *arguments, "-q", "--db", database, "--out", out], into=into)
    row(name, cpu, wall, peak, made)
    return printed


print(f"{each_time * copies} records\n{'stage':<28}{'CPU':>10}{'wall':>11}{'peak':>13}{'written':>11}")
cpu = wall = peak = 0.0
for i in range(1, copies + 1):
    path = os.path.join(folder, f"pubmed21n{i:04}.xml")
    with open(path, "wb") as target:
        target.write(renumbered(text, i))
    used, took, most, _ = run([tamis, "corpus", "add", "-q", path, "--corpus", corpus])
    os.remove(path)
    cpu, wall, peak = cpu + used, wall + took, max(peak, most)
row("corpus add", cpu, wall, peak)
source = ["--source", f"corpus:{corpus}"]
stage("search", "search", review, *source)
stage("fetch", "fetch", review, *source)
stage("screen", "screen", review)
flow = stage("flow", "flow", review)
stage("status", "status", review)
stage("worksheet", "worksheet", review)
# The pages of audit.html lie in a folder beside the first.
stage("audit, CSV and pages", "audit", review, made=out)
lines = os.path.join(folder, "audit.json")
stage("audit --format json", "audit", review, "--format", "json", into=lines, made=lines)
stage("report", "report", review, made=out)
formats = "ris nbib endnote-xml bibtex csl-json asreview rayyan covidence colrev jsonl parquet"
for to in formats.split():
    target = os.path.join(folder, f"records.{to}")
    stage(f"export --to {to}", "export", review, "--to", to, "-o", target, made=target)
print(flow)
