"""Published search strings over a corpus, each in a process of its own, cold.

usage: strings.py CORPUS STRINGS.jsonl [EVERY]    (lines with "query" and "syntax"; every EVERYth that is PubMed's, 1 by default)

Strings that tamis refuses, or that cannot be tried on local records, are left out and counted.
"""

import json
import os
import statistics
import sys

from measured import run

tamis = os.path.abspath("target/release/tamis")
corpus, strings, *every = sys.argv[1:]
with open(strings, encoding="utf-8") as lines:
    queries = [q["query"] for q in map(json.loads, lines) if q.get("syntax") == "pubmed"]
queries = queries[:: int(every[0]) if every else 1]
runs = [(run([tamis, "corpus", "search", "--count", q, "--corpus", corpus], may_fail=True), q) for q in queries]
done = sorted(((r, q) for r, q in runs if r), key=lambda one: one[0][0])
print(f"{len(done)} strings tried, {len(runs) - len(done)} left out")
for name, i in (("CPU", 0), ("wall", 1)):
    times = sorted(r[i] for r, _ in done)
    print(f"{name}: median {statistics.median(times):.3f} s, 95th percentile {times[len(times) * 95 // 100]:.2f} s, worst {times[-1]:.2f} s")
(cpu, wall, _, found), worst = done[-1]
print(f"peak memory {max(r[2] for r, _ in done):.0f} MiB; the worst took {cpu:.2f} s of CPU, {wall:.2f} s, and found {found.strip()}: {worst[:300]}")
