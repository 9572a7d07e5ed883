"""Learning: truncation by hand, the same bits by every way, an explosion that is told, and a sample that learns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bits import bits
from differences import problem, slopes
from oracles import Array

from rnn_tui import Cell, Layer, Network, RangeError, Sequence, load_sequence
from rnn_tui.core import learner as core
from rnn_tui.core.epochs import Epoch
from rnn_tui.core.gradients import gradients
from rnn_tui.core.learner import Learner
from rnn_tui.core.learning import Learning
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.run import Run
from rnn_tui.core.teaching import Teaching

LINE = Cell.parse(
    """
equations = '''
s[t] = w * x[t] + u * s[t-1]
y[t] = s[t]
'''
[parameters]
w = []
u = []
[state]
s = ["I"]
""",
    "line",
)
"""s = w x + u s_before, with single numbers: all of its learning can be done by hand."""


def line(w: float, u: float) -> Network:
    return Network([Layer(LINE, {"w": w, "u": u})])


def after_each(learner: Learner, epoch: int = 1) -> list[float]:
    """w and u after every update of an epoch."""
    found = [update.after.layers[0].parameters for update in learner.epoch(epoch).updates]
    return [float(parameters[name]) for parameters in found for name in ("w", "u")]


HAND = {
    # x = 1, 1, 1; every target 0; s_0 = 0; w = 1, u = 0.5; L = s_t^2; rate 0.1
    # t = 1: s = 1,                       dL/ds = 2,    dw = 2 * 1,     du = 2 * 0:         w = 0.8,   u = 0.5
    # t = 2: s = 0.8 + 0.5 * 1 = 1.3,     dL/ds = 2.6,  dw = 2.6,       du = 2.6 * 1:       w = 0.54,  u = 0.24
    #        s_1 stays the 1 of the old w, and dw has no 2.6 * 0.5 * 1 of the way through s_1
    # t = 3: s = 0.54 + 0.24 * 1.3,       dL/ds = 1.704, dw = 1.704,    du = 1.704 * 1.3:   w = 0.3696, u = 0.01848
    1: ([1, 1.3**2, 0.852**2], [0.8, 0.5, 0.54, 0.24, 0.3696, 0.01848]),
    # t = 1, 2: s = 1, then 1 + 0.5 * 1 = 1.5; dL/ds_2 = 3, dL/ds_1 = 2 + 0.5 * 3 = 3.5
    #           dw = 3.5 + 3, du = 3.5 * 0 + 3 * 1:                                         w = 0.35,  u = 0.2
    # t = 3:    s = 0.35 + 0.2 * 1.5 = 0.65, dL/ds = 1.3, dw = 1.3, du = 1.3 * 1.5:         w = 0.22,  u = 0.005
    2: ([1, 1.5**2, 0.65**2], [0.35, 0.2, 0.22, 0.005]),
    # s = 1, 1.5, 1.75; dL/ds_3 = 3.5, dL/ds_2 = 3 + 0.5 * 3.5 = 4.75, dL/ds_1 = 2 + 0.5 * 4.75 = 4.375
    #           dw = 4.375 + 4.75 + 3.5 = 12.625, du = 4.75 * 1 + 3.5 * 1.5 = 10:           w = -0.2625, u = -0.5
    0: ([1, 1.5**2, 1.75**2], [-0.2625, -0.5]),
}


@pytest.mark.parametrize("truncate", HAND)
def test_truncation_by_hand(truncate: int) -> None:
    """The state is carried over a window's end, the gradient is not; 3 is the whole sequence as 0 is."""
    sequence = Sequence(np.ones((3, 1)), np.zeros((3, 1)))
    losses, parameters = HAND[truncate]
    for same in {truncate, truncate or 3}:
        learner = Learner(line(1, 0.5), sequence, Learning("sse", same, 2, Optimizer("sgd", 0.1)))
        assert learner.epoch(1).losses == pytest.approx(losses, rel=1e-14)
        assert learner.epoch(1).loss == pytest.approx(sum(losses), rel=1e-14)
        assert after_each(learner) == pytest.approx(parameters, rel=1e-14)
        # the next epoch begins at s_0 again, with what was learned: the first loss is w^2
        assert learner.epoch(2).losses[0] == pytest.approx(parameters[-2] ** 2, rel=1e-14)


