"""How far back a gradient reaches, against central differences: L of a run whose state at k was moved by a little."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rnn_tui import Network, Run, Sequence, Simulator, load_sequence
from rnn_tui.core.cell import Cell
from rnn_tui.core.gradients import Judged, way_back
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import loss_of
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.rivals import LESSONS, UNTRAINED, offered, rival, rivals
from rnn_tui.core.run import Walk
from rnn_tui.core.vanishing import Aim, aim_at, reach
from rnn_tui.core.window import run_window

STEP = 1e-6
ISSUE = (0.043, 0.090, 0.251, 0.581)
"""PyTorch's autograd: the norms of dL_4/ds_k for k = 1 to 4, elman,softmax, seed 0, hello.txt, cross-entropy."""
CONSTANT = Cell.parse(
    'equations = """\nc[t] = W @ x[t] + c[t-1]\ns[t] = 2 * c[t]\ny[t] = s[t]\n"""\n'
    '[parameters]\nW = ["H", "I"]\n[state]\ns = ["H"]\nc = ["H"]\n'
)
"""An LSTM with every gate open: |dL/dc_k| is the same at every k, and s is not read again."""


def hello(cells: str, learning: Learning | None = None, epoch: int = 1) -> Walk:
    sequence = load_sequence("hello.txt")
    return Run(Network.random(cells.split(","), 4, [3], 0, 4), sequence, learning=learning).walk(epoch)


def norms_by_differences(walk: Walk, name: str, k: int, t: int, value: Callable[[Array], float]) -> float:
    """|dL/d of the first layer's state| by moving each of its numbers at k and running on, with the parameters that
    were used at every timestep.
    """
    layer = walk.network.layers[0]
    size, slopes = len(walk.at(k).layers[0].state[name]), []

    def moved(unit: int, by: float) -> float:
        step = walk.at(k).layers[0]
        state = {part: np.array(array) for part, array in step.state.items()}
        state[name][unit] += by
        if name == "c":  # s_k is made of c_k
            state["s"] = step.values["o"] * np.tanh(state["c"])
        before = (state, *(each.state for each in walk.at(k).layers[1:]))
        if k == t:
            above = walk.network.up_to(len(walk.network.layers) - 1).layers[1]
            used = walk.at(t).parameters
            alone = Network([Layer(above.cell, used)])
            return value(run_window(alone, state["s"][None], t, ({},)).y[-1])
        for row in range(k, t):
            network = walk.network.with_parameters([dict(each.parameters) for each in walk.at(row + 1).layers])
            window = run_window(network, walk.sequence.x[row : row + 1], row + 1, before)
            before = window.after()
        return value(window.y[-1])

    assert not layer.reverse
    for unit in range(size):
        slopes.append((moved(unit, STEP) - moved(unit, -STEP)) / (2 * STEP))
    return float(np.linalg.norm(slopes))


def crossing(walk: Walk, t: int) -> Callable[[Array], float]:
    """The cross-entropy at t, written out."""
    assert walk.sequence.targets is not None
    target = walk.sequence.targets[t - 1]
    return lambda y: -float(np.sum(target * np.log(y)))


def test_the_norms_are_those_of_autograd_for_the_cross_entropy() -> None:
    walk = hello("elman,softmax")
    aim = aim_at(walk, 4)
    assert aim == Aim(1, "cross-entropy")
    found = reach(walk, 0, 4, aim)
    assert found.first == 1
    assert [round(norm, 3) for norm in found.norms["s"]] == list(ISSUE)
    assert found.value == pytest.approx(crossing(walk, 4)(walk.at(4).y), abs=1e-14)


@pytest.mark.parametrize("cells", ["elman,softmax", "lstm,softmax", "gru,softmax"])
@pytest.mark.parametrize("truncate", [None, 1, 2, 0])
def test_every_norm_is_the_central_difference(cells: str, truncate: int | None) -> None:
    """Also of a network that learns, at its third epoch: with the parameters that each timestep used."""
    learning = None if truncate is None else Learning("cross-entropy", truncate, 3, Optimizer(rate=0.5))
    walk = hello(cells, learning, 1 if learning is None else 3)
    found = reach(walk, 0, 4, aim_at(walk, 4))
    assert set(found.norms) == ({"s", "c"} if cells.startswith("lstm") else {"s"})
    if walk.teaching is not None:
        assert found.value == pytest.approx(walk.teaching.loss_at(4), abs=1e-14)
    for name, norms in found.norms.items():
        assert len(norms) == 4
        for k, norm in enumerate(norms, 1):
            assert norm == pytest.approx(norms_by_differences(walk, name, k, 4, crossing(walk, 4)), rel=1e-6, abs=1e-9)


