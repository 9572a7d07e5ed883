"""The picture of vanishing gradients: what is written about it is whole or left out."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from frames import frame, seen
from terminal import printed

from rnn_tui import Cell, Layer, Network, Run, Sequence, load_sequence
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.errors import LoadError
from rnn_tui.session.file import parse_session, session_text
from rnn_tui.session.model import Focus, Session
from rnn_tui.session.recipe import Blueprint, Recipe
from rnn_tui.stepper.commands import BESIDE
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.learning.vanishing import draw as vanishing
from rnn_tui.views.learning.vanishing import spectral_radius
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.pen import fitting, written


def test_no_number_of_the_heading_is_cut() -> None:
    """The eigenvalues are those of NumPy, told to two decimals."""
    network = Network.random("lstm", 1, 3, 0)
    layer = network.layers[0]
    radii = {
        name: float(np.abs(np.linalg.eigvals(layer.parameters[name])).max()) for name in ("U_i", "U_f", "U_g", "U_o")
    }
    simulator = Simulator(network, load_sequence("sunspots"))
    for width in range(130):
        text = written(fitting(width, spectral_radius(layer, Notation()), "…")).plain
        assert len(text) <= width
        for name, told in re.findall(r"(U_.) ([0-9.]+)", text):
            assert abs(float(told) - radii[name]) <= 0.005, width
        drawing = vanishing(frame(simulator, 12, seen()), width, 14)
        lines = ["".join(segment.text for segment in row) for row in drawing.lines()]
        assert all(found in ("y₁₂[1]", "y₁₂[1];", "…") for found in re.findall(r"L = (\S+)", lines[0])), width
        if width >= 40:
            assert re.findall(r"k = (\d*)", lines[-1])[1::2] == ["12", "12"], width


def hello(cell: str) -> Walk:
    """hello.txt read by a random network with a softmax over its four letters."""
    return Run(Network.random([cell, "softmax"], 4, [3], 0, 4), load_sequence("hello.txt")).walk()


def screen(walk: Walk, t: int, width: int = 80, height: int = 13, /, **more: Any) -> list[str]:
    """The rows of the picture of the first layer."""
    return printed(vanishing(frame(walk, t, seen(layer=1, **more)), width, height)).split("\n")


def test_what_l_is_and_the_norms_are_said() -> None:
    """Those of PyTorch's autograd, for elman,softmax of seed 0 and the cross-entropy at t = 4, which is 1.9585."""
    lines = screen(hello("elman"), 4)
    assert lines[0].startswith(" |dL/ds_k| for L = cross-entropy at t = 4; a row is a power of ten, the top 1e0")
    assert re.match(r" elman  L 1\.96 .* lstm  L 1\.93  random", lines[1])
    norms = [line[:40].split() for line in lines if re.match(r" [\d.]+ [\d.]+ [\d.]+ [\d.]+ ", line)]
    assert [[round(float(norm), 3) for norm in row] for row in norms] == [[0.043, 0.090, 0.251, 0.581]]
    assert lines[2].startswith(" |dL/ds_k| largest 0.5806, at k = 4 ")


def test_every_state_has_its_row_of_bars() -> None:
    lines = screen(hello("lstm"), 4, rival="lstm")
    assert [line.count("|dL/dc_k|") for line in lines if "dL/dc_k" in line] == [2]
    assert [line.count("|dL/ds_k| largest") for line in lines if "|dL/ds_k| la" in line] == [2]


