"""Reads what tamis wrote with the programs it was written for. Run by scripts/peers.sh in the folder of the files."""

import csv
import glob
import json
import os
import sys

flow = json.load(open("flow.json"))
lines = [json.loads(line) for line in open("records.jsonl")]
titles = {r["pmid"]: " ".join(r["title"].split()) for r in (line["record"] for line in lines)}
included = set(flow["included"]["pmids"])
failed = []


def same(peer, pmids, what="records"):
    wanted = set(titles) if what == "records" else included
    if set(pmids) == wanted and len(list(pmids)) == len(wanted):
        print(f"{peer}: {len(wanted)} {what}, the same")
    else:
        failed.append(peer)
        print(f"{peer}: {len(list(pmids))} {what}, {len(set(pmids) ^ wanted)} differ")


def check(peer):
    """Runs a reader, or says why it cannot be run."""

    def run(reader):
        try:
            reader()
        except ImportError as e:
            print(f"peers: skipped {peer}: {e}")
        except Exception as e:  # A reader that stops is what this script is here to find.
            failed.append(peer)
            print(f"{peer}: stopped: {type(e).__name__}: {e}")

    return run


def by_title(found):
    plain = {t: p for p, t in titles.items()}
    return [plain.get(" ".join(t.split()), t) for t in found]


@check("rispy")
def _():
    import rispy

    records = rispy.load(open("records.ris", encoding="utf-8"))
    same("rispy", by_title(r["title"] for r in records))
    same("rispy", [int(r["accession_number"]) for r in records if any("tamis: included" in n for n in r["notes"])], "included")


@check("Biopython Medline")
def _():
    from Bio import Medline

    records = list(Medline.parse(open("records.nbib", encoding="utf-8")))
    same("Biopython Medline", [int(r["PMID"]) for r in records])
    same("Biopython Medline, titles", by_title(r["TI"] for r in records))


@check("bibtexparser")
def _():
    import bibtexparser

    for name in ["bibtex", "colrev"]:
        library = bibtexparser.parse_string(open(f"records.{name}", encoding="utf-8").read())
        assert not library.failed_blocks, library.failed_blocks
        same(f"bibtexparser, {name}", [int(e["pmid"]) for e in library.entries])
    states = {e["colrev_status"] for e in library.entries}
    known = {"rev_included", "rev_prescreen_included", "rev_excluded", "rev_prescreen_excluded", "md_processed"}
    assert states <= known, states


@check("ASReview")
def _():
    from asreview.data.loader import load_records

    for name in ["records.ris", "asreview.csv"]:
        if name == "asreview.csv":
            os.replace("records.asreview", name)
        records = load_records(name)
        same(f"ASReview, {name}", by_title(r.title for r in records))
    same("ASReview's labels", [p for p, r in zip(by_title(r.title for r in records), records) if r.included == 1], "included")


@check("csv module")
def _():
    for name in ["rayyan", "covidence"]:
        rows = list(csv.DictReader(open(f"records.{name}", encoding="utf-8-sig", newline="")))
        same(f"Python's csv, {name}", by_title(r.get("title") or r.get("Title") for r in rows))
    rows = {r["data"]: r["n"] for r in csv.DictReader(open("prisma.csv", newline=""))}
    # The R package reads names from numbers at the first comma, lists at semicolons.
    sums = sum(int(part.rsplit(",", 1)[1]) for part in rows["dbr_excluded"].split(";"))
    assert int(rows["dbr_assessed"]) - sums == int(rows["new_reports"]) == len(included), rows
    print("prisma.csv: the reasons add up as its reader splits them")


@check("openpyxl")
def _():
    import openpyxl

    book = openpyxl.load_workbook(glob.glob("out/*/worksheet.xlsx")[0])
    rows = list(book["Cases"].iter_rows(min_row=2, values_only=True))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not any(c.data_type == "f" for c in cells), "a cell is a formula"
    assert book["Cases"].data_validations.count > 0 and book["Cases"].protection.sheet
    same("openpyxl", sorted({int(r[1]) for r in rows}), "included")
    assert len(rows) == flow["included"]["cases"], len(rows)


@check("LibreOffice")
def _():
    found = glob.glob("office/*Cases*.csv") or glob.glob("office/*.csv")
    if found:
        rows = list(csv.reader(open(found[0], encoding="utf-8", newline="")))
        same("LibreOffice", sorted({int(r[1]) for r in rows[1:] if r and r[0]}), "included")


@check("DuckDB")
def _():
    import duckdb

    rows = duckdb.sql("SELECT record.pmid, fate.decision FROM read_json('records.jsonl', format = 'newline_delimited')").fetchall()
    same("DuckDB on JSON Lines", [r[0] for r in rows])
    if os.path.exists("records.parquet"):
        rows = duckdb.sql("SELECT pmid, decision FROM 'records.parquet'").fetchall()
        same("DuckDB on Parquet", [r[0] for r in rows])
        same("DuckDB on Parquet", [r[0] for r in rows if r[1] == "included"], "included")


sys.exit(f"peers: {', '.join(failed)}" if failed else 0)
