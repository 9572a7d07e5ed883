"""Several sequences in one: which timestep is of which, learned one after the other, in windows of unequal length."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_tui import InputError, Layer, Network, Sequence
from rnn_tui.core.cuts import Cuts
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.parts import Parts
from rnn_tui.core.run import Run
from rnn_tui.core.writers import ledger

TEN = Parts([1, 4, 5, 9], 10, ["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("t", "index", "within"),
    [(1, 0, 1), (3, 0, 3), (4, 1, 1), (5, 2, 1), (8, 2, 4), (9, 3, 1), (10, 3, 2)],
)
def test_which_sequence_a_timestep_is_of(t: int, index: int, within: int) -> None:
    assert (TEN.at(t), TEN.within(t)) == (index, within)
    first, last = TEN.span(index)
    assert first <= t <= last


def test_before_the_first_timestep_one_is_in_the_first_sequence() -> None:
    assert TEN.at(0) == 0


@pytest.mark.parametrize(
    ("starts", "count", "names"),
    [
        ([], 3, ()),
        ([2], 3, ()),
        ([1, 4], 3, ()),
        ([1, 3, 3], 5, ()),
        ([1, 3, 2], 5, ()),
        ([1.5], 3, ()),
        ([1], 3, "ab"),
    ],
)
def test_no_such_parts(starts: Any, count: int, names: Any) -> None:
    with pytest.raises(InputError):
        Parts(starts, count, names)


def test_the_states_begin_afresh_at_each() -> None:
    sequence = Sequence(np.zeros((10, 1)), resets=[6], parts=TEN)
    assert sequence.resets.tolist() == [4, 5, 6, 9]


@pytest.mark.parametrize(
    ("rows", "starts", "names"),
    [
        (range(9, -1, -1), [1, 3, 7, 8], "dcba"),
        ([0, 1, 1, 2, *range(3, 10)], [1, 5, 6, 10], "abcd"),
        ([3, 4, 5], [1, 2], "bc"),
    ],
)
def test_in_another_order_they_stay_sequences(rows: Any, starts: list[int], names: str) -> None:
    sequence = Sequence(np.arange(10.0), parts=TEN).ordered(np.array(rows))
    assert sequence.parts is not None
    assert (sequence.parts.starts.tolist(), sequence.parts.names) == (starts, tuple(names))
    assert sequence.resets.tolist() == starts[1:]


def test_mixed_they_are_none() -> None:
    assert Sequence(np.arange(10.0), parts=TEN).ordered(np.array([0, 3, 1, 2, *range(4, 10)])).parts is None


def test_some_of_them_alone() -> None:
    sequence = Sequence(np.arange(10.0), parts=TEN)
    some = sequence.of_parts(np.array([0, 2]))
    assert some.x[:, 0].tolist() == [0, 1, 2, 4, 5, 6, 7]
    assert (some.parts is not None, some.resets.tolist()) == (True, [4])
    alone = sequence.of_parts(np.array([3]))
    assert (alone.x[:, 0].tolist(), alone.parts, alone.resets.tolist()) == ([8, 9], None, [])


def test_stretches_of_unequal_length() -> None:
    cuts = Cuts([0, 3, 4, 8], 10)
    assert [cuts[index] for index in range(len(cuts))] == [(0, 3), (3, 4), (4, 8), (8, 10)]
    assert [cuts.of(t) for t in range(12)] == [0, 0, 0, 0, 1, 2, 2, 2, 2, 3, 3, 3]
    assert ([cuts.passed(done) for done in range(6)], cuts.longest) == ([0, 3, 4, 8, 10, 10], 4)
    assert list(cuts.between(3, 5)) == [0, 1, 2]


def problem(lengths: list[int], seed: int = 0, cells: tuple[str, ...] = ("gru", "dense")) -> tuple[Network, list[Any]]:
    draw = np.random.default_rng(seed)
    network = Network.random(list(cells), 2, [3] * (len(cells) - 1) + [2], seed)
    return network, [(draw.normal(size=(n, 2)), draw.normal(size=(n, 2))) for n in lengths]


def together(own: list[Any]) -> Sequence:
    x, targets = (np.concatenate([each[k] for each in own]) for k in range(2))
    starts = np.cumsum([1, *(len(each[0]) for each in own[:-1])])
    return Sequence(x, targets, parts=Parts(starts, len(x)))


@pytest.mark.parametrize("optimizer", [Optimizer("sgd", 0.1, 0.5), Optimizer("adam", 0.01)])
@pytest.mark.parametrize("truncate", [0, 1, 2])
@pytest.mark.parametrize("cells", [("gru", "dense"), ("elman:concat", "dense")])
def test_an_epoch_is_that_of_each_sequence_after_the_other(
    cells: tuple[str, ...], truncate: int, optimizer: Optimizer
) -> None:
    """Each learned alone by a learner of its own, which begins with the parameters that the one before it came to: of
    sgd without momentum that is all there is, and else what it remembers is handed on by hand."""
    if truncate and "concat" in cells[0]:
        truncate = 0
    network, own = problem([3, 1, 5, 1, 2], cells=cells)
    learner = Learner(network, together(own), Learning("sse", truncate, 2, optimizer))
    begin = learner._latest
    for epoch in (1, 2):
        losses = []
        for x, targets in own:
            own_truncate = min(truncate, len(x))
            alone = Learner(network, Sequence(x, targets), Learning("sse", own_truncate, 1, optimizer))
            alone._latest = begin
            losses.append(alone.epoch(1).losses)
            begin = alone._latest
        found = learner.epoch(epoch)
        np.testing.assert_array_equal(found.losses, np.concatenate(losses))
    for ours, theirs in zip(learner.learned().layers, begin.network.layers, strict=True):
        assert all((ours.parameters[name] == array).all() for name, array in theirs.parameters.items())


@pytest.mark.parametrize("truncate", [0, 2])
def test_what_a_timestep_says_is_of_its_own_window(truncate: int) -> None:
    """Every number of every timestep is that of a run of its sequence alone with the parameters of its window."""
    network, own = problem([3, 1, 5, 1, 2])
    run = Run(network, together(own), None, Learning("sse", truncate, 2, Optimizer("sgd", 0.1)))
    parts = run.sequence.parts
    assert parts is not None
    for epoch in (1, 2):
        walk = run.walk(epoch)
        assert walk.teaching is not None
        seen = []
        for t in range(1, len(run) + 1):
            step, update = walk.at(t), walk.teaching.update_at(t)
            first = update.window.first
            assert first <= t < first + len(update.window)
            assert parts.at(first) == parts.at(t)
            if parts.within(t) == 1:
                assert not step.layers[0].state_prev["s"].any()
            else:
                np.testing.assert_array_equal(step.layers[0].state_prev["s"], walk.at(t - 1).layers[0].state["s"])
            np.testing.assert_allclose(walk.teaching.adjoint(1, t).y, 2 * (step.y - walk.teaching.target_at(t)))
            layer = Layer("dense", dict(update.window.network.layers[1].parameters))
            np.testing.assert_allclose(step.y, layer.parameters["W"] @ step.x + layer.parameters["b"], rtol=1e-13)
            seen.append(first)
        assert seen == sorted(seen)


def test_many_lengths_are_set_up_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """That what runs windows is let go of and made again changes no bit."""
    from rnn_tui.core import learner as core

    network, own = problem([4, 1, 3, 2, 5, 1, 4, 2, 3, 5] * 3)
    plain = Learner(network, together(own), Learning("sse", 0, 2, Optimizer("adam", 0.01)))
    wanted = [plain.epoch(each).losses for each in (1, 2)]
    monkeypatch.setattr(core, "SET_UP", 0)
    cramped = Learner(network, together(own), Learning("sse", 0, 2, Optimizer("adam", 0.01)))
    for epoch, losses in enumerate(wanted, 1):
        np.testing.assert_array_equal(cramped.epoch(epoch).losses, losses)
    np.testing.assert_array_equal(cramped.epoch(1).updates[7].window.y, plain.epoch(1).updates[7].window.y)


def test_the_ranges_of_windows_that_fit_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a run that is summed up in buckets of several timesteps."""
    from rnn_tui.core import digest as core

    monkeypatch.setattr(core, "MOST_BUCKETS", 3)
    network, own = problem([3, 1, 5, 1, 2])
    walk = Run(network, together(own), None, Learning("sse", 0, 1)).walk()
    low, high, ready = walk.tape.digest.series(1, "y", 0, "value")
    y = [float(walk.at(t).y[0]) for t in range(1, 13)]
    assert (ready, walk.tape.digest.bucket) == (12, 4)
    np.testing.assert_allclose(low, [min(y[at : at + 4]) for at in (0, 4, 8)], rtol=1e-6)
    np.testing.assert_allclose(high, [max(y[at : at + 4]) for at in (0, 4, 8)], rtol=1e-6)


@pytest.mark.parametrize("longest", [5000, 4])
@pytest.mark.parametrize("truncate", [0, 2])
def test_who_wrote_a_memory_that_begins_with_what_is_learned(
    truncate: int, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of every c the beginning and the writers, each times all that was kept since, come to it; also where nobody has
    looked at the windows yet, as in a long epoch."""
    for module in ("learning", "teaching"):
        monkeypatch.setattr(f"rnn_tui.core.{module}.LONGEST", longest)
    network, own = problem([3, 1, 5, 2], cells=("lstm", "dense"))
    learning = Learning("sse", truncate, 2, Optimizer("sgd", 0.2), learn_initial_state=True)
    walk = Run(network, together(own), None, learning).walk(2)
    parts = walk.sequence.parts
    assert parts is not None
    for t in (11, 4, 9, 3, 1):
        for row in range(3):
            found = ledger(walk, 0, "c", row, t)
            assert found.rest is None
            assert found.count == parts.within(t) + 1
            assert abs(found.rounding) < 1e-14
            begun = next(writer for writer in found.writers if writer.begins)
            first = walk.at(parts.span(parts.at(t))[0])
            assert begun.write == first.below[0].state_prev["c"][row] != 0