def test_the_bars_are_on_one_scale_whose_top_no_norm_reaches() -> None:
    """dL/dc_k is 2 at every k: below the top, 10, by all but 0.3 of a row. It is no whole column, and none is."""
    cell = Cell.parse(
        'equations = """\nc[t] = W @ x[t] + c[t-1]\ns[t] = 2 * c[t]\ny[t] = s[t]\n"""\n'
        '[parameters]\nW = ["H", "I"]\n[state]\ns = ["H"]\nc = ["H"]\n'
    )
    walk = Run(Network([Layer(cell, {"W": [[1.0]]})]), Sequence([[1.0]] * 3)).walk()
    left = [line[:39].rstrip() for line in screen(walk, 3)]
    block = left[left.index(" |dL/dc_k| largest 2.0000, at k = 1") + 1 :][:4]
    assert block == [" ▂▂▂▂▂▂ ▂▂▂▂▂▂ ▂▂▂▂▂▂", *[" ██████ ██████ ██████"] * 2, " 2.0000 2.0000 2.0000"]


def test_norms_of_zero_have_no_bars_and_are_said_to_be_zero() -> None:
    """A softmax of one number is 1 whatever it is given."""
    network = Network.random(["elman", "softmax"], 1, [3], 0, 1)
    walk = Run(network, Sequence(np.ones((4, 1)), np.ones((4, 1)))).walk()
    lines = screen(walk, 4)
    assert lines[2].startswith(" |dL/ds_k| 0 at every k ")
    assert not any(bar in line for line in lines for bar in "▁▂▃▄▅▆▇█")


@pytest.mark.parametrize(("rival", "said"), [("", "lstm"), ("gru", "gru"), ("lstm-peephole", "lstm-peephole")])
def test_the_other_cell_is_the_one_asked_for(rival: str, said: str) -> None:
    assert re.search(rf"  {said}  L [\d.]+  random", screen(hello("elman"), 4, 120, rival=rival)[1])


def test_what_has_learned_says_so() -> None:
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4, [3], 0, 4)
    walk = Run(network, sequence, learning=Learning("cross-entropy", 1, 5)).walk(4)
    assert walk.teaching is not None
    loss = f"{walk.teaching.loss_at(4):.2f}"
    line = screen(walk, 4, 160, rival="gru")[1]
    assert line.startswith(f" elman  L {loss}  epoch 4 ")
    assert re.search(r"gru  L [\d.]+  epoch 4", line)
    assert re.search(r"elman untrained  L 1\.96 ", screen(walk, 4, 160, rival="untrained")[1])


def test_a_long_run_says_where_the_other_begins() -> None:
    walk = Run(Network.random("elman", 1, 3, 0), Sequence(np.zeros((50_000, 1)))).walk()
    assert "zeros before t = 16385" in screen(walk, 40_000, 160)[1]
    assert "k = 40000" in screen(walk, 40_000, 160)[-1]


def test_a_hidden_number_is_no_l() -> None:
    network = Network.random("elman", 1, 3, 0)
    walk = Run(network, Sequence(np.ones((3, 1)))).walk()
    assert screen(walk, 2, hidden=(("s", 2, 0),))[1].startswith(" elman  L ?")
    assert not screen(walk, 2, hidden=(("s", 2, 1),))[1].startswith(" elman  L ?")


def test_a_selected_number_of_y_is_l() -> None:
    lines = screen(hello("elman"), 4, focus=Focus("y", 0, 1))
    assert lines[0].startswith(" |dL/ds_k| for L = y₄[2]; a row")


def test_x_changes_the_other_cell_and_the_session_keeps_it() -> None:
    stepper = Stepper(Session(Recipe(blueprint=Blueprint(("elman",))), at=2))
    stepper.press("x")
    assert stepper.session.gaze.rival == ""
    assert stepper.notice == BESIDE
    for key in ("V", "x"):
        stepper.press(key)
    assert stepper.session.gaze.rival == "lstm-peephole"  # the one after lstm
    for key in ("X", "X"):
        stepper.press(key)
    assert stepper.session.gaze.rival == "leaky"
    text = session_text(stepper.session)
    assert 'rival = "leaky"' in text
    assert parse_session(text).gaze == stepper.session.gaze
    with pytest.raises(LoadError, match="'leaki' is not known; did you mean leaky"):
        parse_session(text.replace("leaky", "leaki"))