def test_the_whole_sequence_is_a_step_down_the_slope_of_the_total_loss() -> None:
    """p - rate dL/dp, with dL/dp by central differences of the loss summed over all timesteps."""
    made = problem("lstm,softmax", "cross-entropy", 5)
    learner = Learner(made.network, Sequence(made.x, made.targets), Learning(made.loss, 0, 1, Optimizer("sgd", 0.5)))
    zeros = tuple({name: np.zeros_like(array) for name, array in state.items()} for state in made.before)
    for k, layer in enumerate(made.network.layers):
        for name, array in layer.parameters.items():

            def total(moved: Array, k: int = k, name: str = name) -> float:
                return made.total(made.with_array(k, name, moved), before=zeros)

            wanted = array - 0.5 * slopes(total, array)
            np.testing.assert_allclose(learner.learned().layers[k].parameters[name], array, rtol=0, atol=0)
            np.testing.assert_allclose(learner.epoch(1).after.layers[k].parameters[name], wanted, rtol=1e-9, atol=1e-10)
            learner = Learner(made.network, learner.sequence, learner.learning)


def fingerprint(epoch: Epoch) -> tuple[bytes, ...]:
    """Every number of an epoch: parameters used and after, values, losses, and what the gradients are made of."""
    found = [epoch.losses.tobytes()]
    for update in epoch.updates:
        for network in (update.window.network, update.after):
            found += [array.tobytes() for layer in network.layers for array in layer.parameters.values()]
        found += [array.tobytes() for run in update.window.runs for array in run.named.values()]
        found += [array.tobytes() for state in update.window.before for array in state.values()]
        found += [update.judged.dy.tobytes(), np.float64(update.norm).tobytes()]
    return tuple(found)


EPOCHS = 12
WAYS = {
    "back and forward": [*range(1, EPOCHS + 1), *range(EPOCHS, 0, -1), *range(1, EPOCHS + 1)],
    "anywhere": [7, 2, 12, 1, 11, 6, 6, 3, 12],
    "the last at once": [12, 5],
}


@pytest.mark.parametrize("few", [False, True], ids=["all starts kept", "few starts kept"])
@pytest.mark.parametrize("truncate", [1, 3, 0])
@pytest.mark.parametrize("optimizer", [Optimizer("sgd", 0.1, 0.9, 0.5), Optimizer("adam", 0.05)], ids=["sgd", "adam"])
def test_every_way_through_the_epochs_finds_the_same_bits(
    optimizer: Optimizer, truncate: int, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequence = load_sequence("hello.txt")
    network = Network.random(["lstm", "softmax"], 4, 3, output_size=4)
    learning = Learning("cross-entropy", truncate, EPOCHS, optimizer)
    first = Learner(network, sequence, learning)
    wanted = {number: fingerprint(first.epoch(number)) for number in range(1, EPOCHS + 1)}
    assert len({*wanted.values()}) == EPOCHS
    if few:
        monkeypatch.setattr(core, "STARTS_LIMIT", 30_000)
    for way in WAYS.values():
        learner = Learner(network, sequence, learning)
        for number in way:
            assert fingerprint(learner.epoch(number)) == wanted[number]
        assert learner.losses == first.losses
        assert (len(learner._starts) < EPOCHS) == few


def test_epochs_in_the_background() -> None:
    """advance() learns a window at a time; an epoch asked for amid it is passed at once, to the same bits."""
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4, 3, output_size=4)
    learner = Learner(network, sequence, Learning("cross-entropy", 1, 4))
    assert learner.learned() is network
    assert [learner.advance(), learner.advance(), learner.advance()] == [True, True, True]
    assert (len(learner.losses), learner.over, learner.last) == (0, False, 4)
    assert learner.epoch(2).number == 2
    assert len(learner.losses) == 2
    while len(learner.losses) < 3:
        assert learner.advance()
    assert (len(learner.losses), learner.over, learner.last) == (3, False, 4)
    while learner.advance():
        pass
    assert learner.advance() is False
    assert (len(learner.losses), learner.over, learner.broken) == (4, True, None)
    straight = Learner(network, sequence, Learning("cross-entropy", 1, 4))
    straight.epoch(4)
    assert np.array(learner.losses).tobytes() == np.array(straight.losses).tobytes()
    for own, other in zip(learner.learned().layers, straight.learned().layers, strict=True):
        assert all(own.parameters[name].tobytes() == other.parameters[name].tobytes() for name in own.parameters)
    assert learner.learned() is learner.epoch(4).after
    for number in (0, 5):
        with pytest.raises(RangeError, match=f"there is no epoch {number}; there are 1 to 4"):
            learner.epoch(number)


