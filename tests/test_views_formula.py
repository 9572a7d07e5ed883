"""The row of tables that reads as the formula: its numbers, and that it fits wherever it is put."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from frames import built_in, frame, seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from terminal import printed

from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.views.layer.formula import formula
from rnn_tui.views.page.lines import equation_lines
from rnn_tui.views.page.parts import PARTS, Page, part

CELLS = (
    "elman",
    "jordan",
    "dense",
    "softmax",
    "lstm",
    "lstm-peephole",
    "lstm-projection",
    "gru",
    "minimal-gated",
    "leaky",
)
LEAST = {"elman": 39, "jordan": 39, "dense": 39, "softmax": 39}
"""Columns that are enough: what the narrowest screen gives the tables, and for other cells what 61 columns give."""


def random_simulator(cell: str, inputs: int, hidden: int, seed: int) -> Simulator:
    x = np.random.default_rng(seed).normal(0, 3, (4, inputs))
    return Simulator(Network.random(cell, inputs, hidden, seed), Sequence(x))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cell=st.sampled_from(CELLS),
    sizes=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    gate=st.integers(0, 4),
    t=st.integers(0, 4),
    room=st.tuples(st.integers(39, 200), st.integers(3, 20)),
    ascii_only=st.booleans(),
)
def test_the_tables_fit_any_room(
    cell: str, sizes: tuple[int, int], gate: int, t: int, room: tuple[int, int], ascii_only: bool
) -> None:
    width, height = max(room[0], LEAST.get(cell, 60)), room[1]
    simulator = random_simulator(cell, *sizes, seed=width)
    row = formula(frame(simulator, t, seen(gate=gate, ascii=ascii_only)), width, height)
    lines = printed(row).split("\n")
    assert max(map(cell_len, lines)) <= width
    assert len(lines) <= height
    assert re.match(r"[WVP]\b|W_", lines[0].strip())


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CELLS), st.integers(1, 20), st.integers(1, 20), st.integers(3, 20))
def test_the_place_of_every_number_is_the_same_at_every_time(cell: str, inputs: int, hidden: int, height: int) -> None:
    simulator = random_simulator(cell, inputs, hidden, seed=height)
    shapes = {(row.width, row.height) for t in range(5) for row in [formula(frame(simulator, t, seen()), 79, height)]}
    assert len(shapes) == 1


def weights() -> Simulator:
    """An elman of known numbers: W = [[1.5, -2]], U = [[0.25]], b = [0.125], x = (1, 0), (0, 1)."""
    layer = Layer("elman", {"W": [[1.5, -2.0]], "U": [[0.25]], "b": [0.125]})
    return Simulator(Network([layer]), Sequence([[1.0, 0.0], [0.0, 1.0]]))


def test_the_tables_read_as_the_formula() -> None:
    first = np.tanh(1.5 + 0.125)
    second = np.tanh(-2.0 + 0.25 * first + 0.125)
    text = printed(formula(frame(weights(), 2, seen()), 100, 4)).split("\n")
    assert re.sub(" +", " ", text[0]).strip() == "W 1×2 x₂ U 1×1 s₁ b s₂ y₂"
    row = text[2].split()
    assert row[:6] == ["1", "1.50", "-2.00", "·", "1", "0.00"]
    assert row[6:] == ["+", "1", "0.25", "·", f"{first:.2f}", "+", "0.12", "→", f"{second:.2f}", f"{second:.2f}"]
    assert text[3].split() == ["2", "1.00"]


@pytest.mark.parametrize(
    ("weights", "headings", "said"),
    [
        ("used", "W₁ 1×1 x₁ b₁ y₁", ""),
        ("next", "W₂ 1×1 x₁ b₂ y₁", "what t = 2 uses"),
        ("change", "W₂−W₁ 1×1 x₁ b₂−b₁ y₁", "the change after t = 1"),
    ],
)
def test_weights_of_another_time_are_no_formula(weights: str, headings: str, said: str) -> None:
    """y_1 is W_1 x_1 + b_1: beside W_2 no sign of an equation stands."""
    network = Network([Layer("dense", {"W": [[0.5]], "b": [0.0]})])
    walk = Run(network, Sequence([[1.0], [1.0]], [[1.0], [1.0]]), learning=Learning("sse")).walk()
    seen_at = frame(walk, 1, seen(weights=weights))
    text = printed(formula(seen_at, 100, 4))
    assert re.sub(" +", " ", text.split("\n")[0]).strip() == headings
    assert any(sign in text for sign in "·→") == (weights == "used")
    assert said in equation_lines(seen_at, 100, 1).plain


def test_before_the_first_sample_only_the_state_is_known() -> None:
    text = printed(formula(frame(weights(), 0, seen()), 100, 4)).split("\n")
    assert re.sub(" +", " ", text[0]).strip() == "W 1×2 x U 1×1 s b s₀ y"
    assert text[2].split()[-2:] == ["0.00", "."]
    assert text[2].split()[5] == "."


@pytest.mark.parametrize("digits", [0, 1, 5, 8])
def test_numbers_have_the_digits_asked_for(digits: int) -> None:
    state = np.tanh(1.5 + 0.125)
    row = printed(formula(frame(weights(), 1, seen(digits=digits)), 200, 4)).split("\n")[2].split()
    assert row[-1] == f"{state:.{digits}f}"
    assert row[1] == f"{1.5:.{digits}f}"


def test_a_matrix_that_does_not_fit_says_that_there_is_more() -> None:
    simulator = random_simulator("elman", 20, 20, seed=1)
    assert "W  20×20…" in printed(formula(frame(simulator, 1, seen()), 60, 8))
    assert "W  20x20~" in printed(formula(frame(simulator, 1, seen(ascii=True)), 60, 8))
    assert "…" not in printed(formula(frame(weights(), 1, seen()), 100, 4))


def test_a_cell_of_several_sums_has_all_it_computes_side_by_side() -> None:
    simulator = built_in("jordan")
    step = simulator.at(2)
    lines = printed(part("gates", Page(frame(simulator, 2, seen())), 79, 4)).split("\n")
    shown = dict(zip(lines[0].split(), zip(*(line.split() for line in lines[1:]), strict=True), strict=True))
    for name in ("h", "s", "y"):
        assert list(shown[f"{name}₂"]) == [f"{value:.2f}" for value in step.values[name]]
    assert printed(part("gates", Page(frame(weights(), 2, seen())), 79, 4)) == ""


@pytest.mark.parametrize("cell", CELLS)
def test_ascii_drawings_are_made_of_ascii(cell: str) -> None:
    simulator = built_in(cell, 9)
    for name, width, t, gate in product(PARTS, (40, 79, 140), (0, 3), (0, 1)):
        display = seen(ascii=True, gate=gate)
        assert printed(part(name, Page(frame(simulator, t, display)), width, 9)).isascii(), (name, width, t)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_number_that_is_not_finite_is_shown_as_such() -> None:
    layer = Layer("dense", {"W": [[1.0], [-1.0], [0.0]], "b": [0.0, 0.0, 0.0]})
    simulator = Simulator(Network([layer]), Sequence([[np.inf]]))
    lines = printed(formula(frame(simulator, 1, seen()), 79, 5)).split("\n")
    assert [line.split()[-1] for line in lines[2:5]] == ["inf", "-inf", "nan"]


@pytest.mark.parametrize("width", [88, 92, 95])
def test_weights_that_grow_are_placed_by_their_own_epoch_however_one_came_to_it(width: int) -> None:
    def run() -> Run:
        random = np.random.default_rng(0)
        sequence = Sequence(random.normal(size=(20, 4)), random.normal(size=(20, 3)) * 50)
        learning = Learning(epochs=9, optimizer=Optimizer(rate=5.0))
        return Run(Network.random("lstm", 4, 3, 0), sequence, learning=learning)

    slowly, straight = run(), run()
    first = printed(formula(frame(slowly.walk(1), 2), width, 6))
    last = printed(formula(frame(slowly.walk(8), 2), width, 6))
    assert last == printed(formula(frame(straight.walk(8), 2), width, 6))
    assert first != last
