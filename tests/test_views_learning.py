"""The gradients on the screen, by hand: what is written about them, and what a click on the plots means."""

from __future__ import annotations

import numpy as np
import pytest
from frames import frame
from rich.text import Text
from terminal import printed

from rnn_tui import Cell, Layer, Network, Run, Sequence, load_sequence
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Walk
from rnn_tui.session.model import Focus
from rnn_tui.stepper.selection import tables
from rnn_tui.views.learning.chain_equations import chain_equations
from rnn_tui.views.learning.loss_plot import GUTTER, loss_plot
from rnn_tui.views.learning.teaching import taught
from rnn_tui.views.learning.vanishing import draw
from rnn_tui.views.page.parts import Page, part
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import COLUMN
from rnn_tui.views.sheet.pen import written

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


def one_unit(cell: str, targets: list[list[float]], loss: str = "sse") -> Walk:
    """One timestep of x = 0.5 with W = 1, everything else 0."""
    own = Network.random(cell, 1, 1 if cell != "softmax" else 2).layers[0].parameters
    layer = Layer(cell, {name: np.zeros_like(array) + (name[0] == "W") for name, array in own.items()})
    return Run(Network([layer]), Sequence([[0.5]], targets), learning=Learning(loss, 0)).walk()


def test_the_step_from_a_state_to_the_sum_inside_it() -> None:
    """s = tanh(0.5) = 0.46212, dL/ds = 2 s = 0.92423, 1 - s s = 0.78645, dL/dz = 0.78645 * 0.92423 = 0.72686."""
    lines = [" ".join(line.split()) for line in ledger(one_unit("elman", [[0.0]]), 1, "d z")]
    assert lines == [
        "dL/dz₁[1], the sum of the chain-rule products at t = 1",
        "tanh'[1] 0.78645 × dL/ds₁[1] 0.92423 = 0.7269 so far 0.7269",
        "sum = 0.7269",
        "where tanh'[1] = 1 - 0.46212² = 0.7864",  # 1 - 0.4621² would be 0.7865
    ]


def test_a_part_of_a_gradient_is_called_a_part() -> None:
    assert ledger(one_unit("elman", [[0.0]]), 1, "d s here")[0].startswith("the part of dL/ds₁[1], the sum of")
    assert ledger(one_unit("elman", [[0.0]]), 1, "d W here")[0].startswith("dL/dW[1,1], the sum of")


def test_the_gradient_by_the_y_of_a_lower_layer_is_the_products_of_the_layer_above() -> None:
    """Two dense layers, W = 2 above: y = 2 * 0.5 against 0, dL/dy of the upper 2, times its W 4."""
    lower, upper = Layer("dense", {"W": [[1.0]], "b": [0.0]}), Layer("dense", {"W": [[2.0]], "b": [0.0]})
    walk = Run(Network([lower, upper]), Sequence([[0.5]], [[0.0]]), learning=Learning("sse", 0)).walk()
    page = Page(frame(walk, 1, layer=1, back=True, zoom="number", focus=Focus("d y", 0)))
    text = part("ledger", page, 100, 12)
    assert isinstance(text, Text)
    assert [" ".join(line.split()) for line in text.plain.split("\n")][1:3] == [
        "2:W₁[1,1] 2.0000 × 2:dL/dy₁[1] 2.0000 = 4.0000 so far 4.0000",
        "sum = 4.0000",
    ]


def test_softmax_and_cross_entropy_are_one_step() -> None:
    """Two numbers alike: y = 0.5 each, and the target is the first."""
    walk = one_unit("softmax", [[1.0, 0.0]], "cross-entropy")
    assert ledger(walk, 1, "d z") == [
        "dL/dz₁[1] = -0.5000",
        "softmax and cross-entropy in one step: y - target = 0.5000 - 1.0000 = -0.5000",
    ]


@pytest.mark.parametrize(
    ("cell", "gate", "said"),
    [
        ("elman", 0, "dL/dz₁ = dL/ds₁ ⊙ (1 − s₁²)   dL/dW = dL/dz₁·x₁'   dL/dU = dL/dz₁·s₀'   dL/db = dL/dz₁"),
        ("lstm", 1, "dL/dz_f₁ = dL/df₁ ⊙ f₁(1 − f₁)   dL/dW_f = dL/dz_f₁·x₁'   dL/dU_f = dL/dz_f₁·s₀'"),
        ("lstm", 2, "dL/dz_g₁ = dL/dg₁ ⊙ (1 − g₁²)   dL/dW_g"),
        ("elman-relu", 0, "dL/dz₁ = dL/ds₁ ⊙ relu'   dL/dW"),
        ("softmax", 0, "dL/dz₁ = y₁ − target   dL/dW = dL/dz₁·x₁'   dL/db = dL/dz₁"),
        ("dense", 0, "dL/dW = dL/dy₁·x₁'   dL/db = dL/dy₁"),
    ],
)
def test_the_equations_of_the_way_back(cell: str, gate: int, said: str) -> None:
    walk = one_unit(
        cell, [[1.0, 0.0]] if cell == "softmax" else [[0.0]], "cross-entropy" if cell == "softmax" else "sse"
    )
    phrases = chain_equations(frame(walk, 1, back=True, gate=gate))
    assert written(phrase.forms[0][0] for phrase in phrases).plain.strip().startswith(said)


def test_all_gradients_of_a_sum_stand_side_by_side() -> None:
    seen = frame(one_unit("lstm", [[0.0]]), 1, back=True, gate=1)
    assert [table.name for table in tables(seen)][-4:] == ["d z_f", "d W_f here", "d U_f here", "d b_f here"]
    gathered = frame(one_unit("lstm", [[0.0]]), 1, back=True, gate=4, weights="next")
    assert [table.name for table in tables(gathered)][-3:] == ["d W_i gathered", "d U_i gathered", "d b_i gathered"]


@pytest.mark.parametrize("height", range(3, 12))
def test_the_circular_arrow_is_closed_in_any_room(height: int) -> None:
    page = Page(frame(one_unit("elman", [[0.0]]), 1, diagram="rolled"))
    lines = [line for line in printed(part("diagram", page, 60, height)).split("\n") if line.strip()]
    assert [sum(line.count(corner) for line in lines) for corner in "╭╮╰╯"] == [1, 1, 1, 1]
    assert len(lines) <= height


@pytest.mark.parametrize("diagram", ["unrolled", "rolled"])
def test_arrows_point_back_on_the_way_back(diagram: str) -> None:
    def arrows(back: bool) -> set[str]:
        page = Page(frame(one_unit("elman", [[0.0]]), 1, back=back, diagram=diagram))
        return set(printed(part("diagram", page, 60, 11))) & set("↑↓→←")

    assert arrows(False) == ({"↑", "→"} if diagram == "unrolled" else {"↑", "→", "←"})
    assert arrows(True) == ({"↓", "←"} if diagram == "unrolled" else {"↓", "→", "←"})


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
    seen = Page(frame(summing(), 2, back=True, weights="next"))
    assert "dL/dW 3 to 2" in printed(part("gates", seen, 80, 6))


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
    lit = [s.style is not None and s.style.bgcolor == COLUMN for s in drawing.lines()[0] for _ in s.text]
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
