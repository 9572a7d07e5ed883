"""A larger screen shows more: what is folded away where room is short stands there, and no third of it is empty."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from rich.cells import cell_len
from terminal import printed

from rnn_tui import Bidirectional, Network, Run, Sequence, load_sequence
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.lessons import told_of
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import Page, part

SIZES = [(80, 24), (120, 36), (200, 50)]
LETTERS = "helo wrd"


@cache
def walk(kind: str) -> Walk:
    """A run of some kind."""
    random = np.random.default_rng(5)
    hello = load_sequence("hello.txt")
    if kind in ("elman", "lstm", "gru", "ledger"):
        return built_in("lstm" if kind == "ledger" else kind).walk
    if kind == "stack":
        return Run(Network.random(["elman", "gru", "softmax"], 4, [3, 3, 4], 0, 4), hello).walk()
    if kind == "bidirectional":
        forth, back = (Network.random("lstm", 4, 3, seed).layers[0] for seed in (0, 1))
        both = Bidirectional(forth, Layer(back.cell, back.parameters, reverse=True))
        return Run(Network([both]), hello).walk()
    if kind == "64 units":
        return Run(Network.random("lstm", 4, 64, 0), hello).walk()
    if kind == "280 letters":
        text = (LETTERS * 35)[:280]
        x = np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in text]]
        return Run(Network.random("elman", 8, 6, 0), Sequence(x, labels=list(text), features=tuple(LETTERS))).walk()
    if kind == "5000 rows":
        return Run(Network.random("gru", 3, 5, 0), Sequence(random.standard_normal((5000, 3)))).walk()
    rows = Sequence(random.standard_normal((30, 4)), random.standard_normal((30, 3)))
    return Run(Network.random("elman", 4, 3, 0), rows, learning=Learning(epochs=2)).walk(2)


LOOKS: dict[str, Seen] = {
    **dict.fromkeys(("elman", "lstm", "gru", "stack", "64 units"), seen()),
    **dict.fromkeys(("280 letters", "5000 rows", "learning"), seen()),
    "way back": seen(back=True),
    "bidirectional": seen(layer=2),
    "ledger": seen(zoom="number", focus=Focus("s", 0, 1), operation=5),
}


def page(kind: str, t: int) -> Page:
    """A screen of such a run, at t."""
    if kind == "lesson":
        here = Here(read_session("what-is-rnn"))
        return Page(here.frame, told=told_of(here))
    return Page(frame(walk(kind), t, LOOKS[kind]))


def screen(page: Page, width: int, height: int) -> list[str]:
    """The lines of a screen, the last one aside."""
    lines = [""] * (height - 1)
    for name, region in arrange(page.frame, width, height, lesson=page.told is not None).items():
        if name != "footer":
            shown = printed(part(name, page, region.width, region.height)).split("\n")
            assert len(shown) <= region.height, name
            assert max(map(cell_len, shown)) <= region.width, name
            for y, line in enumerate(shown, region.y):
                lines[y] += line
    return lines


def emptiest(lines: list[str]) -> int:
    """The most blank lines in a row."""
    runs = "".join("x" if line.strip() else " " for line in lines).split("x")
    return max(map(len, runs))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [*LOOKS, "lesson"])
def test_no_third_of_a_screen_is_empty(kind: str, size: tuple[int, int]) -> None:
    for t in (0, 1, 3):
        lines = screen(page(kind, t), *size)
        assert emptiest(lines) < size[1] / 3, "\n".join(lines)
