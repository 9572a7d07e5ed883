"""Every explanation of every number is true: `reader` reads all of them as a person with a calculator would.

``RNN_TUI_LINES`` (a number of seeds) reads more than the usual sample.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from frames import frame
from odd_cells import ODD, odd_network
from reader import Reader, same, unit_of
from rich.text import Text

from rnn_tui import Network, Run, Sequence
from rnn_tui.cells import cell_names
from rnn_tui.core.directions import JOINS
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk
from rnn_tui.core.tokens import chooses
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.selection import tables
from rnn_tui.views.page.parts import Page, part

SEEDS = int(os.environ.get("RNN_TUI_LINES", "0"))
PLACES = 6 if SEEDS else 2
"""Numbers of a table that are looked into."""
SCALES = {"small": 1.0, "hundreds": 251.0, "thousands": 5000.0, "millions": 1e6, "tiny": 1e-9, "too large": 1e200}
SCREENS = ((200, 60), (78, 12), (58, 9), *[(200, 26)] * 4)
"""Taken in turn; what the largest has below a number is told of those numbers themselves, too."""
CELLS = [*(name for name in cell_names() if name not in JOINS), *ODD, "reverse", "two layers", *JOINS]


def network_of(kind: str, hidden: int, seed: int) -> Network:
    if kind in ODD:
        units = 4 if "normalization" in kind else 2  # of two numbers it makes 1 and -1, and slopes of next to nothing
        return odd_network(kind, {"I": 2 if "square" in kind else 3, "H": units})
    if kind == "reverse":
        return Network.random("lstm:reverse", 3, hidden, seed)
    if kind == "two layers":
        return Network.random(["elman", "softmax"], 3, [hidden, 3], seed)
    if kind in JOINS:
        return Network.random([f"gru:{kind}"], 3, hidden, seed)
    return Network.random(kind, 3, [(hidden, 2)] if kind == "lstm-projection" else hidden, seed)


def learning(network: Network, scale: float, seed: int) -> Walk:
    """The network learning three timesteps at once; the second has no target."""
    draw = np.random.default_rng(seed)
    width = network.layers[0].input_size or 2
    x = np.eye(width)[draw.integers(width, size=3)] + draw.normal(0, 0.1, (3, width))
    if chooses(network.layers[0].cell):  # whose x is one-hot, whatever its table holds
        x, scale = np.eye(width)[draw.integers(width, size=3)], 1.0
    outputs = Run(network, Sequence(x)).walk().at(1).y.shape[0]
    softmax = network.layers[-1].cell.name == "softmax"
    targets = np.eye(outputs)[draw.integers(outputs, size=3)] if softmax else scale * draw.normal(size=(3, outputs))
    targets[1] = np.nan
    how = Learning("cross-entropy" if softmax else "mse" if seed % 2 else "sse", truncate=0)
    return Run(network, Sequence(scale * x, targets), learning=how).walk()


def explanations(walk: Walk, seed: int) -> Iterator[tuple[Frame, Focus]]:
    """Every number on the screen at every t, or of large tables some, forwards and back."""
    draw = np.random.default_rng(seed)
    for t in (1, 2, 3) if SEEDS else (2 + seed % 2,):
        for layer in range(1, len(walk.network.layers) + 1):
            for back in (False, True):
                for gate in range(5):
                    weights = ("used", "next")[back and gate % 2]
                    at = {"layer": layer, "back": back, "zoom": "number", "gate": gate, "weights": weights}
                    for table in tables(frame(walk, t, at)):
                        places = list(np.ndindex(table.rows, table.columns))
                        for place in draw.permutation(len(places))[:PLACES]:
                            focus = Focus(table.name, table.offset, *places[place])
                            yield frame(walk, t, at, focus=focus), focus


def near(value: Decimal, told: Decimal) -> bool:
    """Whether a number is shown rounded to its last digit."""
    if not (value.is_finite() and told.is_finite()):
        return same(value, told)
    return abs(value - told) <= unit_of(str(told)) * Decimal("0.5001")


def wrong(walk: Walk, seed: int) -> tuple[int, list[str]]:
    """How many lines a run's explanations have, and what is not so in them."""
    read, problems, known = 0, [], set()
    for seen, focus in explanations(walk, seed):
        key = (seen.t, seen.index, seen.gaze.back, focus)
        if key in known:
            continue
        known.add(key)
        scrolls = (0, 5) if len(known) % 4 == 0 else (0,)
        width, height = SCREENS[len(known) % len(SCREENS)]
        for scroll in scrolls:
            looked = frame(walk, seen.t, {**vars(seen.gaze), "scroll": scroll}, digits=(2, 2, 0, 5)[len(known) % 4])
            written = part("ledger", Page(looked), width, height)
            assert isinstance(written, Text)
            own, *others = written.plain.split("\n\n")  # below it stands what it was made of
            within = Decimal(1) if walk.network.dtype == np.float32 else Reader.within
            reader = Reader(within)
            whole = not own.endswith("…")
            reader.lines(own.split("\n") if whole else [])
            if whole and not looked.gaze.back and focus.offset == 0 and focus.name in looked.cell.shapes:
                value = Decimal(float(looked.step.values[focus.name][focus.row]))
                if reader.first is None or not near(value, reader.first):
                    reader.problems.append(f"the number is {value:.12g}, and what is written comes to {reader.first}")
            for other in others[: -1 if written.plain.endswith("…") else None]:
                below = Reader(within)
                below.lines(other.split("\n"))
                reader.problems += below.problems
                reader.read += below.read
            read += reader.read
            where = f"{focus} at t = {seen.t}, {width}x{height}, scrolled {scroll}"
            problems += [f"{where}: {problem}\n{written.plain}" for problem in reader.problems]
    return read, problems


def sampled() -> list[tuple[str, str, bool]]:
    """Every cell with every scale, in float64 and float32; usually every fourth of them, in turn."""
    every = list(product(CELLS, SCALES, (False, True)))
    return every if SEEDS else [each for number, each in enumerate(every) if (number + number // 12) % 4 == 0]


@pytest.mark.parametrize(("kind", "scale", "single"), sampled())
def test_every_line_of_every_explanation_is_true(kind: str, scale: str, single: bool) -> None:
    total = 0
    for seed in range(max(SEEDS, 1)):
        network = network_of(kind, (2, 1, 5, 64)[seed % 4], seed)
        if single:
            network = network.astype(np.dtype(np.float32))
        size = min(SCALES[scale], 1e30) if single else SCALES[scale]
        read, problems = wrong(learning(network, size, seed), seed)
        assert not problems, f"{len(problems)} of {read} lines, of {kind}, seed {seed}:\n" + "\n".join(problems[:3])
        total += read
    assert total > 30
