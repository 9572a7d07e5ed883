"""How much every x matters to a number: against runs over a sequence that was changed by hand, and the gradients of a
loss, and central differences."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui import Network, Run, Sequence, gradients, load_sequence
from rnn_tui.cli.main import main
from rnn_tui.core.across import TOO_LONG, Across, across, by_gradient, removed
from rnn_tui.core.cell import Cell
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.errors import InputError
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.references import Ref
from rnn_tui.core.removal import ROW_OF_MORE
from rnn_tui.core.run import Walk
from rnn_tui.core.window import run_window

STEP = 1e-6


def built(cells: str, path: str = "hello.txt", edits: tuple[str, ...] = ()) -> Walk:
    """A random network over a built-in sequence, perhaps with edits."""
    sequence = load_sequence(path)
    outputs = None if sequence.targets is None else sequence.targets.shape[1]
    run = Run(Network.random(cells.split(","), sequence.input_size, [3], 0, outputs), sequence)
    return edited(run, map(Edit.parse, edits)).walk()


def known(walk: Walk, number: Ref) -> Across:
    """All there is to know of it."""
    found = across(walk, number)
    while found.advance():
        pass
    return found


@pytest.mark.parametrize(
    ("path", "cells", "number", "times", "edits"),
    [
        ("hello.txt", "elman", Ref("y", 1, 5, None, 1), (1, 2, 3, 4, 5), ()),
        ("hello.txt", "lstm,softmax", Ref("f", 1, 4, None, 2), (1, 2, 3, 4), ()),
        ("hello.txt", "lstm,softmax", Ref("y", 2, 4, None, 2), (1, 2, 3, 4), ("1:f[2][1] = 1", "reset 3")),
        ("hello.txt", "gru:concat,dense", Ref("y", 4, 3, None, 0), (1, 2, 3, 4, 5), ()),
        ("hello.txt", "elman:concat,lstm:sum,softmax", Ref("c", 5, 2, None, 1), (1, 2, 3, 4, 5), ("shuffle 7",)),
        ("hello.txt", "gru:reverse", Ref("z_n", 1, 2, None, 0), (2, 3, 4, 5), ()),
        ("sunspots.csv", "gru", Ref("s", 1, 300, None, 1), (200, 256, 257, 299, 300), ()),
        ("sunspots.csv", "gru:concat,dense", Ref("y", 4, 250, None, 0), (200, 256, 257, 300), ("reset 270",)),
    ],
)
def test_removal_is_a_run_over_a_sequence_with_zeros_to_the_bit(
    path: str,
    cells: str,
    number: Ref,
    times: tuple[int, ...],
    edits: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also where x_k and the number are of two chunks of the tape, which has 256 timesteps in each."""
    walk = built(cells, path, edits=edits)
    options = [word for edit in edits for word in ("--set", edit)]
    only = ["--from", str(number.t), "--to", str(number.t), "--layer", str(number.layer)]
    for k in times:
        words = ["run", path, "--cell", cells, *options, "--set", f"x[{k}] = 0", "--values", "--format", "jsonl"]
        assert main([*words, *only]) == 0
        wanted = json.loads(capsys.readouterr().out)["values"][number.name][number.row or 0]
        assert removed(walk, number, k) == wanted


def test_what_is_known_of_a_number_is_the_removal_of_every_x() -> None:
    walk, number = built("lstm,softmax"), Ref("y", 2, 4, None, 2)
    found = known(walk, number)
    assert found.value == number.value(walk, 0)
    assert found.without == {k: removed(walk, number, k) for k in (1, 2, 3, 4)}
    assert found.effects == {k: found.value - without for k, without in found.without.items()}
    assert found.strongest == max(found.effects, key=lambda k: abs(found.effects[k]))


def test_a_table_gives_zeros_in_place_of_the_row_that_is_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    cells, number = "embedding,elman,softmax", Ref("y", 3, 4, None, 1)
    walk = built(cells)
    found = known(walk, number)
    assert (found.tables, found.why) == (True, "")
    for k in (1, 2, 3, 4):
        words = ["run", "hello.txt", "--cell", cells, "--set", f"1:y[{k}] = 0", "--from", "4"]
        assert main([*words, "--to", "4", "--format", "jsonl", "--layer", "3"]) == 0
        assert found.without[k] == json.loads(capsys.readouterr().out)["y"][1]
    assert removed(walk, Ref("y", 1, 4, None, 2), 4) == 0.0
    assert removed(walk, Ref("y", 1, 4, None, 2), 3) == walk.at(4).layers[0].y[2]