def test_the_chosen_number_of_y_is_l() -> None:
    walk = hello("elman,softmax")
    aim = aim_at(walk, 3, (1, 2))
    found = reach(walk, 0, 3, aim)
    assert found.value == walk.at(3).y[2]
    for k, norm in enumerate(found.norms["s"], 1):
        assert norm == pytest.approx(norms_by_differences(walk, "s", k, 3, lambda y: float(y[2])), rel=1e-6)
    own = reach(walk, 0, 3, aim_at(walk, 3, (0, 1)))  # a number of the layer's own y, which is s
    assert own.norms["s"][-1] == 1.0
    assert own.value == walk.at(3).layers[0].y[1]


@pytest.mark.parametrize(
    ("sequence", "cells", "t", "why"),
    [
        (Sequence(np.ones((3, 2))), "elman", 2, "there are no targets"),
        (Sequence(np.ones((3, 2)), np.ones((3, 2))), "elman", 2, "the targets do not fit y"),
        (Sequence(np.ones((3, 2)), [[1.0] * 3, [1.0] * 3, [np.nan] * 3]), "elman", 3, "t = 3 has no target"),
    ],
)
def test_without_a_loss_l_is_the_first_number_of_y(sequence: Sequence, cells: str, t: int, why: str) -> None:
    assert aim_at(Run(Network.random(cells, 2, 3, 0), sequence).walk(), t) == Aim(0, "", 0, why)


def test_a_state_that_is_only_added_to_keeps_its_gradient() -> None:
    """dL/dc_k is 2 at every k, dL/ds_k 1 at t and 0 before, for L = y_t = s_t = 2 c_t."""
    walk = Run(Network([Layer(CONSTANT, {"W": [[1.0]]})]), Sequence([[1.0]] * 4)).walk()
    found = reach(walk, 0, 4, aim_at(walk, 4))
    assert dict(found.norms) == {"s": (0.0, 0.0, 0.0, 1.0), "c": (2.0, 2.0, 2.0, 2.0)}


def test_a_layer_backwards_in_time_reaches_forward() -> None:
    """Turned round it is the forward layer over the rows in the other order."""
    x = np.random.default_rng(5).standard_normal((7, 2))
    forward = Network.random("gru", 2, 3, 0)
    backward = Network([Layer("gru", forward.layers[0].parameters, reverse=True)])
    one = reach(Run(forward, Sequence(x)).walk(), 0, 5, Aim(0))
    other = reach(Run(backward, Sequence(x[::-1])).walk(), 0, 3, Aim(0))
    assert (one.first, other.first) == (1, 3)
    assert other.norms["s"] == pytest.approx(one.norms["s"][::-1], rel=1e-12)


def test_rounding_is_zero() -> None:
    """y = (w.s, -3 w.s), L its squares with dL/dy = (3 d, d): nothing but rounding comes back."""
    w = np.array([0.1, 0.7, 0.3])
    network = Network([*Network.random("elman", 2, 3, 0).layers, Layer("dense", {"W": [w, -3 * w], "b": [0.0, 0.0]})])
    x = np.random.default_rng(1).standard_normal((6, 2))
    y = Simulator(network, Sequence(x)).seek(6).y
    target = np.full((6, 2), np.nan)
    target[5] = y - np.array([0.3, 0.1])
    walk = Run(network, Sequence(x, target)).walk()
    window = run_window(network, x, 1, tuple(step.state for step in walk.at(0).layers))
    raw = way_back(window, Judged(*loss_of("sse", window.y, target))).adjoints[0]
    assert 0 < max(np.linalg.norm(each.named["s"]) for each in raw) < 1e-15
    assert set(reach(walk, 0, 6, aim_at(walk, 6)).norms["s"]) == {0.0}


def test_a_norm_whose_squares_no_float_holds_is_told() -> None:
    """dL/ds_k is u^(t - k) for s_t = u s_(t-1), and y = s."""
    cell = Cell.parse(
        'equations = """\ns[t] = x[t] + u * s[t-1]\ny[t] = s[t]\n"""\n[parameters]\nu = []\n[state]\ns = ["I"]\n'
    )
    for u in (1e-100, 1e100):
        walk = Run(Network([Layer(cell, {"u": u})]), Sequence(np.zeros((4, 2)))).walk()
        assert reach(walk, 0, 4, Aim(0)).norms["s"] == pytest.approx((u**3, u**2, u, 1.0), rel=1e-12, abs=0)