def test_what_is_half_learned_is_gone_on_with_or_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an epoch that is then asked for is its first half; of those learned again only the wanted one stays."""
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4, 3, output_size=4)
    learning = Learning("cross-entropy", 1, 8, Optimizer("adam", 0.05))
    straight, learner = (Learner(network, sequence, learning) for _ in range(2))
    for number in (1, 3, 6):
        learner.advance()
        assert [*learner._walking] == [len(learner.losses) + 1]
        assert fingerprint(learner.epoch(number)) == fingerprint(straight.epoch(number))
        assert not learner._walking
    learner.advance()
    monkeypatch.setattr(core, "LONGEST", 1)  # as if epochs were long: those let go of are learned again when wanted
    for wanted in (1, 2):
        learner.advance(wanted)
        assert sorted(learner._walking) == [wanted, 7]
    monkeypatch.undo()
    for number in (2, 1, 7, 8):
        assert fingerprint(learner.epoch(number)) == fingerprint(straight.epoch(number))
    assert not learner._walking


@pytest.mark.parametrize(("truncate", "right"), [(0, "shorter"), (1, "longer")])
def test_a_window_or_parameters_that_need_too_much_memory(truncate: int, right: str) -> None:
    """W 500 x 4, U 500 x 500 and b 500 are 252,500 numbers of 8 bytes; z, s, y and the state are 4 times 500 numbers.

    Of 20,000 updates 141 are a passage: parameters, and up to two moments of an optimizer, are kept at 142 beginnings,
    and those after every update in 4 passages that are looked at.
    """
    sequence = Sequence(np.zeros((20_000, 4)), targets=np.zeros((20_000, 500)))
    parameters, values = 252_500 * 8, 4 * 500 * 8 * 4
    taken = 20_000 * values + 7 * parameters if truncate == 0 else values + (3 * 142 + 4 * 141) * parameters
    told = f"truncate: .* {taken / 2**30:.1f} GiB; 1.0 GiB is the most: take {right} windows"
    with pytest.raises(RangeError, match=told):
        Learner(Network.random("elman", 4, 500), sequence, Learning("sse", truncate))


def explosion(rate: float, truncate: int) -> tuple[int, int]:
    """Epoch and t of the first number that is not finite: the line by hand, s = w x + u s_before, L = s^2."""
    w, u = np.float64(1), np.float64(0.5)
    with np.errstate(all="ignore"):
        for epoch in range(1, 1000):
            s = [np.float64(0)]
            for first in range(0, 6, truncate):
                n = min(truncate, 6 - first)
                for t in range(first, first + n):
                    s.append(w + u * s[-1])
                    if not np.isfinite(s[-1] * s[-1]):
                        return epoch, t + 1
                back, dw, du = np.float64(0), np.float64(0), np.float64(0)
                for t in range(first + n, first, -1):
                    back = 2 * s[t] + u * back
                    dw, du = dw + back, du + back * s[t - 1]
                w, u = w - rate * dw, u - rate * du
                if not (np.isfinite(w) and np.isfinite(u)):
                    return epoch, first + n
    raise AssertionError("it did not explode")


@pytest.mark.parametrize(("rate", "truncate"), [(1.5, 1), (3.0, 1), (0.3, 4), (0.06, 6), (1e200, 1), (1e200, 6)])
def test_a_rate_that_explodes(rate: float, truncate: int) -> None:
    """It stops at the first number that is not finite and says where; what came before can be walked, bit for bit."""
    sequence = Sequence(np.ones((6, 1)), np.zeros((6, 1)))
    learning = Learning("sse", truncate, 500, Optimizer("sgd", rate))
    learner = Learner(line(1, 0.5), sequence, learning)
    while learner.advance():
        pass
    assert learner.broken == explosion(rate, truncate)
    epoch, t = learner.broken
    assert (len(learner.losses), learner.last, learner.over) == (epoch, epoch, True)
    last = learner.epoch(epoch)
    assert last.broken == t
    assert last.updates[-1].window.first <= t < last.updates[-1].window.first + truncate
    assert np.isfinite(last.losses[: t - 1]).all()
    assert all(math.isfinite(float(a)) for a in learner.learned().layers[0].parameters.values())
    with pytest.raises(RangeError, match=f"there is no epoch {epoch + 1}"):
        learner.epoch(epoch + 1)
    fresh = Learner(line(1, 0.5), sequence, learning)
    for number in range(epoch, 0, -1):
        assert fingerprint(learner.epoch(number)) == fingerprint(fresh.epoch(number))
    walk = Run(line(1, 0.5), sequence, None, learning).walk(epoch)
    assert walk.at(t - 1).t == t - 1


def taught(run: Run, epoch: int) -> Teaching:
    """What an epoch taught."""
    teaching = run.walk(epoch).teaching
    assert teaching is not None
    return teaching


SIMULATED = {"elman,softmax": 1, "lstm,lstm,softmax": 3, "gru:concat,softmax": 0, "jordan,softmax": 2}


@pytest.mark.parametrize("cells", SIMULATED)
def test_the_parts_of_a_gradient_add_up(cells: str) -> None:
    """dL/ds_t is the local part and the later one; dL/dW the sum of the parts of the timesteps, from the last back."""
    sequence = load_sequence("hello.txt")
    network = Network.random(cells.split(","), 4, 3, output_size=4)
    teaching = taught(Run(network, sequence, None, Learning("cross-entropy", SIMULATED[cells], 3)), 3)
    for k, layer in enumerate(network.layers):
        for t in range(1, len(sequence) + 1):
            adjoint, update = teaching.adjoint(k, t), teaching.update_at(t)
            assert adjoint.t == t
            for name in layer.cell.states:
                assert (adjoint.local[name] + adjoint.later[name]).tobytes() == adjoint.named[name].tobytes()
            for name, whole in teaching.back(update).parameters[k].items():
                first, end = update.window.first, update.window.first + len(update.window)
                rest = sum(teaching.adjoint(k, at).parameters[name] for at in range(t, end))
                np.testing.assert_allclose(teaching.sum_back(k, name, t), rest, rtol=1e-12, atol=1e-15)
                np.testing.assert_allclose(teaching.sum_back(k, name, first), whole, rtol=1e-12, atol=1e-15)
    if cells == "elman,softmax":  # y is s, and nothing else reads s_t at t
        assert all((teaching.adjoint(0, t).local["s"] == teaching.adjoint(0, t).y).all() for t in range(1, 6))


def same_numbers(one: Network, other: Network) -> bool:
    pairs = zip(one.layers, other.layers, strict=True)
    return all(a.parameters[n].tobytes() == b.parameters[n].tobytes() for a, b in pairs for n in a.parameters)


@pytest.mark.parametrize("truncate", [1, 2, 0])
def test_the_weights_of_a_step_are_those_it_was_computed_with(truncate: int) -> None:
    """Forward and learn to T, back to 1, forward again, and in another epoch between: the same bits in all W_t."""
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4, 3, output_size=4)
    learning = Learning("cross-entropy", truncate, 3)
    run, learner = Run(network, sequence, None, learning), Learner(network, sequence, learning)

    def walk(epoch: int, order: range) -> dict[int, tuple[bytes, ...]]:
        found = {}
        for t in order:
            step = run.walk(epoch).at(t)
            weights = [array.tobytes() for layer in step.layers for array in layer.parameters.values()]
            found[t] = (*bits(step), *weights)
        return found

    for epoch in (1, 2):
        forward = walk(epoch, range(1, 6))
        assert walk(epoch, range(5, 0, -1)) == forward
        assert walk(3, range(4, 5)) != walk(epoch, range(4, 5))
        assert walk(epoch, range(1, 6)) == forward
        for t in range(1, 6):
            update = learner.epoch(epoch).updates[(t - 1) // truncate if truncate else 0]
            step = run.walk(epoch).at(t)
            for made, used in zip(step.layers, update.window.network.layers, strict=True):
                assert all(made.parameters[n].tobytes() == used.parameters[n].tobytes() for n in used.parameters)
            assert taught(run, epoch).loss_at(t) == learner.epoch(epoch).losses[t - 1]
            for k, layer in enumerate(update.after.layers):
                assert {n: a.tobytes() for n, a in taught(run, epoch).parameters_after(k, t).items()} == {
                    n: a.tobytes() for n, a in layer.parameters.items()
                }
        assert same_numbers(learner.epoch(epoch + 1).updates[0].window.network, learner.epoch(epoch).after)
    assert same_numbers(run.walk(1).tape.network, network)


def test_before_the_first_timestep_of_an_epoch_the_weights_are_those_that_it_uses() -> None:
    network = Network.random(["elman", "softmax"], 4, 3, output_size=4)
    run = Run(network, load_sequence("hello.txt"), None, Learning("cross-entropy", 1, 3))
    seen = set()
    for epoch in (1, 2, 3):
        before, first = ([layer.parameters["b"].tobytes() for layer in run.walk(epoch).at(t).layers] for t in (0, 1))
        assert before == first
        seen.add(tuple(before))
    assert len(seen) == 3


def test_hello_is_learned() -> None:
    """The right next letter comes first at every step: from seed 0, updated after every timestep, 100 epochs."""
    sequence = load_sequence("hello.txt")
    network = Network.random(["elman", "softmax"], 4, 3, seed=0, output_size=4)
    run = Run(network, sequence, None, Learning("cross-entropy", 1, 100, Optimizer("sgd", 0.1)))
    while run.advance():
        pass
    walk, teaching = run.walk(100), taught(run, 100)
    there = [t for t in range(1, 6) if not np.isnan(teaching.target_at(t)).any()]
    assert there == [1, 2, 3, 4]
    assert [int(walk.at(t).y.argmax()) for t in there] == [int(teaching.target_at(t).argmax()) for t in there]
    # and the network that was learned says so too, by itself
    found = gradients(teaching.learner.learned(), sequence, "cross-entropy")
    assert found.loss < teaching.learner.losses[0] / 5


def test_what_is_learned_of_a_broken_epoch_is_what_went_into_it() -> None:
    """W = 1, x = 1, target 0, rate 1e200: after t = 1 W is 1 - 2e200, and at t = 2 the loss is its square, infinite."""
    network = Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})])
    learner = Learner(network, Sequence([[1.0], [1.0]], [[0.0], [0.0]]), Learning("sse", 1, 3, Optimizer(rate=1e200)))
    assert learner.epoch(1).broken == 2
    assert learner.learned().layers[0].parameters["W"].tolist() == [[1.0]]


def test_parameters_that_overflow_break_the_last_timestep_of_their_window() -> None:
    """W = 1, x = 1, target 0: a window of two has dL/dW = 2 + 2, and 1e308 times that is infinite."""
    network = Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})])
    sequence = Sequence(np.ones((6, 1)), np.zeros((6, 1)))
    run = Run(network, sequence, None, Learning("sse", 2, 3, Optimizer(rate=1e308)))
    walk = run.walk()
    assert (walk.tape.broken, walk.last, run.last_epoch) == (2, 2, 1)
    assert taught(run, 1).walked.losses[:2].tolist() == [1.0, 1.0]


def test_what_is_gathered_is_added_up_from_the_last_timestep_back() -> None:
    """y = 0, x = 1: dL/dW = - 2 target is 1, 1e16 and -1e16, of which the last two first leave 1, the first two 0."""
    network = Network([Layer("dense", {"W": [[0.0]], "b": [0.0]})])
    sequence = Sequence(np.ones((3, 1)), [[-0.5], [-5e15], [5e15]])
    teaching = taught(Run(network, sequence, None, Learning("sse", 0, 1, Optimizer(rate=0.0))), 1)
    assert [teaching.sum_back(0, "W", t).item() for t in (3, 2, 1)] == [-1e16, 0.0, 1.0]


def test_one_bar_tells_of_all_the_epochs_that_are_walked_at_once() -> None:
    learner = Learner(Network.random("elman", 1, 2), Sequence(np.ones((4, 1)), np.ones((4, 2))), Learning("sse", 2, 5))
    told: list[tuple[int, int]] = []
    learner.progress = lambda done, count: told.append((done, count))
    learner.epoch(2)
    learner.epoch(4)
    assert told == [(2, 8), (4, 8), (6, 8), (8, 8), (2, 8), (4, 8), (6, 8), (8, 8)]
