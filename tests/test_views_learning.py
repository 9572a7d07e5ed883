"""The gradients on the screen, by hand: what is written about them, and what a click on the plots means."""

from __future__ import annotations

import numpy as np
import pytest
from frames import frame
from rich.color import Color
from rich.text import Text
from terminal import printed

from rnn_tui import Cell, Layer, Network, Run, Sequence, load_sequence
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Walk
from rnn_tui.session.model import Focus
from rnn_tui.views.learning.loss_plot import GUTTER, loss_plot
from rnn_tui.views.learning.teaching import taught
from rnn_tui.views.learning.vanishing import draw
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.sheet.bars import COLUMN
from rnn_tui.views.sheet.drawing import Drawing

NOW = Color.parse(COLUMN)
SUMMING = Cell.parse(
    'equations = """\ns[t] = W @ x[t] + s[t-1]\ny[t] = g * s[t]\n"""\n'
    '[parameters]\nW = ["H", "I"]\ng = []\n[state]\ns = ["H"]\n'
)
"""With W = 1, g = 2 and x = 1, 2, 4 s is 1, 3, 7 and y 2, 6, 14; read backwards s is 7, 6, 4 and y 14, 12, 8."""


def summing(reverse: bool = False, loss: str = "sse", truncate: int = 0) -> Walk:
    network = Network([Layer(SUMMING, {"W": [[1.0]], "g": 2.0}, reverse)])
    learning = Learning(loss, truncate, optimizer=Optimizer(rate=0.0))
    return Run(network, Sequence([[1.0], [2.0], [4.0]], np.zeros((3, 1))), learning=learning).walk()


def ledger(walk: Walk, t: int, name: str) -> list[str]:
    """The ledger of the first number of a gradient."""
    page = Page(frame(walk, t, back=True, zoom="number", focus=Focus(name, 0)))
    text = part("ledger", page, 100, 12)
    assert isinstance(text, Text)
    return [line.strip() for line in text.plain.split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("reverse", "t", "said"),
    [
        # through y dL/ds is 2 * 2 y = 8, 24, 56, and all that are computed later hand back theirs
        (False, 2, ["24.0000 so far 24.0000", "from t = 3 = 56.0000 so far 80.0000", "sum = 80.0000"]),
        (True, 2, ["48.0000 so far 48.0000", "from t = 1 = 56.0000 so far 104.0000", "sum = 104.0000"]),
    ],
)
def test_the_gradient_by_a_state_is_told_in_its_two_parts(reverse: bool, t: int, said: list[str]) -> None:
    lines = [" ".join(line.split()) for line in ledger(summing(reverse), t, "d s")]
    assert [line.split("this t = ")[-1] for line in lines[1:]] == said


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("sse", "The slope of sse at this t: 2 (y - target) = 2 (6.0000 - 0.0000) = 12.0000"),
        ("mse", "The slope of mse at this t: 2 (y - target) / O = 2 (6.0000 - 0.0000) / 1 = 12.0000"),
    ],
)
def test_the_gradient_by_y_is_the_slope_of_the_loss(loss: str, said: str) -> None:
    assert ledger(summing(loss=loss), 2, "d y") == ["dL/dy₂[1] = 12.0000", said]


def test_a_mean_is_over_the_numbers_of_y_and_no_others() -> None:
    """y = (1, 1, 1) against 0: 2 / 3 each."""
    network = Network([Layer("dense", {"W": [[1.0]] * 3, "b": [0.0] * 3})])
    walk = Run(network, Sequence([[1.0]], np.zeros((1, 3))), learning=Learning("mse")).walk()
    told = ledger(walk, 1, "d y")
    slope = "The slope of mse at this t: 2 (y - target) / O = 2 (1.0000 - 0.0000) / 3 = 0.6667"
    assert told == ["dL/dy₁[1] = 0.6667", slope]


@pytest.mark.parametrize(
    ("reverse", "t", "wall"),
    [(False, 1, False), (False, 2, False), (False, 3, True), (True, 1, True), (True, 2, False), (True, 3, False)],
)
def test_nothing_comes_back_over_the_end_of_the_window(reverse: bool, t: int, wall: bool) -> None:
    told = ledger(summing(reverse), t, "d s later")[0]
    assert told.startswith("0: the window ends here") == wall