def test_a_row_in_a_layer_that_does_more_is_told_by_gradient_alone() -> None:
    cell = Cell.parse(
        'equations = """\ns[t] = tanh(row(E, x[t]) + U @ s[t-1])\ny[t] = s[t]\n"""\n'
        '[parameters]\nE = ["I", "H"]\nU = ["H", "H"]\n[state]\ns = ["H"]\n'
    )
    table = np.random.default_rng(2).standard_normal((4, 3))
    parameters = {"E": table, "U": np.eye(3) * 0.5}
    walk = Run(Network([Layer(cell, parameters)]), load_sequence("hello.txt")).walk()
    number = Ref("y", 1, 3, None, 0)
    found = known(walk, number)
    assert (found.why, found.without) == (ROW_OF_MORE, {})
    first, second, third = (1 - walk.at(t).s[0] ** 2 for t in (1, 2, 3))
    rows = [table["ehlo".index(letter), 0] for letter in "hel"]
    by_hand = [first * second * third * 0.25 * rows[0], second * third * 0.5 * rows[1], third * rows[2]]
    assert [found.slopes[k] for k in (1, 2, 3)] == pytest.approx(by_hand, rel=1e-12)
    with pytest.raises(InputError, match="zeros choose none"):
        removed(walk, number, 1)


@pytest.mark.parametrize(("cells", "edits"), [("dense", ()), ("elman", ("U = 0",)), ("lstm", ("reset *",))])
def test_of_an_ordinary_network_no_other_x_matters(cells: str, edits: tuple[str, ...]) -> None:
    """Exactly nothing comes from any other; with the recurrence something does."""
    number = Ref("y", 1, 4, None, 1)
    found = known(built(cells, edits=edits), number)
    assert found.ks == range(1, 5)
    assert [k for k in found.ks if found.effects[k]] == [4]
    assert [k for k in found.ks if found.slopes[k]] == [4]
    assert found.strongest == 4
    whole = known(built("lstm"), number)
    assert all(whole.effects[k] and whole.slopes[k] for k in whole.ks)


@pytest.mark.parametrize("cells", ["elman", "lstm,gru,softmax", "gru:concat,dense", "lstm:concat,elman:sum,softmax"])
def test_by_gradient_is_the_gradient_of_a_loss_whose_slope_is_one_there(cells: str) -> None:
    """The square of y - (y - 1/2) has the slope 1, and there is no target but one."""
    x = np.random.default_rng(4).standard_normal((12, 3))
    network = Network.random(cells.split(","), 3, [4], 0, 3)
    walk = Run(network, Sequence(x)).walk()
    for t, unit in ((12, 0), (7, 1)):
        target = np.full((12, walk.at(t).y.size), np.nan)
        target[t - 1] = walk.at(t).y
        target[t - 1, unit] -= 0.5
        wanted = gradients(network, Sequence(x, target)).x
        found = by_gradient(walk, Ref("y", len(network.layers), t, None, unit))
        for k in range(1, 13):
            assert found.get(k, np.zeros(3)) == pytest.approx(wanted[k - 1], rel=1e-12, abs=1e-16)
        assert np.abs(wanted).max() > 1e-3


@pytest.mark.parametrize(
    ("cells", "number", "edits"),
    [
        ("lstm", Ref("f", 1, 4, None, 0), ()),
        ("lstm", Ref("c", 1, 5, None, 2), ("i[3][1] = 0.3", "s[2][3] = 1")),
        ("gru", Ref("z_n", 1, 5, None, 1), ("reset 3",)),
        ("elman,elman:reverse,jordan", Ref("s", 3, 3, None, 1), ("2:s[4][1] = 0.5", "reset 2")),
        ("embedding,leaky", Ref("y", 2, 3, None, 1), ()),
        ("elman", Ref("s", 1, 4, None, 1), ("s[4][2] = 0.3",)),
    ],
)
def test_by_gradient_is_the_central_difference(cells: str, number: Ref, edits: tuple[str, ...]) -> None:
    """Of any computed number, also where others are forced: through those nothing comes."""
    walk = built(cells, edits=edits)
    found, run = by_gradient(walk, number), walk.run
    for k in range(1, 6):
        for unit in range(4):
            if cells.startswith("embedding"):  # x moves along the product that a row stands for
                table = walk.network.layers[0].parameters["E"]
                change = [f"1:y[{k}] = {(walk.at(k).layers[0].y + by * table[unit]).tolist()}" for by in (STEP, -STEP)]
            else:
                change = [f"x[{k}][{unit + 1}] = {float(run.sequence.x[k - 1, unit] + by)!r}" for by in (STEP, -STEP)]
            base = run.base[0] if run.base is not None else run
            moved = [edited(base, map(Edit.parse, (*edits, each))).walk() for each in change]
            slope = (number.value(moved[0], 0) - number.value(moved[1], 0)) / (2 * STEP)
            assert float(found[k][unit] if k in found else 0) == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_removal_comes_to_the_gradient_where_all_is_linear() -> None:
    """s_t = x_t + s_(t-1) / 2: x_k gives 0.5^(t - k) of itself."""
    cell = Cell.parse(
        'equations = """\ns[t] = x[t] + 0.5 * s[t-1]\ny[t] = s[t]\n"""\n[parameters]\n[state]\ns = ["I"]\n'
    )
    walk = Run(Network([Layer(cell, {})]), Sequence([[8.0], [-4.0], [2.0]])).walk()
    found = known(walk, Ref("s", 1, 3, None, 0))
    assert (found.value, found.strongest) == (2.0, 3)
    assert found.effects == found.slopes == {1: 2.0, 2: -2.0, 3: 2.0}


