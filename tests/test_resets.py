"""Where states begin afresh: runs over such borders, and learning, with gradients that stop there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from by_hand import Array, as_it_is, by_hand
from differences import near, slopes
from edited_runs import agrees, changed, every_bit, network, rows, run, sequence, states
from hypothesis import given, settings
from hypothesis import strategies as st
from test_learning import line

from rnn_tui import InputError, Network, Sequence, gradients
from rnn_tui.core.central_differences import largest_difference
from rnn_tui.core.gradients import Gradients
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Run
from rnn_tui.core.vanishing import Aim, reach


@pytest.mark.parametrize("resets", [[0], [4], [-1], [1.5], ["2"], [True]])
def test_a_sequence_names_timesteps_that_are_there(resets: Any) -> None:
    with pytest.raises(InputError, match="resets"):
        Sequence(np.zeros((3, 1)), resets=resets)


def test_of_a_sequence_they_are_in_order_each_once() -> None:
    read = Sequence(np.zeros((4, 1)), resets=[4, 2, 2])
    assert read.resets.tolist() == [2, 4]
    assert not read.resets.flags.writeable


# runs


def afresh(read: Sequence, timesteps: Collection[int]) -> Sequence:
    """A sequence in which the states begin afresh there and nowhere else."""
    return replace(read, resets=np.array(list(timesteps), np.int64))


@given(marks=st.sets(st.integers(1, 12)), back=st.booleans(), cell=st.sampled_from(("elman", "lstm", "gru")))
@settings(max_examples=20)
def test_a_run_begins_afresh_where_its_sequence_says(marks: set[int], back: bool, cell: str) -> None:
    net = network(f"{cell}:reverse" if back else cell)
    read = afresh(sequence(12), sorted(marks))
    ran = Run(net, read, states(net, read))
    own = [t - 1 if back else t for t in marks]
    wanted = by_hand(cell, net.layers[0].parameters, np.array(read.x), ran.initial_state[0], as_it_is, own, back)
    agrees(ran, wanted)


def test_those_of_the_sequence_and_those_of_edits_together() -> None:
    net = network("gru")
    ran = changed(Run(net, afresh(sequence(8), [3])), "reset 6")
    both = Run(net, afresh(sequence(8), [3, 6]))
    assert every_bit(ran) == every_bit(both)
    assert ran.sequence.resets.tolist() == [3, 6]


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        ("reverse", [2, 4]),  # t = 6 | 5 4 | 3 2 1
        ("repeat 4", [4, 7]),
        ("repeat 3", [5, 7]),
        ("repeat 6", [4, 6]),
        ("repeat 1", [5, 7]),
    ],
)
def test_a_border_stays_between_the_samples_that_it_parts(edit: str, wanted: list[int]) -> None:
    ran = changed(Run(network("elman"), afresh(sequence(6), [4, 6])), edit)
    assert ran.sequence.resets.tolist() == wanted


def test_cut_out_of_a_sequence() -> None:
    read = Sequence(sequence(9).x, None, list("abcdefghi"), resets=[2, 5, 6])
    part = read.ordered(np.arange(3, 8))
    assert (part.resets.tolist(), part.labels, len(part)) == ([2, 3], tuple("defgh"), 5)
    assert part.x.tobytes() == read.x[3:8].tobytes()


# learning


def total(cells: Collection[str], p: list[dict[str, Array]], read: Sequence, initial: Any) -> float:
    """The sum of squares of a stack of layers that begin afresh, worked out by hand."""
    y, resets = np.array(read.x), read.resets.tolist()
    for name, own, begins in zip(cells, p, initial, strict=True):
        cell, _, back = name.partition(":")
        afresh = [t - 1 if back else t for t in resets]
        y = by_hand(cell, own, y, begins, as_it_is, afresh, bool(back))["y"]
    targets = read.targets
    assert targets is not None
    there = ~np.isnan(targets[:, 0])
    return float(((y - targets)[there] ** 2).sum())


def problem(
    cells: tuple[str, ...], resets: list[int], seed: int = 0
) -> tuple[Network, Sequence, list[dict[str, Array]]]:
    net = network(*cells, hidden=3, seed=seed)
    targets = np.random.default_rng(5).normal(size=(7, 3))
    targets[2] = np.nan
    read = Sequence(sequence(7).x, targets, resets=resets)
    return net, read, states(net, read)


@pytest.mark.parametrize("resets", [[3], [1, 4, 5], [7], [2, 3, 4, 5, 6, 7]])
@pytest.mark.parametrize(
    "cells", [("elman",), ("lstm",), ("gru", "elman"), ("elman:reverse",), ("gru:reverse", "lstm")]
)
def test_gradients_over_new_beginnings_are_those_of_central_differences(
    cells: tuple[str, ...], resets: list[int]
) -> None:
    net, read, initial = problem(cells, resets)
    p = [dict(layer.parameters) for layer in net.layers]
    found = gradients(net, read, "sse", initial_state=initial)
    assert found.loss == pytest.approx(total(cells, p, read, initial), rel=1e-13)
    for index, own in enumerate(p):
        for name in own:
            moved = [dict(each) for each in p]

            def by_parameter(array: Array, index: int = index, name: str = name, moved: Any = moved) -> float:
                moved[index][name] = array
                return total(cells, moved, read, initial)

            near(found.parameters[index][name], slopes(by_parameter, own[name]), f"layer {index + 1}, {name}")
        for name in initial[index]:
            begins = [dict(each) for each in initial]

            def by_state(array: Array, index: int = index, name: str = name, begins: Any = begins) -> float:
                begins[index][name] = array
                return total(cells, p, read, begins)

            near(
                found.initial_state[index][name], slopes(by_state, initial[index][name]), f"layer {index + 1}, {name} 0"
            )
    near(found.x, slopes(lambda x: total(cells, p, replace(read, x=x), initial), np.array(read.x)), "x")


def apart(net: Network, read: Sequence, borders: list[int], initial: Any, **how: Any) -> list[Gradients]:
    """The gradients of the stretches between new beginnings, each as a sequence of its own."""
    ends = [1, *borders, len(read) + 1]
    parts = [np.arange(a - 1, b - 1) for a, b in pairwise(ends)]
    return [gradients(net, afresh(read.ordered(part), []), initial_state=initial, **how) for part in parts]


@pytest.mark.parametrize("cells", [("lstm",), ("elman:concat", "gru"), ("gru:reverse",)])
def test_the_gradient_is_the_sum_of_those_of_the_stretches(cells: tuple[str, ...]) -> None:
    net, read, initial = problem(cells, [3, 6])
    read = replace(read, targets=np.random.default_rng(5).normal(size=(7, net.output_size(3))))
    whole, parts = gradients(net, read, initial_state=initial), apart(net, read, [3, 6], initial)
    assert whole.loss == pytest.approx(sum(part.loss for part in parts), rel=1e-13)
    near(whole.x, np.concatenate([part.x for part in parts]), "x")
    for index in range(len(net.layers)):
        for name in net.layers[index].parameters:
            near(whole.parameters[index][name], np.sum([p.parameters[index][name] for p in parts], axis=0), name)
        for name in initial[index]:
            near(whole.initial_state[index][name], np.sum([p.initial_state[index][name] for p in parts], axis=0), name)


def test_in_windows_the_state_is_carried_on_but_over_a_new_beginning() -> None:
    """Windows of 2 and a new beginning at t = 4, in the middle of one, and at 5, between two."""
    net, read, initial = problem(("gru",), [4, 5])
    read = replace(read, targets=np.nan_to_num(np.asarray(read.targets)))
    whole = gradients(net, read, truncate=2, initial_state=initial)
    p, x = net.layers[0].parameters, np.array(read.x)
    state = by_hand("gru", p, x, initial[0], as_it_is, (4, 5))["s"]
    before = {1: initial[0], 3: {"s": state[1]}, 4: initial[0], 5: initial[0], 7: {"s": state[5]}}
    last = {1: 2, 3: 3, 4: 4, 5: 6, 7: 7}
    alone = [
        gradients(net, afresh(read.ordered(np.arange(t - 1, last[t])), []), initial_state=[before[t]]) for t in before
    ]
    for name in p:
        near(whole.parameters[0][name], np.sum([part.parameters[0][name] for part in alone], axis=0), name)
    from_the_start = [part.initial_state[0]["s"] for t, part in zip(before, alone, strict=True) if t in (1, 4, 5)]
    near(whole.initial_state[0]["s"], np.sum(from_the_start, axis=0), "s before")


@pytest.mark.parametrize(
    ("truncate", "losses", "after"),
    [
        # x = 1, 1, 1; targets 0; s_0 = 2; w = 1, u = 0.5; rate 0.1; the state begins afresh before t = 3
        # t = 1: s = 1 + 0.5 * 2 = 2,      dL/ds = 4, dw = 4, du = 4 * 2:          w = 0.6,  u = -0.3
        # t = 2: s = 0.6 - 0.3 * 2 = 0,    dL/ds = 0:                              w = 0.6,  u = -0.3
        # t = 3: s = 0.6 - 0.3 * 2 = 0 (s_0, not s_2)                              w = 0.6,  u = -0.3
        (1, [4, 0, 0], [0.6, -0.3, 0.6, -0.3, 0.6, -0.3]),
        # t = 1, 2: s = 2, 1 + 0.5 * 2 = 2; dL/ds_2 = 4, dL/ds_1 = 4 + 0.5 * 4 = 6
        #           dw = 6 + 4, du = 6 * 2 + 4 * 2 = 20:                           w = 0,    u = -1.5
        # t = 3:    s = 0 - 1.5 * 2 = -3, dL/ds = -6, dw = -6, du = -6 * 2:        w = 0.6,  u = -0.3
        (2, [4, 4, 9], [0, -1.5, 0.6, -0.3]),
        # the same: the whole of t = 1, 2, an update, the whole of t = 3
        (0, [4, 4, 9], [0, -1.5, 0.6, -0.3]),
    ],
)
def test_learning_by_hand(truncate: int, losses: list[float], after: list[float]) -> None:
    net = line(1.0, 0.5)
    read = Sequence([[1.0]] * 3, [[0.0]] * 3, resets=[3])
    learner = Learner(net, read, Learning("sse", truncate, 1, Optimizer("sgd", 0.1)), [{"s": [2.0]}])
    epoch = learner.epoch(1)
    assert epoch.losses.tolist() == pytest.approx(losses, abs=1e-12)
    found = [update.after.layers[0].parameters[name] for update in epoch.updates for name in ("w", "u")]
    assert [float(number) for number in found] == pytest.approx(after, abs=1e-12)


@pytest.mark.parametrize("truncate", [0, 1, 3])
def test_a_reset_is_learned_over_alike_as_an_edit_and_as_a_column(truncate: int) -> None:
    net, read, initial = problem(("lstm",), [4])
    learning = Learning("sse", truncate, 3)
    column = Run(net, read, initial, learning)
    edit = changed(Run(net, afresh(read, []), initial, learning), "reset 4")
    plain = Run(net, afresh(read, []), initial, learning)
    for epoch in (1, 2, 3):
        ours, theirs, other = (each.walk(epoch) for each in (column, edit, plain))
        assert [ours.at(t).y.tobytes() for t in range(8)] == [theirs.at(t).y.tobytes() for t in range(8)]
        assert ours.at(7).y.tobytes() != other.at(7).y.tobytes()
    assert column.learner is not None
    assert edit.learner is not None
    assert column.learner.losses == edit.learner.losses


def test_the_check_of_gradients_knows_of_them() -> None:
    net, read, _ = problem(("gru",), [3, 5])
    assert largest_difference(net, read, "sse")[0] < 1e-8


def test_what_each_timestep_is_told_by_the_next() -> None:
    net, read, initial = problem(("elman",), [4])
    ran = Run(net, replace(read, targets=np.ones((7, 3))), initial, Learning("sse", 0))
    teaching = ran.walk().teaching
    assert teaching is not None
    later = [np.abs(teaching.adjoint(0, t).later["s"]).max() for t in range(1, 8)]
    assert [t for t, most in enumerate(later, 1) if most == 0] == [3, 7]


# how far a gradient reaches


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru", "gru:reverse"])
@pytest.mark.parametrize(
    "edits", [("reset 4",), ("s[3][2] = 0.5",), ("s[*][1] = 0.3", "reset 3"), ("y[5][1] = 0.2", "b_ *= 0.5")]
)
def test_reach_is_that_of_the_run_as_it_is_edited(cell: str, edits: tuple[str, ...]) -> None:
    """|dL/ds_k| is found once more by moving s_k itself, as an edit."""
    base = run(cell, steps=6)
    bias = next(name for name in base.network.layers[0].parameters if name.startswith("b"))
    edits = tuple(text.replace("b_ ", f"{bias} ") for text in edits)
    ran = changed(base, *edits)
    t, back = (1, True) if cell.endswith("reverse") else (6, False)
    found = reach(ran.walk(), 0, t, Aim(0, unit=1))
    assert found.value == pytest.approx(rows(ran, "y")[t - 1, 1], rel=1e-13)
    for name, norms in found.norms.items():
        ks = range(found.first, found.first + len(norms))
        assert set(ks) == set(range(1, 7))
        for k, norm in zip(ks, norms, strict=True):

            def moved(array: Array, name: str = name, k: int = k) -> float:
                numbers = ", ".join(map(repr, array.tolist()))
                return float(rows(changed(base, *edits, f"{name}[{k}] = [{numbers}]"), "y")[t - 1, 1])

            wanted = slopes(moved, rows(ran, name)[k - 1])
            assert norm == pytest.approx(float(np.linalg.norm(wanted)), rel=1e-6, abs=1e-9), (name, k, back)
