"""Measures one run of a program, and makes large files of a real one: for bench.py, scale.py, strings.py and large.py."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time


def run(command, stdin=None, into=None, may_fail=False):
    """One run: CPU seconds, wall seconds, peak MiB, and what it printed unless that goes into a file; none if it failed
    and may. GNU time stands between, for a child inherits its parent's peak."""
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    target = open(into, "wb") if into else subprocess.PIPE
    with tempfile.NamedTemporaryFile("r") as told:
        timed = ["/usr/bin/time", "-f", "%M", "-o", told.name, *command]
        started = time.monotonic()
        child = subprocess.Popen(timed, stdin=source, stdout=target, stderr=subprocess.DEVNULL)
        out = b"" if into else child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0 and may_fail:
            return None
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)[:200]} ended with {child.returncode}")
        return usage.ru_utime + usage.ru_stime, wall, int(told.read().split()[-1]) / 1024, out.decode(errors="replace")


def citations(file):
    """The records of one of NLM's files and how many they are, without the deletions at its end."""
    with open(file, "rb") as source:
        text = source.read()
    if b"<DeleteCitation>" in text:
        text = text[: text.index(b"<DeleteCitation>")] + b"</PubmedArticleSet>\n"
    return text, text.count(b"<PubmedArticle>")


def renumbered(text, copy):
    """The records with PMIDs of their own: one after the other, as in NLM's baseline; versions keep theirs in common."""
    places = {}
    number = lambda m: m[1] + str(copy * 100_000 + places.setdefault(m[2], len(places))).encode()
    return re.sub(rb'(<MedlineCitation\b[^>]*>\s*<PMID Version="\d+">)(\d+)', number, text)


def widened(review, string, window=None):
    """A review in a new folder with the shipped criteria and another search string, and window where one is given."""
    shipped = "queries/alk-crizotinib"
    shutil.copytree(os.path.join(shipped, "vocabulary"), os.path.join(review, "vocabulary"))
    with open(os.path.join(shipped, "protocol.toml"), encoding="utf-8") as source:
        text = source.read()
    text = re.sub(r"(?ms)^\[\[search\.repair\]\].*?(?=^\[(?!\[search\.repair))", "", text)
    values = {"printed": f"'{string}'", "sent": f"'{string}'"} | dict(zip(("from", "to"), window or ()))
    for key, value in values.items():
        text = re.sub(rf"(?m)^{key} = .*$", lambda m: f"{key} = {value}", text)
    with open(os.path.join(review, "protocol.toml"), "w", encoding="utf-8") as target:
        target.write(text)
