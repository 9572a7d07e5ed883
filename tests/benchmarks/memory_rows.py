"""The rows about memories: who wrote a number, and the way to its last change, from the key to what is drawn."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from rnn_tui.session.model import Focus, Gaze, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.parts import Page, part

from .table import Row

RUNS = ((15_000, 128), (1_000_000, 16))
"""Timesteps, and the size of the state of an LSTM."""
ASKED, MOST = 20, 50
"""Numbers that are asked for, each at another timestep, and milliseconds that an answer may take."""
NEARLY = 0.98
"""Of the largest change of a number, what it must change by at least."""


def remembering(quick: bool) -> Iterator[Row]:
    """The slowest of some numbers of a run that has been passed."""
    for steps, hidden in RUNS[: 1 if quick else 2]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "long.npy"
            np.save(path, np.random.default_rng(0).normal(size=(steps, 4)))
            yield from _asked(path, steps, hidden)


def _asked(path: Path, steps: int, hidden: int) -> Iterator[Row]:
    begun = Session(Recipe(Source(str(path)), Blueprint(("lstm",), (hidden,))))
    stepper = Stepper(begun)
    while stepper.here.run.advance():
        pass
    chosen, slowest = random.Random(0), {"I": 0.0, "number_sign": 0.0}
    for _ in range(ASKED):
        focus = Focus("c", 0, chosen.randrange(hidden))
        largest = float(stepper.here.walk.tape.carried.changes(0, "c", focus.row).max())
        gaze = Gaze(focus=focus, change=NEARLY * largest)  # so that the last change is far away
        session = replace(begun, at=chosen.randint(steps // 2, steps), gaze=gaze)
        for key in slowest:
            stepper.recover(session, "")
            _drawn(stepper)
            start = time.perf_counter()
            stepper.press(key)
            _drawn(stepper)
            slowest[key] = max(slowest[key], time.perf_counter() - start)
    what = f"{steps} steps, lstm, H {hidden}: "
    yield Row(f"{what}who wrote a number, slowest of {ASKED}", slowest["I"] * 1e3, None, "ms", MOST)
    yield Row(f"{what}to its last change, slowest of {ASKED}", slowest["number_sign"] * 1e3, None, "ms", MOST)


def _drawn(stepper: Stepper) -> None:
    """The timestep, and of who wrote a number the ledger."""
    frame = stepper.frame
    assert frame.step.t == stepper.session.at
    if frame.gaze.zoom == "memory":
        part("ledger", Page(frame), 100, 20)
