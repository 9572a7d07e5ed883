"""A long sequence in a process of its own: ``python -m tests.benchmarks.million CELL FILE.npy SEEKS``; prints JSON."""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one for each that is measured; before NumPy is loaded

from rnn_tui import RnnApp
from rnn_tui.core.breakpoints import Breakpoint, Watch
from rnn_tui.session.model import Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source

HIDDEN = 16
QUERY = "abs(s[1] - prev(s[1])) > 0.1"


def peak() -> int:
    """The most bytes of memory this process ever had.

    Linux hands a child its parent's ru_maxrss, which may have been larger, so there the kernel's other count is read.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def measure(cell: str, path: str, seeks: int) -> dict[str, float]:
    """Seconds of the first pass, of the slowest of some random seeks after it and of all hits of `QUERY`, and how many
    those are; and the peak memory in bytes."""
    start = time.perf_counter()
    session = Session(Recipe(Source(path), Blueprint((cell,), (HIDDEN,))))
    app = RnnApp(session)  # what the app takes counts as well
    opened = time.perf_counter() - start
    walk = app.stepper.here.walk
    while walk.run.advance():
        pass
    passed = time.perf_counter() - start - opened
    chosen, slowest = random.Random(0), 0.0
    for t in (chosen.randint(1, len(walk)) for _ in range(seeks)):
        begin = time.perf_counter()
        walk.at(t)
        slowest = max(slowest, time.perf_counter() - begin)
    breakpoint_ = Breakpoint(QUERY, 1)
    begin = time.perf_counter()
    hits = Watch(walk, (breakpoint_,)).found(breakpoint_)
    assert hits is not None
    count = sum(len(hits.of(index)) for index in range(walk.tape.chunks))
    found = {"hits": time.perf_counter() - begin, "count": count}
    return {"steps": len(walk), "open": opened, "pass": passed, "seek": slowest, **found, "peak": peak()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
