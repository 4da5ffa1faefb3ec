"""Compares every field of every record: as tamis reads them, as Biopython does, as pubmed_parser does.

usage: compare.py FILE.xml.gz RECORDS.jsonl READER    (READER: biopython or pubmed_parser)

RECORDS.jsonl is what the example `records` prints of the same file. Differences are counted by field and the first are
shown. What the other reader is known to get otherwise is judged below, each with its reason, and counted apart: a
judgement states what tamis must say instead, and holds only where that is so.
"""

import collections
import gzip
import json
import re
import sys

MARKUP = re.compile(r"</?(?:b|i|u|sup|sub|DispFormula|mml:[a-zA-Z]+)(?:\s[^<>]*)?/?>")
# Biopython prints formulas anew, without their prefix.
FORMULA = re.compile(r"<math(?:\s[^<>]*)?>.*?</math>", re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
BLANK = re.compile(r"[ \t\n\r\f]+")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}


def fold(text):
    text = FORMULA.sub(lambda formula: TAG.sub("", formula[0]), MARKUP.sub("", str(text)))
    return BLANK.sub(" ", text).strip(" ")


def some(text):
    text = fold(text) if text is not None else ""
    return text or None


def attribute(of, name):
    return getattr(of, "attributes", {}).get(name)


def month(text):
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    low = text.lower()
    return SEASONS.get(low) or (MONTHS.index(low[:3]) + 1 if low[:3] in MONTHS else None)


def date(of):
    if of is None:
        return None
    if of.get("Year"):
        m = month(str(of.get("Month") or of.get("Season") or ""))
        return {"year": int(of["Year"]), "month": m, "day": int(of["Day"]) if of.get("Day") and m else None}
    medline = str(of.get("MedlineDate", ""))
    found = re.search(r"\b(\d{4})\b(?:\W+([A-Za-z]+))?", medline)
    if not found:
        return None
    return {"year": int(found[1]), "month": month(found[2]) if found[2] else None, "day": None}


def named(of, attribute_name):
    return {"name": attribute(of, attribute_name), "date": date(of)}


def author(of):
    orcid = [i for i in of.get("Identifier", []) if attribute(i, "Source") == "ORCID"]
    return {
        "last_name": some(of.get("LastName")),
        "fore_name": some(of.get("ForeName")),
        "initials": some(of.get("Initials")),
        "suffix": some(of.get("Suffix")),
        "collective": some(of.get("CollectiveName")),
        "orcid": fold(orcid[0]) if orcid else None,
        "affiliations": [t for t in (some(a.get("Affiliation")) for a in of.get("AffiliationInfo", [])) if t],
    }


def sections(of):
    made = [
        {
            "label": attribute(t, "Label") or None,
            "category": attribute(t, "NlmCategory"),
            "text": fold(t),
        }
        for t in of.get("AbstractText", [])
    ]
    return [s for s in made if s["text"]]


def substance(of, number=None):
    return {"ui": attribute(of, "UI"), "registry_number": number, "name": fold(of)}