def test_what_learns_counts_with_the_weights_as_they_were_used() -> None:
    """By hand: window by window, from the x that is changed on, and nothing of it is learned."""
    sequence = load_sequence("hello.txt")
    learning = Learning("cross-entropy", 2, 3, Optimizer(rate=0.5))
    network = Network.random(["gru", "softmax"], 4, [3], 0, 4)
    walk = Run(network, sequence, learning=learning).walk(3)
    number = Ref("y", 2, 4, None, 2)
    found = known(walk, number)
    x = np.array(sequence.x)
    x[1] = 0
    before = walk.initial_state
    for first in (0, 2):
        used = network.with_parameters([dict(step.parameters) for step in walk.at(first + 1).layers])
        window = run_window(used, x[first : first + 2], first + 1, before)
        before = window.after()
    assert found.without[2] == pytest.approx(window.y[1, 2], rel=1e-14)
    assert abs(found.without[2] - found.value) > 1e-3

    def moved(by: float) -> float:
        before, rows = walk.initial_state, np.array(sequence.x)
        rows[0, 1] += by
        for first in (0, 2):
            used = network.with_parameters([dict(step.parameters) for step in walk.at(first + 1).layers])
            window = run_window(used, rows[first : first + 2], first + 1, before)
            before = window.after()
        return float(window.y[1, 2])

    slope = (moved(STEP) - moved(-STEP)) / (2 * STEP)
    assert by_gradient(walk, number)[1][1] == pytest.approx(slope, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    cells=st.sampled_from(
        ["elman", "jordan", "lstm-peephole", "minimal-gated,dense", "gru:concat", "leaky:reverse,gru"]
    ),
    count=st.integers(1, 40),
    seed=st.integers(0, 99),
    single=st.booleans(),
    data=st.data(),
)
def test_any_x_of_any_run_can_be_taken_away(
    cells: str, count: int, seed: int, single: bool, data: st.DataObject
) -> None:
    """To the bit what an edited run has, also in single precision."""
    x = np.random.default_rng(seed).standard_normal((count, 2)).astype(np.float32 if single else np.float64)
    network = Network.random(cells.split(","), 2, [3], seed)
    run = Run(network.astype(np.dtype(np.float32)) if single else network, Sequence(x))
    t, k = data.draw(st.integers(1, count)), data.draw(st.integers(1, count))
    number = Ref("y", len(network.layers), t, None, 1)
    wanted = number.value(edited(run, [Edit.parse(f"x[{k}] = 0")]).walk(), 0)
    assert removed(run.walk(), number, k) == wanted


def test_of_a_long_run_the_nearest_are_looked_at_nearest_first() -> None:
    x = np.random.default_rng(1).standard_normal((1000, 1))
    walk = Run(Network.random("lstm", 1, 3, 0), Sequence(x)).walk()
    found = Across(walk, Ref("s", 1, 600, None, 0))
    assert (found.ks, found.skipped) == (range(400, 601), (399, 0))
    while len(found.without) < 5:
        assert found.advance()
    assert list(found.without) == [600, 599, 598, 597, 596]
    assert len(found.slopes) == 201
    assert found.strongest == max(found.effects, key=lambda k: abs(found.effects[k]))
    backward = Across(Run(Network.random("lstm:reverse", 1, 3, 0), Sequence(x)).walk(), Ref("s", 1, 600, None, 0))
    assert (backward.ks, backward.skipped) == (range(600, 801), (0, 200))


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a timestep takes long fewer are looked at; where every x takes the whole run, none, which is said."""
    x = np.zeros((40, 4))
    monkeypatch.setattr("rnn_tui.core.across.WORK", 2**24)
    large = Across(Run(Network.random("lstm", 4, 64, 0), Sequence(x)).walk(), Ref("s", 1, 30, None, 0))
    small = Across(Run(Network.random("lstm", 4, 3, 0), Sequence(x)).walk(), Ref("s", 1, 30, None, 0))
    assert 2 < len(large.ks) < len(small.ks) < 30
    assert large.ks[-1] == small.ks[-1] == 30
    both = Run(Network.random(["gru:concat", "gru:concat"], 4, [3, 3], 0), Sequence(x)).walk()
    mixed = Across(both, Ref("y", 6, 30, None, 0))
    assert mixed.why == TOO_LONG
    assert not mixed.advance()
    assert (mixed.slopes, mixed.without, mixed.strongest) == ({}, {}, None)


def test_what_is_not_finite_is_not_the_strongest() -> None:
    """An infinite x makes an infinite y, and it without it is another number: what it gives cannot be compared."""
    walk = Run(Network.random("dense", 1, 1, 0), Sequence([[np.inf], [2.0]])).walk()
    found = known(walk, Ref("y", 1, 1, None, 0))
    assert not np.isfinite(found.effects[1])
    assert found.strongest is None