def test_far_into_a_sequence_a_rival_has_the_state_of_its_own_past() -> None:
    """As if it had been run over the whole sequence, by hand; from zeros at 101 on the norms are others."""
    x = np.random.default_rng(2).standard_normal((300, 2)) * 3
    walk = Run(Network.random("elman", 2, 3, 0), Sequence(x)).walk()
    other = rival(walk, 0, "lstm", 300)
    assert (other.skipped, other.trained) == (0, False)
    found = reach(other.walk, 0, 300, Aim(0))
    network = Network.random("lstm", 2, 3, 0)
    zeros = ({"s": np.zeros(3), "c": np.zeros(3)},)

    def by_hand(first: int) -> list[float]:
        window = run_window(network, x[first:], first + 1, zeros)
        dy = np.zeros_like(window.y)
        dy[-1, 0] = 1.0
        adjoints = way_back(window, Judged(np.zeros(len(window)), dy)).adjoints[0]
        return [float(np.linalg.norm(each.named["c"])) for each in adjoints[-200:]]

    assert found.norms["c"] == pytest.approx(by_hand(0), rel=1e-9, abs=0)
    assert found.norms["c"][:3] != pytest.approx(by_hand(100)[:3], rel=1e-3, abs=0)


def test_of_a_long_sequence_a_rival_passes_a_bounded_part() -> None:
    """And of all that is not longer than that, it passes all."""
    short, long = (Run(Network.random("elman", 1, 3, 0), Sequence(np.zeros((T, 1)))).walk() for T in (15_000, 10**6))
    assert rival(short, 0, "gru", 15_000).skipped == 0
    for t in (1, 300, 500_000, 10**6):
        other = rival(long, 0, "gru", t)
        assert min(t - 1, 2**14) <= t - other.skipped <= 2**15
        assert len(other.walk) <= 3 * 2**14
        assert len(reach(other.walk, 0, t - other.skipped, Aim(0)).norms["s"]) == min(t, 200)
    assert rival(long, 0, "gru", 500_000).walk is rival(long, 0, "gru", 499_990).walk


def test_a_rival_learns_as_the_own_network_does() -> None:
    """Each with the parameters it has at that epoch; also the network as it was before it had learned."""
    learning = Learning("cross-entropy", 1, 8, Optimizer(rate=0.5))
    walk = hello("elman,softmax", learning, 6)
    other = rival(walk, 0, "gru", 4)
    alone = Run(other.walk.run.network, walk.sequence, learning=learning).walk(6)
    assert other.trained
    assert other.walk.at(4).y.tobytes() == alone.at(4).y.tobytes()
    before = rival(walk, 0, UNTRAINED, 4)
    assert not before.trained
    norms = reach(before.walk, 0, 4, aim_at(walk, 4)).norms["s"]
    assert [round(norm, 3) for norm in norms] == list(ISSUE)
    assert UNTRAINED in offered(walk)
    assert UNTRAINED not in offered(hello("elman,softmax"))


def test_a_rival_that_would_learn_for_long_does_not() -> None:
    x = np.zeros((LESSONS // 2 + 1, 1))
    run = Run(Network.random("elman", 1, 1, 0), Sequence(x, x), learning=Learning("sse", 0, 2))
    assert [rival(run.walk(epoch), 0, "gru", 5).trained for epoch in (1, 2)] == [True, False]


@pytest.mark.parametrize("cells", ["elman,softmax", "lstm-projection,softmax", "jordan,softmax", "gru:concat,softmax"])
def test_any_recurrent_cell_can_stand_beside_any(cells: str) -> None:
    assert {"elman", "lstm", "gru", "jordan", "lstm-projection"} <= set(rivals())
    assert "softmax" not in rivals()
    walk = hello(cells)
    for name in rivals():
        other = rival(walk, 0, name, 4)
        assert other.walk.network.layers[0].cell.name == name
        assert other.walk.at(4).layers[0].y.shape == walk.at(4).layers[0].y.shape
        assert max(reach(other.walk, 0, 4, aim_at(walk, 4)).norms["s"]) > 0
