"""Epochs of many windows: what is shown is what was learned from, in any order, and where learning ends is told."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from odd_cells import ODD, SIZES, odd_network
from oracles import Array
from test_learning import fingerprint, line
from test_optimizers import updated

from rnn_tui import Layer, Network, Sequence
from rnn_tui.core.epochs import Epoch
from rnn_tui.core.gradients import judged, way_back
from rnn_tui.core.initial_state import initial_states
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import LossError, targets_for
from rnn_tui.core.optimizers import Memory, Optimizer, norm
from rnn_tui.core.passage import NUMBERS, STEPS, windows_a_passage
from rnn_tui.core.window import run_window, windows_of

T = 150
"""More than two passages of windows of one timestep."""


def sequence_of(width: int, outputs: int, steps: int = T, distribution: bool = False) -> Sequence:
    draw = np.random.default_rng(7)
    targets = draw.dirichlet(np.ones(outputs), steps) if distribution else draw.normal(size=(steps, outputs))
    targets[5::9] = np.nan
    return Sequence(draw.normal(size=(steps, width)), targets)


def learner_of(cells: str, loss: str, truncate: int, optimizer: Optimizer, epochs: int = 2, steps: int = T) -> Learner:
    network = Network.random(cells.split(","), 3, 4, output_size=4)
    sequence = sequence_of(3, network.output_size(3), steps, loss == "cross-entropy")
    return Learner(network, sequence, Learning(loss, truncate, epochs, optimizer))


def test_how_many_windows_make_a_passage() -> None:
    assert windows_a_passage(1, 100, T) == STEPS == 64
    assert windows_a_passage(10, 100, T) == 6
    assert windows_a_passage(100, 100, T) == 1
    assert windows_a_passage(1, NUMBERS // 3, 10) == 3
    assert windows_a_passage(1, NUMBERS * 2, 10) == 3  # as many begin as are in one
    assert windows_a_passage(1, 100, 5) == 5


CASES = {
    "elman": ("sse", [1, 7, 64, T]),
    "lstm,softmax": ("cross-entropy", [1, 4, T]),
    "gru-reset-after,leaky,dense": ("half-sse", [1, 5]),
    "gru:concat,softmax": ("cross-entropy", [0]),
    "lstm:reverse,dense": ("mse", [0]),
}
EVERY = [(cells, truncate) for cells, (_, lengths) in CASES.items() for truncate in lengths]


@pytest.mark.parametrize(("cells", "truncate"), EVERY)
def test_the_gradient_shown_is_the_one_learned_from_to_the_bit(cells: str, truncate: int) -> None:
    """Plain descent of rate 0.1: the parameters after a window are those before less 0.1 times what is shown."""
    epoch = learner_of(cells, CASES[cells][0], truncate, Optimizer("sgd", 0.1)).epoch(2)
    assert len(epoch.updates) == -(-T // (truncate or T))
    for place in {0, 1, len(epoch.updates) // 2, len(epoch.updates) - 1} & {*range(len(epoch.updates))}:
        update = epoch.updates[place]
        assert update.back().parameters
        for layer, after, shown in zip(
            update.window.network.layers, update.after.layers, update.back().parameters, strict=True
        ):
            for name, used in layer.parameters.items():
                assert after.parameters[name].tobytes() == (used - 0.1 * shown[name]).tobytes(), name
        assert update.norm == pytest.approx(norm(update.back().parameters), rel=1e-12)
        assert epoch.losses[update.window.first - 1 :][: len(update.window)].tobytes() == update.judged.losses.tobytes()


@pytest.mark.parametrize("truncate", [1, 3])
@pytest.mark.parametrize("name", [name for name in ODD if "row" not in name])
def test_odd_cells_learn_as_they_show(name: str, truncate: int) -> None:
    network = odd_network(name, SIZES)
    sequence = sequence_of(3, network.output_size(3), 8)
    for update in Learner(network, sequence, Learning("sse", truncate, 1, Optimizer("sgd", 0.01))).epoch(1).updates:
        for key, used in update.window.network.layers[0].parameters.items():
            wanted = used - 0.01 * update.back().parameters[0][key]
            assert update.after.layers[0].parameters[key].tobytes() == np.asarray(wanted).tobytes(), key


OPTIMIZERS = [
    Optimizer("sgd", 0.02, 0.9, 1.5),
    Optimizer("adam", 0.01, clip_value=0.3),
    Optimizer("rmsprop", 0.01, weight_decay=0.1),
    Optimizer("adagrad", 0.05),
]


def plainly(learner: Learner) -> list[dict[str, Any]]:
    """Every window of every epoch by the functions that know nothing of passages: what it computed, and what came
    after it."""
    network, sequence, learning = learner.network, learner.sequence, learner.learning
    targets, found, memory = targets_for(sequence, network, learning.loss), [], Memory()
    for _ in range(learning.epochs):
        states = initial_states(network, sequence.input_size)
        for first, end in windows_of(len(sequence), learning.truncate, network):
            window = run_window(network, sequence.x[first:end], first + 1, states)
            loss = judged(learning.loss, window, targets[first:end], learning.reduction)
            gradients = way_back(window, loss).parameters
            every = tuple(layer.parameters for layer in network.layers)
            after, memory = updated(learning.optimizer, every, gradients, memory)
            network, states = network.with_parameters(after), window.after()
            found.append({"y": window.y, "losses": loss.losses, "after": after})
    return found


@pytest.mark.parametrize("truncate", [1, 7, 0])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=[optimizer.name for optimizer in OPTIMIZERS])
def test_passages_are_the_plain_loop(optimizer: Optimizer, truncate: int) -> None:
    learner = learner_of("lstm,softmax", "cross-entropy", truncate, optimizer, steps=STEPS + 6)
    wanted = plainly(learner)
    updates = [update for number in (1, 2) for update in learner.epoch(number).updates]
    assert len(updates) == len(wanted)
    for update, one in zip(updates, wanted, strict=True):
        np.testing.assert_allclose(update.window.y, one["y"], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(update.judged.losses, one["losses"], rtol=1e-10, atol=1e-12)
        for layer, after in zip(update.after.layers, one["after"], strict=True):
            for name, array in layer.parameters.items():
                np.testing.assert_allclose(array, after[name], rtol=1e-9, atol=1e-11)


def test_the_mean_over_a_window_is_over_its_targets() -> None:
    """Learned in passages, it is that of the plain loop, too."""
    network = Network.random(["elman", "dense"], 3, 4, output_size=2)
    learning = Learning("sse", 10, 1, Optimizer("sgd", 0.1), "mean")
    learner = Learner(network, sequence_of(3, 2), learning)
    for update, one in zip(learner.epoch(1).updates, plainly(learner), strict=True):
        np.testing.assert_allclose(update.after.layers[0].parameters["U"], one["after"][0]["U"], rtol=1e-11)


@pytest.mark.parametrize("truncate", [1, 7])
def test_windows_looked_at_in_any_order_have_the_same_bits(truncate: int) -> None:
    """And amid an epoch that is on its way, which goes on as if nobody had looked."""
    learner = learner_of("gru,softmax", "cross-entropy", truncate, Optimizer("adam", 0.05), 3)
    straight = [fingerprint(learner.epoch(number)) for number in (1, 2, 3)]
    other = Learner(learner.network, learner.sequence, learner.learning)
    steps = 0
    while other.advance():
        steps += 1
        if steps % 17 == 0 and other.losses:
            seen = other.epoch(1).updates
            for place in (-1, 0, len(seen) // 2, 3):
                assert seen[place].window.first == learner.epoch(1).updates[place].window.first
                one, two = (
                    each.updates[place].back().parameters[0]["U_z"] for each in (other.epoch(1), learner.epoch(1))
                )
                assert one.tobytes() == two.tobytes()
    assert steps == 3 * (len(learner.epoch(1).updates) + 1) - 1
    assert [fingerprint(other.epoch(number)) for number in (3, 1, 2)] == [straight[2], straight[0], straight[1]]


def test_progress_is_told_after_every_window() -> None:
    learner = learner_of("elman", "sse", 7, Optimizer())
    told: list[tuple[int, int]] = []
    learner.progress = lambda done, count: told.append((done, count))
    learner.epoch(1)
    assert told == [(min(7 * k, T), T) for k in range(1, 23)]


def ended(epoch: Epoch) -> tuple[int | None, int]:
    """The timestep at which it broke, and the last that was walked."""
    last = epoch.updates[-1].window
    return epoch.broken, last.first + len(last) - 1


@pytest.mark.parametrize("truncate", [1, 5])
def test_a_break_in_a_later_passage(truncate: int) -> None:
    """s = w x + u s_before with u = 1.5 doubles and overflows at a t that a plain loop tells; nothing is learned."""
    s, first = np.float64(0), 0
    with np.errstate(all="ignore"):
        while np.isfinite(s * s):
            s, first = 1e-10 + 10 * s, first + 1
    assert STEPS * 2 < first < 200
    sequence = Sequence(np.ones((200, 1)), np.zeros((200, 1)))
    learner = Learner(line(1e-10, 10), sequence, Learning("sse", truncate, 3, Optimizer("sgd", 0.0)))
    epoch = learner.epoch(1)
    assert epoch.broken == first
    assert ended(epoch)[1] == -(-first // truncate) * truncate
    assert learner.broken == (1, first)
    assert np.isfinite(epoch.losses[: first - 1]).all()
    assert not epoch.losses[ended(epoch)[1] :].any()
    assert [update.window.first for update in epoch.updates] == list(range(1, ended(epoch)[1] + 1, truncate))


def test_an_update_that_is_not_finite_breaks_its_own_window() -> None:
    """A row of a table becomes infinite at t = 3, and no later timestep chooses it."""
    table = np.eye(4)
    chosen = [1, 2, 0, *([1, 2, 3] * 40)]
    x = np.eye(4)[chosen]
    targets = table[chosen].copy()
    targets[2] += 10
    learner = Learner(
        Network([Layer("embedding", {"E": table})]),
        Sequence(x, targets),
        Learning("sse", 1, 2, Optimizer("sgd", 1e308)),
    )
    assert ended(learner.epoch(1)) == (3, 3)
    assert np.isinf(learner.epoch(1).after.layers[0].parameters["E"][0]).all()


def distributions(steps: int, bad: int, infinite: int = 0) -> Sequence:
    """Pairs that sum to 1, but at one timestep, from 1; another is too large for a float once it is doubled."""
    x = np.full((steps, 2), 0.25)
    x[bad - 1] = 0.5
    if infinite:
        x[infinite - 1] = 1e308
    return Sequence(x, np.tile([1.0, 0.0], (steps, 1)))


def test_what_is_no_distribution_is_told_unless_learning_broke_before() -> None:
    """y = 2 x, whose sum is 1 where x has 0.25 twice."""
    network = Network([Layer("dense", {"W": 2 * np.eye(2), "b": np.zeros(2)})])
    learning = Learning("cross-entropy", 1, 1, Optimizer("sgd", 0.0))
    with pytest.raises(LossError, match="t = 90: cross-entropy needs"):
        Learner(network, distributions(T, 90), learning).epoch(1)
    with pytest.raises(LossError, match="t = 90: cross-entropy needs"):
        Learner(network, distributions(T, 90, 100), learning).epoch(1)
    assert ended(Learner(network, distributions(T, 90, 80), learning).epoch(1)) == (80, 80)


def test_an_epoch_keeps_few_of_its_parameters() -> None:
    """2000 updates of 32 x 64 + 32 numbers are 34 MB; kept are 32 beginnings, and a passage that is looked at."""
    network, draw = Network.random("elman", 32, 32), np.random.default_rng(0)
    sequence = Sequence(draw.normal(size=(2000, 32)), draw.normal(size=(2000, 32)))
    learner = Learner(network, sequence, Learning("sse", 1, 3))
    tracemalloc.start()
    while not learner.losses:
        learner.advance()
    kept = learner.epoch(1).updates[1000].after.layers[0].parameters["U"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.shape == (32, 32)
    assert peak < 2000 * (32 * 64 + 32) * 8 / 5


def test_an_array_that_is_looked_at_stays_as_it_was() -> None:
    """Though windows are computed in the same arrays again and again."""
    learner = learner_of("elman", "sse", 1, Optimizer("sgd", 0.1))
    update = learner.epoch(1).updates[3]
    held: list[Array] = [
        update.window.runs[0].named["z"],
        update.after.layers[0].parameters["W"],
        update.back().parameters[0]["U"],
    ]
    before = [array.tobytes() for array in held]
    assert not any(array.flags.writeable for array in held[:2])
    for number in (2, 1):
        for other in learner.epoch(number).updates:
            assert other.back().x.shape == (1, 3)
    assert [array.tobytes() for array in held] == before
