"""The rows about the terminal: a step from the key to the last byte, the start, and the bytes, against a bare app."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

import pyte

from .alternating import Turn, medians, minima
from .child import Child
from .table import Row

OURS = ("-m", "rnn_tui", "hello.txt")
BARE = ("-m", "tests.benchmarks.bare")
SIZE = (100, 30)
KEYS = [b"\x1b[C"] * 5 + [b"\x1b[D"] * 5
"""To the end of hello.txt and back."""
START_QUIET, QUIET = 0.6, 0.12
"""Seconds without a byte after which a frame is taken to be whole: the first one, and that of a key."""


@dataclass(frozen=True)
class Step:
    """What a step writes.

    Attributes:
        size: its bytes.
        cells, runs, rows: how many cells it changes, in how many runs of neighbours, in how many rows.
    """

    size: int
    cells: int
    runs: int
    rows: int


class Screen:
    """A terminal emulator that counts what a frame changes."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(*SIZE)
        self.stream = pyte.ByteStream(self.screen)

    def cells(self) -> list[list[object]]:
        """Character, colours and attributes of every cell."""
        return [[self.screen.buffer[y][x] for x in range(SIZE[0])] for y in range(SIZE[1])]

    def step(self, frame: bytes) -> Step:
        """Draws a frame."""
        before = self.cells()
        self.stream.feed(frame)
        changes = [
            [a != b for a, b in zip(old, new, strict=True)] for old, new in zip(before, self.cells(), strict=True)
        ]
        begins = [row[x] and not (x and row[x - 1]) for row in changes for x in range(len(row))]
        return Step(len(frame), sum(map(sum, changes)), sum(begins), sum(map(any, changes)))


@lru_cache(maxsize=1)
def steps_of_ours() -> tuple[Step, ...]:
    """Every step of hello.txt, forth and back."""
    with Child(*OURS) as child:
        screen, steps = Screen(), []
        screen.step(child.frame(START_QUIET)[1])
        for key in KEYS:
            child.press(key)
            steps.append(screen.step(child.frame(QUIET)[1]))
    return tuple(steps)


def counts() -> tuple[str, str, str]:
    """How many cells, runs and rows ours changes in a step, in the median."""
    steps = steps_of_ours()
    cells, runs, rows = (
        f"{statistics.median(each):.0f}" for each in zip(*((s.cells, s.runs, s.rows) for s in steps), strict=True)
    )
    return cells, runs, rows


def _presses(child: Child) -> Turn:
    """Turns of one key each."""
    count = 0

    def turn() -> float:
        nonlocal count
        time.sleep(random.uniform(0, 0.02))  # not in step with the 60 frames a second of Textual's clock
        child.press(KEYS[count % len(KEYS)])
        count += 1
        return child.frame(QUIET)[0]

    return turn


def key(quick: bool) -> Iterator[Row]:
    """From the key to the last byte of the frame."""
    what = "key to frame, {} cells in {} runs in {} rows".format(*counts())
    with ExitStack() as stack:
        children = {
            "ours": stack.enter_context(Child(*OURS)),
            "bare": stack.enter_context(Child(*BARE, *counts())),
            "static": stack.enter_context(Child(*BARE, *counts(), "static")),
        }
        for child in children.values():
            child.frame(START_QUIET)
        found = medians({name: _presses(child) for name, child in children.items()}, 20 if quick else 100)
    yield Row(f"{what} / Textual line API", found["ours"] * 1e3, found["bare"] * 1e3, "ms", 1.5)
    yield Row(f"{what} / Textual Static", found["ours"] * 1e3, found["static"] * 1e3, "ms")


def _starts(*arguments: str) -> Turn:
    """Turns of one start each."""

    def turn() -> float:
        with Child(*arguments) as child:
            return child.frame(START_QUIET)[0]

    return turn


def start(quick: bool) -> Iterator[Row]:
    """From the start of the program to its first full frame; the round before the first warms the .pyc files."""
    found = minima({"ours": _starts(*OURS), "bare": _starts(*BARE, *counts())}, 5 if quick else 16)
    yield Row("start to first full frame, least / Textual", found["ours"] * 1e3, found["bare"] * 1e3, "ms", 1.45)


def size(quick: bool) -> Iterator[Row]:
    """Bytes to the terminal."""
    sizes = [step.size for step in steps_of_ours()]
    yield Row("bytes a step, median", statistics.median(sizes), None, "B", 1500)
    yield Row("bytes a step, most", max(sizes), None, "B", 1500)
    seconds = 3 if quick else 10
    with Child(*OURS) as child:
        child.frame(START_QUIET)
        yield Row(f"bytes while idle for {seconds} s", child.written(seconds), None, "B", 0)
