"""What a tamis database holds of its newest run: PMIDs and titles, read without tamis.

Usage: tamis.py DATABASE OUT.tsv
"""

import sqlite3
import sys
import xml.etree.ElementTree as tree
import zlib

with sqlite3.connect(sys.argv[1]) as db, open(sys.argv[2], "w", encoding="utf-8") as out:
    rows = db.execute(
        "SELECT h.pmid, v.xml FROM search_hit AS h JOIN run_record AS r ON r.run = h.run AND r.pmid = h.pmid"
        " JOIN record_revision AS v ON v.id = r.revision"
        " WHERE h.run = (SELECT max(id) FROM search_run) ORDER BY h.pmid"
    )
    for pmid, xml in rows:
        title = tree.fromstring(zlib.decompress(xml)).find(".//ArticleTitle")
        out.write(f"{pmid}\t{' '.join(''.join(title.itertext()).split())}\n")
