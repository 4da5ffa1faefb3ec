"""Our codes beside those of CoLRev's search-query on the same strings, as a Markdown table.

Usage: beside_search_query.py TAMIS STRINGS.jsonl
"""

import contextlib
import io
import json
import signal
import subprocess
import sys
from importlib.metadata import version

from search_query.linter import lint_query_string

# Their code, its name, the codes of ours that say the same, and what to think where the two differ.
PAIRS = [
    ("FIELD_0001", "field-unsupported", ["Q003", "Q015"], "`[majr:noexp]` and a few tags more that PubMed has are unknown to them; we know the fields of EInfo and their modifiers."),
    ("FIELD_0004", "field-implicit", ["Q013", "Q026"], "They cut a term at `and` or `Or` (`Sensitivity and Specificity[mh]`) and take its first half for untagged. Ours alone: untagged words that their parser joins to a neighbour."),
    ("PARSE_0001", "tokenizing-failed", ["Q003", "Q009", "Q015", "Q020"], "Text of a protocol pasted with its searches. Theirs says what was left over; ours reads the words as terms without tags (Q013)."),
    ("PARSE_0002", "unbalanced-parentheses", ["Q001"], "The same; ours also when an open quotation hides the count."),
    ("PARSE_0003", "unbalanced-quotes", ["Q002"], "The same, counted after curly quotation marks are read."),
    ("PARSE_0004", "invalid-token-sequence", ["Q009", "Q036", "Q003", "Q007", "Q022"], "Two are lines of a strategy run together; ours reads the strategy. Ours alone: terms side by side (a note, PubMed reads AND) and what only errors' kinds set apart."),
    ("PARSE_0007", "query-in-quotes", ["Q033"], "The same."),
    ("PARSE_0009", "unsupported-suffix", ["Q003", "Q009", "Q007"], "Text after the search, such as a count, and a strategy's last lines; ours reads both, the first as words."),
    ("PUBMED_0001", "nested-query-with-field", ["Q007"], "The same; their parser ends otherwise on these six."),
    ("PUBMED_0002", "character-replacement", ["Q031"], "Theirs alone: brackets within quotation marks, as in `\"[11C]cocaine\"`, which PubMed keeps. Ours alone: full stops and commas."),
    ("PUBMED_0003", "invalid-wildcard-use", ["Q004"], "They count four characters before each `*`; PubMed counts from the start of the phrase, so `\"scratch cat*\"` is sound."),
    ("QUALITY_0001", "query-structure-unnecessarily-complex", [], "A matter of style; no search changes. Left out."),
    ("QUALITY_0002", "date-filter-in-subquery", ["Q025"], "The same."),
    ("QUALITY_0003", "journal-filter-in-subquery", ["Q025"], "The same."),
    ("QUALITY_0004", "unnecessary-parentheses", [], "A matter of style; parentheses too many are safe where evaluation is left to right. Left out."),
    ("QUALITY_0005", "redundant-term", ["Q017", "Q032"], "Theirs alone: MeSH headings whose names hold one another (`Insulin Lispro` and `Insulin`), which are no part of each other unless the tree says so, and terms in different fields. Ours alone: terms that stand twice."),
    ("QUALITY_0006", "potential-wildcard-use", [], "A suggestion that would widen the search. Left out."),
    ("STRUCT_0001", "implicit-precedence", ["Q005"], "Theirs alone: AND with NOT, where any reading gives the same records. Ours alone: mixtures deep inside."),
    ("STRUCT_0002", "operator-capitalization", ["Q006"], "They find `and` within unquoted phrases of a tag; so do we."),
    ("STRUCT_0003", "boolean-operator-readability", [], "`|` and `&` are PubMed's own. Left out."),
    ("STRUCT_0004", "invalid-proximity-use", ["Q008"], "Theirs alone: `\"VLBW-I\"[tiab:~1]`, two words to PubMed because of the hyphen."),
    ("TERM_0001", "non-standard-quotes", ["Q035"], "The same; PubMed reads them."),
    ("TERM_0002", "year-format-invalid", ["Q019"], "The same."),
]


def theirs(text):
    def stop(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return {m["code"] for m in lint_query_string(text, platform="pubmed")}, False
    except Exception:
        return set(), True
    finally:
        signal.alarm(0)


def ours(tamis, text):
    done = subprocess.run([tamis, "query", "check", "--format", "json", "--file", "-"], input=text, capture_output=True, text=True)
    return {d["code"] for d in json.loads(done.stdout)["diagnostics"]}


tamis, path = sys.argv[1:3]
strings = [json.loads(line)["query"] for line in open(path, encoding="utf-8")]
found = [(theirs(s), ours(tamis, s)) for s in strings]
broke = sum(failed for (_, failed), _ in found)
rows = [(t, o) for (t, failed), o in found if not failed]
print(f"# Beside CoLRev's search-query {version('search-query')}\n")
print(f"On {len(strings)} search strings of reviews, librarians and test suites. search-query ends in an exception on {broke} of them; tamis reads or refuses all. The counts are of the other {len(rows)}.\n")
print("| search-query | tamis | both | only search-query | only tamis | where they differ |")
print("|---|---|---|---|---|---|")
for code, name, same, judged in PAIRS:
    both = sum(code in t and bool(o & set(same)) for t, o in rows)
    only_theirs = sum(code in t and not o & set(same) for t, o in rows)
    only_ours = sum(code not in t and bool(o & set(same)) for t, o in rows) if same else 0
    print(f"| {code} {name} | {', '.join(same) or '—'} | {both} | {only_theirs} | {only_ours} | {judged} |")
mapped = {c for _, _, same, _ in PAIRS for c in same}
alone = sorted({c for _, o in rows for c in o} - mapped)
counts = ", ".join(f"{c} ({sum(c in o for _, o in rows)})" for c in alone)
print(f"\nNoticed by tamis alone: {counts}.")
unknown = sorted({c for t, _ in rows for c in t} - {c for c, *_ in PAIRS})
if unknown:
    print(f"\nCodes of search-query without a row above: {', '.join(unknown)}.")