def from_biopython(entry):
    citation = entry["MedlineCitation"]
    article = citation["Article"]
    data = entry.get("PubmedData", {})
    journal, issue = article["Journal"], article["Journal"]["JournalIssue"]
    info = citation.get("MedlineJournalInfo", {})
    authors = article.get("AuthorList", [])
    pages = article.get("Pagination", {})
    start, end = some(pages.get("StartPage")), some(pages.get("EndPage"))
    doi, pmc, others = None, None, []
    for place in article.get("ELocationID", []):
        if attribute(place, "ValidYN") == "N":
            continue
        if attribute(place, "EIdType") == "doi":
            doi = fold(place)
        else:
            others.append([attribute(place, "EIdType"), fold(place)])
    for number in data.get("ArticleIdList", []):
        kind = attribute(number, "IdType")
        if kind == "doi":
            doi = fold(number)
        elif kind == "pmc":
            pmc = fold(number)
        elif kind != "pubmed" and [kind, fold(number)] not in others:
            others.append([kind, fold(number)])
    abstract = article.get("Abstract", {})
    banks = article.get("DataBankList", [])
    pmid = citation["PMID"]
    return {
        "pmid": int(pmid),
        "version": int(attribute(pmid, "Version") or 1),
        "kind": "article",
        "status": attribute(citation, "Status"),
        "indexing_method": attribute(citation, "IndexingMethod"),
        "title": fold(article["ArticleTitle"]),
        "vernacular_title": some(article.get("VernacularTitle")),
        "abstract_sections": sections(abstract),
        "copyright": some(abstract.get("CopyrightInformation")),
        "other_abstracts": [
            {"kind": attribute(o, "Type"), "language": attribute(o, "Language"), "sections": sections(o)}
            for o in citation.get("OtherAbstract", [])
        ],
        "authors": [author(a) for a in authors if attribute(a, "ValidYN") != "N"],
        "authors_complete": attribute(authors, "CompleteYN") != "N",
        "investigators": [author(a) for a in citation.get("InvestigatorList", [])],
        "journal": {
            "title": fold(journal.get("Title", "")),
            "iso_abbreviation": some(journal.get("ISOAbbreviation")),
            "medline_ta": some(info.get("MedlineTA")),
            "nlm_id": some(info.get("NlmUniqueID")),
            "issn": some(journal.get("ISSN")),
            "volume": some(issue.get("Volume")),
            "issue": some(issue.get("Issue")),
            "pages": some(pages.get("MedlinePgn")) or (f"{start}-{end}" if start and end else start),
            "country": some(info.get("Country")),
        },
        "pub_date": date(issue["PubDate"]),
        "medline_date": some(issue["PubDate"].get("MedlineDate")),
        "article_dates": [named(d, "DateType") for d in article.get("ArticleDate", [])],
        "history": [named(d, "PubStatus") for d in data.get("History", [])],
        "date_completed": date(citation.get("DateCompleted")),
        "date_revised": date(citation.get("DateRevised")),
        "languages": [fold(l) for l in article["Language"]],
        "publication_types": [{"ui": attribute(t, "UI"), "name": fold(t)} for t in article["PublicationTypeList"]],
        "mesh": [
            {
                "ui": attribute(m["DescriptorName"], "UI"),
                "descriptor": fold(m["DescriptorName"]),
                "major": attribute(m["DescriptorName"], "MajorTopicYN") == "Y",
                "qualifiers": [
                    {"ui": attribute(q, "UI"), "name": fold(q), "major": attribute(q, "MajorTopicYN") == "Y"}
                    for q in m["QualifierName"]
                ],
            }
            for m in citation.get("MeshHeadingList", [])
        ],
        "supplementary_mesh": [substance(s) for s in citation.get("SupplMeshList", [])],
        "chemicals": [substance(c["NameOfSubstance"], some(c["RegistryNumber"])) for c in citation.get("ChemicalList", [])],
        "keywords": [
            {"owner": attribute(l, "Owner"), "text": fold(k), "major": attribute(k, "MajorTopicYN") == "Y"}
            for l in citation.get("KeywordList", [])
            for k in l
        ],
        "corrections": [
            {
                "kind": attribute(c, "RefType"),
                "source": fold(c["RefSource"]),
                "pmid": int(c["PMID"]) if c.get("PMID") else None,
                "note": some(c.get("Note")),
            }
            for c in citation.get("CommentsCorrectionsList", [])
        ],
        "grants": [", ".join(t for t in (some(g.get("GrantID")), some(g.get("Agency"))) if t) for g in article.get("GrantList", [])],
        "data_banks": [f"{fold(b['DataBankName'])}/{fold(n)}" for b in banks for n in b.get("AccessionNumberList", [])],
        "subjects": [author(a) for a in citation.get("PersonalNameSubjectList", [])],
        "doi": doi,
        "pmc": pmc,
        "other_ids": others,
        "publication_status": some(data.get("PublicationStatus")),
        "conflict_of_interest": some(citation.get("CoiStatement")),
        "notes": [fold(n) for n in citation.get("GeneralNote", [])],
        "citation_subsets": [fold(s) for s in citation.get("CitationSubset", [])],
    }


def biopython(path):
    from Bio import Entrez

    with gzip.open(path) as file:
        whole = Entrez.read(file)
    # A deletion has no say in the comparison; books do not occur in these files.
    assert not whole["PubmedBookArticle"], "books are not compared"
    for entry in whole["PubmedArticle"]:
        yield from_biopython(entry)


def pubmed_parser(path):
    import pubmed_parser

    for entry in pubmed_parser.parse_medline_xml(path, year_info_only=False, author_list=True):
        if not entry["delete"]:
            yield entry


def flat(text):
    return re.sub(r"\s+", "", text or "")


