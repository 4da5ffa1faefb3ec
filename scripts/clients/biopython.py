"""Biopython's Bio.Entrez against a service: search, history, pages, every format, and the limit of 9,999.

Only the address is changed. Biopython checks every XML answer against the DTDs it ships.
Usage: biopython.py BASE TERM OUT.tsv BIG_TERM BIG_COUNT
"""

import io
import re
import sys
import urllib.request
from xml.etree import ElementTree

from Bio import Entrez, Medline

base, term, out, big, big_count = sys.argv[1:6]
NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


def elsewhere(request):
    url = request.full_url if isinstance(request, urllib.request.Request) else request
    assert url.startswith(NCBI), url
    return urllib.request.urlopen(urllib.request.Request(base + url[len(NCBI) :], data=getattr(request, "data", None)))


Entrez.urlopen = elsewhere
Entrez.email = "someone@example.org"
Entrez.sleep_between_tries = 1


def plain(text):
    return " ".join(re.sub(r"</?(i|b|u|sup|sub)>", "", str(text)).split())


info = Entrez.read(Entrez.einfo(db="pubmed"))["DbInfo"][0]
assert any(f["Name"] == "TIAB" for f in info["FieldList"]), "EInfo names no TIAB"
assert Entrez.read(Entrez.einfo())["DbList"] == ["pubmed"]

found = Entrez.read(Entrez.esearch(db="pubmed", term=term, usehistory="y", retmax=7))
count = int(found["Count"])
assert len(found["IdList"]) == min(7, count)
history = {"db": "pubmed", "webenv": found["WebEnv"], "query_key": found["QueryKey"]}

titles, pmids = {}, []
for start in range(0, count, 50):
    page = Entrez.read(Entrez.efetch(retstart=start, retmax=50, retmode="xml", **history))
    for article in page["PubmedArticle"]:
        citation = article["MedlineCitation"]
        pmids.append(str(citation["PMID"]))
        titles[pmids[-1]] = plain(citation["Article"]["ArticleTitle"])
assert len(pmids) == count == len(titles), (len(pmids), count)

text = Entrez.efetch(rettype="medline", retmode="text", **history).read()
records = {r["PMID"]: r for r in Medline.parse(io.StringIO(text))}
assert set(records) == set(titles), "the MEDLINE text holds other records"
for pmid, record in records.items():
    assert " ".join(record["TI"].split()) == titles[pmid], (pmid, record["TI"], titles[pmid])

uids = Entrez.efetch(rettype="uilist", retmode="text", **history).read().split()
assert uids == pmids, "the list has another order"
numbered = Entrez.efetch(rettype="abstract", retmode="text", **history).read()
assert all(f"PMID: {p}" in numbered for p in pmids), "the abstracts miss a record"

summaries = Entrez.read(Entrez.esummary(retmax=20, **history))
assert [plain(s["Title"]) for s in summaries] == [titles[p] for p in pmids[:20]], "summaries differ"
# Biopython ships no DTD for version 2.0 and would fetch it from NCBI: read here as plain XML.
second = ElementTree.fromstring(Entrez.esummary(version="2.0", retmax=20, **history).read())
assert [plain(s.findtext("Title")) for s in second.iter("DocumentSummary")] == [titles[p] for p in pmids[:20]]

posted = Entrez.read(Entrez.epost("pubmed", id=",".join(pmids[:10])))
again = Entrez.efetch(
    db="pubmed", webenv=posted["WebEnv"], query_key=posted["QueryKey"], rettype="uilist", retmode="text"
).read()
assert again.split() == pmids[:10], "EPost keeps another set"

by_date = Entrez.read(Entrez.esearch(db="pubmed", term=term, sort="pub_date", retmax=9999))["IdList"]
assert sorted(by_date) == sorted(pmids), "another order, other records"

window = Entrez.read(Entrez.esearch(db="pubmed", term=big, retmax=100000))
assert int(window["Count"]) == int(big_count) and len(window["IdList"]) == 9999, (window["Count"], len(window["IdList"]))
try:
    Entrez.read(Entrez.esearch(db="pubmed", term=big, retstart=9999))
    raise SystemExit("an offset past the window was not refused")
except RuntimeError as refused:
    assert "cannot be larger than 9998" in str(refused)

with open(out, "w", encoding="utf-8") as file:
    for pmid in sorted(pmids, key=int):
        file.write(f"{pmid}\t{titles[pmid]}\n")
