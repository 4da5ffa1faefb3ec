"""Search strings reckoned independently of tamis: a few lines of Python over the same XML, and the PMIDs compared.

Usage: reckon.py TAMIS FILE.xml[.gz]…
What each string means here is written down in docs/search-semantics.md.
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from xml.etree import ElementTree

LATIN = {chr(c): "".join(d for d in unicodedata.normalize("NFD", chr(c)) if not unicodedata.combining(d)) for c in range(0xC0, 0x100)}
LATIN.update({"æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ß": "ss", "ø": "o", "Ø": "o", "ð": "ð", "þ": "þ"})


def words(text):
    # A hyphen parts words, and every letter and digit is part of one.
    return re.findall(r"[^\W_]+", "".join(LATIN.get(c, c) for c in text).lower())


def flat(element):
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


class Article:
    def __init__(self, e):
        c = e.find("MedlineCitation")
        a = c.find("Article")
        self.pmid, self.version = int(c.findtext("PMID")), int(c.find("PMID").get("Version"))
        self.title = [words(flat(a.find("ArticleTitle")))]
        # CopyrightInformation stands beside the texts and is none of them.
        self.abstract = [words(flat(t)) for t in a.findall("Abstract/AbstractText")]
        self.abstract += [words(flat(t)) for t in c.findall("OtherAbstract/AbstractText")]
        lists = c.findall("KeywordList")
        self.own = [words(flat(k)) for l in lists if l.get("Owner", "NOTNLM") == "NOTNLM" for k in l]
        self.other = [words(flat(k)) for l in lists if l.get("Owner", "NOTNLM") != "NOTNLM" for k in l]
        self.tiab = self.title + self.abstract + self.own
        self.mesh = [
            (h.findtext("DescriptorName").lower(), {q.text.lower() for q in h.findall("QualifierName")},
             any(x.get("MajorTopicYN") == "Y" for x in h))
            for h in c.findall("MeshHeadingList/MeshHeading")
        ]
        self.types = [t.text.lower() for t in a.findall("PublicationTypeList/PublicationType")]
        self.languages = [l.text for l in a.findall("Language")]
        self.status = c.get("Status")
        self.journals = {flat(a.find("Journal/Title")).lower(), (a.findtext("Journal/ISOAbbreviation") or "").lower(), (c.findtext("MedlineJournalInfo/MedlineTA") or "").lower()}
        self.authors = [
            " ".join(words(f"{n.findtext('LastName')} {n.findtext('Initials') or ''}"))
            for n in a.findall("AuthorList/Author") if n.findtext("LastName")
        ]
        self.substances = [words(flat(s)) for s in c.findall("ChemicalList/Chemical/NameOfSubstance")]
        self.substances += [words(flat(s)) for s in c.findall("SupplMeshList/SupplMeshName")]
        self.volume = a.findtext("Journal/JournalIssue/Volume")
        self.places = [words(flat(p)) for p in a.findall("AuthorList/Author/AffiliationInfo/Affiliation")]
        entrez = e.find("PubmedData/History/PubMedPubDate[@PubStatus='entrez']")
        self.entrez = tuple(int(entrez.findtext(x)) for x in ("Year", "Month", "Day")) if entrez is not None else None
        self.doi = {i.text.lower() for i in e.findall("PubmedData/ArticleIdList/ArticleId[@IdType='doi']") if i.text}


def phrase(texts, wanted):
    n = len(wanted)
    fits = lambda w, p: w.startswith(p[:-1]) if p.endswith("*") else w == p
    return any(all(fits(t[i + k], wanted[k]) for k in range(n)) for t in texts for i in range(len(t) - n + 1))


def near(texts, wanted, between):
    for t in texts:
        places = [[i for i, w in enumerate(t) if w == p] for p in wanted]
        for i in places[0]:
            for j in places[1]:
                if abs(i - j) - 1 <= between and i != j:
                    return True
    return False


def p(field, text):
    return lambda a: phrase(getattr(a, field), text.split())


def mesh(name, qualifier=None, major=False):
    def found(a):
        return any(d == name and (qualifier is None or qualifier in q) and (m or not major) for d, q, m in a.mesh)
    return found


STRINGS = [
    ("sarcoma*[tiab]", p("tiab", "sarcoma*")),
    ("sarcoma[tiab]", p("tiab", "sarcoma")),
    ("crizotinib[tiab]", p("tiab", "crizotinib")),
    ("ALK*[tiab]", p("tiab", "alk")),
    ("lung cancer[ti]", p("title", "lung cancer")),
    ("\"breast cancer\"[tiab]", p("tiab", "breast cancer")),
    ("\"non small cell lung cancer\"[tiab]", p("tiab", "non small cell lung cancer")),
    ("COVID-19[ti]", p("title", "covid 19")),
    ("\"randomized controlled trial*\"[tiab]", p("tiab", "randomized controlled trial*")),
    ("\"cancer lung\"[tiab:~3]", lambda a: near(a.tiab, ["cancer", "lung"], 3)),
    ("\"mortality risk\"[ti:~0]", lambda a: near(a.title, ["mortality", "risk"], 0)),
    ("organi*ation*[tiab]", lambda a: any(re.fullmatch(r"organi\w*ation\w*", w) for t in a.tiab for w in t)),
    ("neoplasms[mh:noexp]", mesh("neoplasms")),
    ("humans[mh] NOT animals[mh]", lambda a: mesh("humans")(a) and not mesh("animals")(a)),
    ("animals[mh] NOT humans[mh]", lambda a: mesh("animals")(a) and not mesh("humans")(a)),
    ("lung neoplasms/drug therapy[mh]", mesh("lung neoplasms", "drug therapy")),
    ("lung neoplasms/dt[mh]", mesh("lung neoplasms", "drug therapy")),
    ("neoplasms[majr]", mesh("neoplasms", None, True)),
    ("case reports[pt]", lambda a: "case reports" in a.types),
    ("review[pt] AND english[la]", lambda a: any("review" in words(t) for t in a.types) and "eng" in a.languages),
    ("fre[la] OR ger[la]", lambda a: bool({"fre", "ger"} & set(a.languages))),
    ("NOT english[la]".replace("NOT ", "all[sb] NOT "), lambda a: "eng" not in a.languages),
    ("medline[sb]", lambda a: a.status == "MEDLINE"),
    ("publisher[sb] OR pubmednotmedline[sb]", lambda a: a.status in ("Publisher", "PubMed-not-MEDLINE")),
    ("\"PLoS One\"[ta]", lambda a: "plos one" in a.journals or any(" ".join(words(j)) == "plos one" for j in a.journals)),
    ("smith j[au]", lambda a: any(n.startswith("smith j") for n in a.authors)),
    ("wang[1au]", lambda a: bool(a.authors) and (a.authors[0] + " ").startswith("wang ")),
    ("cisplatin[nm]", p("substances", "cisplatin")),
    ("\"harvard medical school\"[ad]", p("places", "harvard medical school")),
    ("2021/01:2021/02[edat]", lambda a: a.entrez is not None and (2021, 1) <= a.entrez[:2] <= (2021, 2)),
    ("2019[crdt]", lambda a: a.entrez is not None and a.entrez[0] == 2019),
    ("cancer[ti] AND (therapy[ti] OR treatment[ti]) NOT review[pt]", lambda a: p("title", "cancer")(a) and (p("title", "therapy")(a) or p("title", "treatment")(a)) and not any("review" in words(t) for t in a.types)),
    ("cancer[ti] OR tumor[ti] AND mice[tiab]", lambda a: (p("title", "cancer")(a) or p("title", "tumor")(a)) and p("tiab", "mice")(a)),
    ("diabetes[ot]", lambda a: phrase(a.own + a.other, ["diabetes"])),
    ("12[vi] AND eng[la]", lambda a: a.volume is not None and words(a.volume) == ["12"] and "eng" in a.languages),
]

tamis, files = sys.argv[1], sys.argv[2:]
newest = {}
for name in files:
    with (gzip.open if name.endswith(".gz") else open)(name, "rb") as file:
        root = ElementTree.parse(file).getroot()
    for e in root.findall("PubmedArticle"):
        a = Article(e)
        if a.pmid not in newest or newest[a.pmid].version <= a.version:
            newest[a.pmid] = a
    for gone in root.findall("DeleteCitation/PMID"):
        newest.pop(int(gone.text), None)

with tempfile.TemporaryDirectory() as folder:
    index, wrong = f"{folder}/index.sqlite", 0
    for string, test in STRINGS:
        begun = time.monotonic()
        done = subprocess.run([tamis, "query", "match", string, "--index", index, "--json", *(files if not wrong and string == STRINGS[0][0] else [])], capture_output=True, text=True)
        took = time.monotonic() - begun
        if done.returncode:
            print(f"reckon: {string}: {done.stderr}")
            wrong += 1
            continue
        ours = set(json.loads(done.stdout)["pmids"])
        theirs = {a.pmid for a in newest.values() if test(a)}
        sign = "the same" if ours == theirs else f"DIFFERS: tamis alone {sorted(ours - theirs)[:5]}, Python alone {sorted(theirs - ours)[:5]}"
        wrong += ours != theirs
        print(f"reckon: {len(theirs):6} {took * 1000:7.0f} ms  {string}: {sign}")
print(f"reckon: {len(STRINGS)} strings over {len(newest)} records, {wrong} differ")
sys.exit(bool(wrong))