def in_their_words(record):
    """tamis's record in the shape of pubmed_parser's: a flat table of strings."""
    journal = record["journal"]
    return {
        "pmid": str(record["pmid"]),
        "title": record["title"],
        "abstract": "\n".join(f"{s['label'] or ''}\n{s['text']}" for s in record["abstract_sections"]),
        "doi": record["doi"] or "",
        "pmc": record["pmc"] or "",
        "authors": [
            (a["last_name"] or "", a["fore_name"] or "", a["initials"] or "")
            for a in record["authors"]
            if not a["collective"]
        ],
        "affiliations": ["\n".join(a["affiliations"]) for a in record["authors"] if not a["collective"]],
        "journal": journal["title"],
        "medline_ta": journal["medline_ta"] or "",
        "nlm_unique_id": journal["nlm_id"] or "",
        "country": journal["country"] or "",
        "issue": f"{journal['volume']}({journal['issue'] or ''})" if journal["volume"] else "",
        "pages": journal["pages"] or "",
        "mesh_terms": [f"{m['ui']}:{m['descriptor']}" for m in record["mesh"]],
        "publication_types": [f"{t['ui']}:{t['name']}" for t in record["publication_types"]],
        "chemical_list": [f"{c['ui']}:{c['name']}" for c in record["chemicals"]],
        "keywords": [k["text"] for k in record["keywords"]],
        "languages": record["languages"],
    }


def split(text):
    return [t.strip() for t in text.split(";") if t.strip()]


def from_pubmed_parser(entry):
    return {
        "pmid": entry["pmid"],
        "title": entry["title"],
        "abstract": entry["abstract"],
        "doi": entry["doi"],
        "pmc": entry["pmc"],
        "authors": [(a["lastname"], a["forename"], a["initials"]) for a in entry["authors"] if a["lastname"] or a["forename"]],
        "affiliations": [a["affiliation"] for a in entry["authors"] if a["lastname"] or a["forename"]],
        "journal": entry["journal"],
        "medline_ta": entry["medline_ta"],
        "nlm_unique_id": entry["nlm_unique_id"],
        "country": entry["country"],
        "issue": entry["issue"],
        "pages": entry["pages"],
        "mesh_terms": split(entry["mesh_terms"]),
        "publication_types": split(entry["publication_types"]),
        "chemical_list": split(entry["chemical_list"]),
        "keywords": split(entry["keywords"]),
        "languages": split(entry["languages"]),
    }


def judge_nothing(field, theirs, ours, record):
    return None


def plain(value):
    if isinstance(value, str):
        return flat(value)
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def is_within(part, whole):
    """Whether `part` is `whole` with something left out."""
    rest = iter(whole)
    return all(c in rest for c in part)


def judge_pubmed_parser(field, theirs, ours, record):
    """Why pubmed_parser may say otherwise, where what tamis says follows from the reason."""
    if field in ("pmc", "doi") and not theirs and ours:
        return "it leaves empty what stands in PubmedData/ArticleIdList"
    if field == "affiliations" and [a.split("\n")[0] for a in ours] == theirs:
        return "it keeps the first affiliation of each author"
    if field == "keywords" and split(";".join(ours)) == theirs:
        return "it joins with semicolons, which keywords hold too, and drops empty ones"
    if field == "keywords" and is_within(theirs, split(";".join(ours))):
        return "it drops a keyword that begins with markup"
    if field == "abstract" and is_within(flat(ours), flat(theirs)):
        return "it keeps the heading of a section without text, which tamis leaves out"
    if field in ("title", "abstract") and is_within(flat(theirs), flat(ours)):
        return "it loses text in or behind markup within markup"
    return None


def show(reader, pmid, field, theirs, ours):
    """Prints two values around the first place where they differ."""
    a, b = str(theirs), str(ours)
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    start = max(0, at - 40)
    print(f"PMID {pmid} {field}\n  {reader}: …{a[start:at + 120]!r}\n  tamis: …{b[start:at + 120]!r}")


def main():
    path, lines, reader = sys.argv[1:]
    with open(lines, encoding="utf-8") as file:
        ours = [json.loads(line) for line in file]
    biopython_reads = reader == "biopython"
    theirs = biopython(path) if biopython_reads else map(from_pubmed_parser, pubmed_parser(path))
    judge = judge_nothing if biopython_reads else judge_pubmed_parser
    differences, judged, shown = collections.Counter(), collections.Counter(), collections.Counter()
    records = fields = 0
    for i, their in enumerate(theirs):
        records += 1
        if i >= len(ours):
            break
        mine = ours[i] if biopython_reads else in_their_words(ours[i])
        for field in sorted(set(mine) | set(their)):
            fields += 1
            a, b = their.get(field), mine.get(field)
            if a == b or (not biopython_reads and plain(a) == plain(b)):
                continue
            why = judge(field, a, b, ours[i])
            if why:
                judged[field, why] += 1
                continue
            differences[field] += 1
            shown[field] += 1
            if shown[field] <= 3:
                show(reader, ours[i]["pmid"], field, a, b)
    print(f"{reader}: {records} records against {len(ours)} of tamis, {fields} fields compared")
    for (field, why), n in judged.most_common():
        print(f"  {n:>7} {field}: {why}")
    for field, n in differences.most_common():
        print(f"  {n:>7} {field}: NOT JUDGED")
    sys.exit(1 if differences or records != len(ours) else 0)


main()
