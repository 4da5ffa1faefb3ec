"""Measures one run of a program, for bench.py and scale.py."""

import os
import subprocess
import sys
import tempfile
import time


def run(command, stdin=None):
    """One run: CPU seconds, wall seconds, peak MiB. GNU time stands between, for a child inherits its parent's peak."""
    source = open(stdin, "rb") if stdin else subprocess.DEVNULL
    with tempfile.NamedTemporaryFile("r") as told:
        timed = ["/usr/bin/time", "-f", "%M", "-o", told.name, *command]
        started = time.monotonic()
        child = subprocess.Popen(timed, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)[:200]} ended with {child.returncode}")
        return usage.ru_utime + usage.ru_stime, wall, int(told.read().split()[-1]) / 1024, out.decode(errors="replace")