def test_what_is_gathered_counts_its_timesteps() -> None:
    """W has x_t dL/ds_t: 4 * 56 at 3, 2 * 80 at 2."""
    told = ledger(summing(), 2, "d W gathered")
    assert told[0] == "dL/dW[1,1]: its parts from t = 3 back to 2"
    assert [" ".join(line.split("so far")[0].split()) for line in told[1:]] == [
        "part of t = 3 = 224.0000",
        "part of t = 2 = 160.0000",
        "sum = 384.0000",
    ]
    assert "gathered 3 to 2" in printed(part("gates", Page(frame(summing(), 2, back=True)), 80, 6))


@pytest.mark.parametrize(("reverse", "later"), [(False, "from s₃"), (True, "from s₁")])
def test_the_table_says_where_the_later_part_is_from(reverse: bool, later: str) -> None:
    page = Page(frame(summing(reverse), 2, back=True))
    assert later in printed(part("formula", page, 100, 8))


def test_the_loss_of_a_timestep_stands_before_that_of_the_epoch() -> None:
    """4 + 36 + 196 = 236."""
    (line,) = taught(frame(summing(), 2), 100)
    assert "loss₂ 36.0000 of 236.0000" in line.plain


def clicks(drawing: Drawing, key: str) -> list[int]:
    """What a click means along the line with the most meanings, left to right."""
    rows = [
        [segment.style.meta[key] for segment in line if segment.style is not None and key in segment.style.meta]
        for line in drawing.lines()
    ]
    return max(rows, key=len)


def test_a_click_on_the_loss_goes_to_its_epoch() -> None:
    run = Run(
        Network([Layer(SUMMING, {"W": [[1.0]], "g": 2.0})]),
        Sequence([[1.0], [2.0]], np.zeros((2, 1))),
        learning=Learning("sse", 0, 4, Optimizer(rate=0.001)),
    )
    run.walk(4)
    drawing = loss_plot(frame(run.walk(3), 1), GUTTER + 9, 4)
    assert list(dict.fromkeys(clicks(drawing, "epoch"))) == [1, 2, 3, 4]
    assert printed(drawing).split("\n")[-1].index("▲") == GUTTER + 5  # two columns an epoch
    lit = [s.style is not None and s.style.bgcolor == NOW for s in drawing.lines()[0] for _ in s.text]
    assert [column - GUTTER for column, now in enumerate(lit) if now] == [4, 5]


@pytest.mark.parametrize(
    ("epoch", "width", "said"),
    [(1, 30, "▲ 1: 40.0000 "), (40, 30, " 40: 40.0000 ▲"), (1, 15, "▲──"), (40, 14, "─▲")],
)
def test_the_loss_of_the_epoch_stands_beside_its_mark_where_it_has_room(epoch: int, width: int, said: str) -> None:
    """2 and 6 where nothing was wanted: 4 + 36, in every epoch alike, for nothing is learned."""
    run = Run(
        Network([Layer(SUMMING, {"W": [[1.0]], "g": 2.0})]),
        Sequence([[1.0], [2.0]], np.zeros((2, 1))),
        learning=Learning("sse", 0, 40, Optimizer(rate=0.0)),
    )
    axis = printed(loss_plot(frame(run.walk(epoch), 1), GUTTER + width, 4)).split("\n")[-1]
    assert said in axis
    assert (":" in axis) == (":" in said)


def test_a_click_on_a_norm_goes_to_its_timestep() -> None:
    walk = Run(Network.random("elman", 1, 3, 0), load_sequence("sunspots")).walk()
    drawing = draw(frame(walk, 250), 100, 14)
    text = printed(drawing).split("\n")
    kept = 100 // 2 - 2 - 1  # columns of one plot; k ends at t
    assert f"k = {250 - kept + 1}" in text[-1]
    own = list(dict.fromkeys(clicks(drawing, "t")))
    assert own == list(range(250 - kept + 1, 251))
    assert text[6][kept] != " "  # the lowest row of the bars of s; below it stand those of an LSTM's c
