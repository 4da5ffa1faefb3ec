"""How a corpus grows: the real file again and again with PMIDs of its own each time, measured at several sizes.

usage: scale.py FILE.xml FOLDER [SIZE…]    (how many times the file; 1 4 16 by default, 48 is a million records)

Prints, at each size: records, CPU of adding a record, peak memory, bytes of database, the wall time of the paper's
string in a process of its own, and how many records a core screens by the shipped review's criteria, evidence written
as JSON; then the exponent between the first and the last size: 1 is linear.
"""

import math
import os
import statistics
import sys
import tomllib

from measured import citations, renumbered, run

tamis = os.path.abspath("target/release/tamis")
file, folder, *sizes = sys.argv[1:]
sizes = sorted(int(s) for s in sizes) or [1, 4, 16]
corpus = os.path.join(folder, "scale.sqlite")
with open("queries/alk-crizotinib/protocol.toml", "rb") as protocol:
    string = tomllib.load(protocol)["search"]["sent"]
strings = {"paper": string, "broad": "cancer[tiab] AND treatment[tiab]", "rare": "crizotinib*[tiab] AND sarcoma*[tiab]"}

text, each_time = citations(file)
for end in ("", "-wal", "-shm"):
    if os.path.exists(corpus + end):
        os.remove(corpus + end)
points, cpu, peak, screening = [], 0.0, 0.0, 0.0
for i in range(1, sizes[-1] + 1):
    path = os.path.join(folder, f"pubmed21n{i:04}.xml")
    with open(path, "wb") as out:
        out.write(renumbered(text, i))
    used, _, most, _ = run([tamis, "corpus", "add", "-q", path, "--corpus", corpus])
    # The criteria alone: what assessing takes more than reading.
    screening += run([tamis, "assess", "-q", "--jobs", "1"], path, os.devnull)[0] - run([tamis, "corpus", "check", "-q", path])[0]
    os.remove(path)
    cpu, peak = cpu + used, max(peak, most)
    if i in sizes:
        size = sum(os.path.getsize(corpus + e) for e in ("", "-wal") if os.path.exists(corpus + e))
        records = each_time * i
        line = f"{records:>9} records: add {cpu / records * 1e6:.0f} µs of CPU a record, peak {peak:.0f} MiB, {size / records:.0f} bytes a record;"
        times = {}
        for name, string in strings.items():
            runs = [run([tamis, "corpus", "search", "--count", string, "--corpus", corpus]) for _ in range(5)]
            times[name] = statistics.median(r[1] for r in runs)
            line += f" {name} {times[name]:.3f} s ({runs[0][3].strip()} found, peak {max(r[2] for r in runs):.0f} MiB)"
        print(f"{line}; screening {records / screening:.0f} a second of one core", flush=True)
        points.append((records, cpu, size, times))
(n0, cpu0, size0, times0), (n1, cpu1, size1, times1) = points[0], points[-1]
if n1 > n0:
    exponent = lambda a, b: math.log(b / a) / math.log(n1 / n0)
    print(f"exponents from {n0} to {n1}: CPU of adding {exponent(cpu0, cpu1):.2f}, bytes {exponent(size0, size1):.2f}, "
          + ", ".join(f"{name} {exponent(times0[name], times1[name]):.2f}" for name in strings))
    each = cpu1 / n1
    print(f"by these, PubMed's 38 million records: {each * 38e6 / 3600:.1f} hours of CPU, {size1 / n1 * 38e6 / 1e9:.0f} GB")
