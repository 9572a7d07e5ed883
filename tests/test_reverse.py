"""The way back over many timesteps at once is the way back timestep by timestep, for every cell that can be written.

The oracle is `step_back`, which reads one timestep's equations from the last to the first and knows nothing of plans;
tests/test_gradients.py checks it, and all of this, by differences.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from differences import Problem
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_cells import ODD, SIZES, odd_network
from oracles import Array
from test_gradients import OWN

from rnn_tui import Cell, Network, Sequence, gradients
from rnn_tui.cells import cell_names
from rnn_tui.core import gradients as core
from rnn_tui.core.backward import step_back
from rnn_tui.core.gradients import Judged, judged, way_back
from rnn_tui.core.initial_state import State
from rnn_tui.core.interventions import FORCED
from rnn_tui.core.operations import OPERATIONS, Operation
from rnn_tui.core.plan import plan_of
from rnn_tui.core.reverse_plan import reverse_plan_of
from rnn_tui.core.window import Window, run_window

Found = dict[str, Array]


def by_steps(window: Window, loss: Judged, later: tuple[State, ...] | None = None) -> Found:
    """The gradients of a window, one timestep after the other, layer by layer from the last."""
    network, n = window.network, len(window)
    last = len(network.layers) - 1
    above = [np.zeros_like(window.y_of(index)) for index in range(len(network.layers))]
    above[last] = above[last] + loss.dy
    found: Found = {"x": np.zeros_like(window.inputs[0]["x"])}
    for index in range(last, -1, -1):
        layer = network.layers[index]
        state: Mapping[str, Array] = {name: np.zeros_like(a) for name, a in window.before[index].items()}
        state = state if later is None else later[index]
        for row in range(n) if layer.reverse else range(n - 1, -1, -1):
            dz = loss.dz[row] if loss.dz is not None and index == last else None
            adjoint = step_back(window.moment(index, window.first + row), above[index][row], state, dz)
            state = adjoint.state_prev
            for name, part in adjoint.parameters.items():
                found[f"{index}:{name}"] = found.get(f"{index}:{name}", np.zeros_like(part)) + part
            for source, name in zip(network.reads[index], layer.cell.inputs, strict=True):
                (found["x"] if source < 0 else above[source])[row] += adjoint.inputs[name]
        found |= {f"{index}:{name} before": array for name, array in state.items()}
    return found


def at_once(window: Window, loss: Judged, later: tuple[State, ...] | None = None) -> Found:
    """The same by the plan."""
    back = way_back(window, loss, later)
    found: Found = {"x": back.x}
    for index, (own, states) in enumerate(zip(back.parameters, back.before, strict=True)):
        found |= {f"{index}:{name}": array for name, array in own.items()}
        found |= {f"{index}:{name} before": array for name, array in states.items()}
    return found


def alike(found: Found, wanted: Found, tolerance: float = 1e-12) -> None:
    """Equal to so much of the largest number of each."""
    assert {*found} == {*wanted}
    for name, array in found.items():
        assert array.shape == wanted[name].shape, name
        assert array.dtype == wanted[name].dtype, name
        size = max(float(np.abs(wanted[name]).max(initial=0)), 1e-3)
        assert float(np.abs(array - wanted[name]).max(initial=0)) <= tolerance * size, name


def ran(network: Network, seed: int, steps: int = 7, choosing: bool = False) -> tuple[Window, Judged]:
    """A network of random numbers over a random sequence, of which every third timestep has no target."""
    draw = np.random.default_rng(seed)
    width = network.layers[0].input_size or 3
    x = np.eye(width)[draw.integers(width, size=steps)] if choosing else draw.normal(0, 1, (steps, width))
    every = zip(network.layers, network.sizes(width), strict=True)
    before = tuple(
        {k: draw.normal(0, 0.5, n).astype(network.dtype) for k, n in la.state_sizes(s).items()} for la, s in every
    )
    window = run_window(network, x.astype(network.dtype), 1, before)
    targets = draw.dirichlet(np.ones(window.y.shape[1]), steps).astype(network.dtype)
    targets[::3] = np.nan
    return window, judged("cross-entropy" if network.layers[-1].cell.distribution else "sse", window, targets)


def later_of(window: Window, seed: int) -> tuple[State, ...]:
    """Something that comes back from after a window."""
    draw = np.random.default_rng(seed)
    return tuple({k: draw.normal(0, 1, a.shape).astype(a.dtype) for k, a in state.items()} for state in window.before)


def randomly(network: Network, seed: int) -> Network:
    draw = np.random.default_rng(seed)

    def number(shape: tuple[int, ...]) -> Array:
        return np.asarray(draw.normal(0, 0.6, shape) if shape else abs(draw.normal(0, 0.6)))

    return network.with_parameters([{k: number(v.shape) for k, v in la.parameters.items()} for la in network.layers])


SINGLE = [name for name in cell_names() if len(Cell.named(name).inputs) == 1]
RECURRENT = [name for name in SINGLE if Cell.named(name).recurrent]
STACKS = ["{0}:reverse", "{0}:concat,dense", "{0}:sum,{0}:mul,softmax", "{0},{0},softmax"]


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("name", SINGLE)
def test_every_cell(name: str, steps: int) -> None:
    window, loss = ran(randomly(Network.random([name], 3, [(4, 2)], output_size=3), 1), 2, steps, name == "embedding")
    for later in (None, later_of(window, 3)):
        alike(at_once(window, loss, later), by_steps(window, loss, later))


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("name", RECURRENT)
def test_every_cell_in_stacks(name: str, stack: str) -> None:
    window, loss = ran(randomly(Network.random(stack.format(name).split(","), 3, [(4, 2)], output_size=3), 1), 2)
    alike(at_once(window, loss), by_steps(window, loss))


@pytest.mark.parametrize("name", RECURRENT)
def test_float32_is_as_near_as_float32_can_be(name: str) -> None:
    network = randomly(Network.random([name, "softmax"], 3, 5, output_size=3), 1).astype(np.dtype(np.float32))
    window, loss = ran(network, 2)
    alike(at_once(window, loss), by_steps(window, loss), 1e-5)


@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize("name", ODD)
def test_odd_cells(name: str, steps: int) -> None:
    window, loss = ran(odd_network(name, SIZES), 2, steps, "row" in name)
    alike(at_once(window, loss), by_steps(window, loss), 1e-10)  # of two numbers that are alike little is left


MORE = {
    "own": OWN,
    "states that are read by each other": "s[t] = tanh(q[t-1])\nq[t] = s[t-1] * a + x[t]\ny[t] = q[t] - s[t-1]",
    "a chain of copies": "q[t] = s[t-1]\nr[t] = q[t-1]\ns[t] = tanh(M @ x[t] + U @ r[t-1])\ny[t] = s[t] * q[t]",
    "a state that is a parameter": "k[t] = a\ns[t] = tanh(M @ x[t] * k[t-1])\ny[t] = s[t] + k[t-1]",
    "a y that is a parameter": "s[t] = tanh(M @ x[t] + s[t-1])\ny[t] = a",
    "a matrix in four places": "s[t] = tanh(M @ x[t] + M @ s[t-1])\ny[t] = M @ s[t] + M @ x[t]",
    "a row chosen by a state": "s[t] = tanh(M @ row(M, x[t]) + s[t-1])\ny[t] = row(M, s[t])",
    "ways that part and meet again": "p[t] = s[t-1] + tanh(s[t-1])\nq[t] = p[t] + tanh(p[t])\n"
    "r[t] = q[t] - sigmoid(q[t]) + x[t]\ns[t] = clip(r[t] * r[t], g)\ny[t] = s[t]",
    "two slopes of 0 and 1 added": "s[t] = relu(M @ x[t] + s[t-1]) + relu(M @ x[t] + s[t-1] + a)\ny[t] = s[t]",
    "a state that only y reads": "s[t] = tanh(M @ x[t] + a)\ny[t] = s[t] * s[t-1] + U @ s[t-1]",
    "a state kept as it is": "s[t] = s[t-1]\ny[t] = tanh(s[t] * x[t])",
    "a product of what is shown": "s[t] = a * s[t-1] + x[t]\nh[t] = M @ s[t]\n"
    "y[t] = U @ tanh(h[t]) + V @ (h[t] - x[t])",
    "single numbers in the loop": "m[t] = mean(s[t-1] * s[t-1])\nr[t] = sqrt(m[t] + 0.5) * g\n"
    "s[t] = tanh(M @ x[t] + s[t-1] / r[t])\ny[t] = s[t] * m[t] - r[t]",
    "a vector joined in the loop": "v[t] = concat(s[t-1], a * s[t-1])\nw[t] = concat(x[t], s[t-1]) * v[t]\n"
    "s[t] = tanh(x[t] + mean(w[t]))\ny[t] = s[t] + mean(v[t])",
    "a factor of zero": "s[t] = (s[t-1] - s[t-1]) * x[t] + tanh(a)\ny[t] = s[t]",
}


def small_cell(equations: str, name: str = "small") -> Cell:
    """A cell of vectors of one size: states are what is read at t - 1, parameters what has no time."""
    if "[parameters]" in equations:
        return Cell.parse(equations, name)
    shapes = {"M": '["I", "I"]', "U": '["I", "I"]', "V": '["I", "I"]', "a": '["I"]', "b": '["I"]', "g": "[]"}
    words = equations.replace("(", " ").replace(")", " ").replace(",", " ").split()
    used = "".join(f"{key} = {shape}\n" for key, shape in shapes.items() if key in words)
    states = {word.removesuffix("[t-1]") for word in words if word.endswith("[t-1]")}
    declared = "".join(f'{state} = ["I"]\n' for state in sorted(states)) or "unread = 1"
    return Cell.parse(f"equations = '''\n{equations}\n'''\n[parameters]\n{used}[state]\n{declared}", name)


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("steps", [1, 6])
@pytest.mark.parametrize("name", MORE)
def test_cells_that_go_strange_ways(name: str, steps: int, width: int) -> None:
    network = randomly(Network.random([small_cell(MORE[name])], width, 3), 4)
    window, loss = ran(network, 5, steps, "row" in name)
    for later in (None, later_of(window, 3)):
        alike(at_once(window, loss, later), by_steps(window, loss, later))


SMOOTH = [name for name, text in MORE.items() if not any(word in text for word in ("row", "clip", "relu"))]


@pytest.mark.parametrize("name", SMOOTH)
def test_and_by_differences(name: str) -> None:
    Problem(Network.random([small_cell(MORE[name])], 2, 3), 4, 1, "sse").check()


LEAVES = ["x[t]", "s[t-1]", "c[t-1]", "a", "b"]
FORMS = [
    *("({} + {})", "({} - {})", "({} * {})", "(0.5 * {})", "(g * {})", "(1 - {})", "-{}", "tanh({})", "sigmoid({})"),
    *("relu({})", "M @ {}", "U @ {}", "V @ {}", "softmax({})", "elu({}, g)", "softsign({})", "identity({})"),
    *("({} / (2 + sigmoid({})))", "(mean({}) * {})", "({} - mean({}))", "sqrt(1 + sigmoid({}))", "(mean({} * {}) + a)"),
]


def expression(draw: np.random.Generator, known: list[str], depth: int) -> str:
    """A random expression over vectors."""
    if depth == 0 or draw.random() < 0.15:
        return str(draw.choice([*known, *LEAVES]))
    one, two = (expression(draw, known, depth - 1) for _ in range(2))
    return str(draw.choice(FORMS)).format(f"({one})", f"({two})")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), steps=st.integers(1, 5), width=st.integers(1, 3))
def test_any_cell(seed: int, steps: int, width: int) -> None:
    """Two states, up to three more quantities, expressions four deep."""
    draw = np.random.default_rng(seed)
    known: list[str] = []
    lines = []
    for target in [*draw.permutation(["p", "q", "s", "c"])[: draw.integers(2, 5)].tolist(), "s", "c"]:
        if f"{target}[t]" not in known:
            lines.append(f"{target}[t] = {expression(draw, known, 4)}")
            known.append(f"{target}[t]")
    lines.append(f"y[t] = {expression(draw, known, 3)} + x[t] + s[t-1] - c[t-1]")
    network = randomly(Network.random([small_cell("\n".join(lines))], width, 3), seed)
    window, loss = ran(network, seed, steps)
    if all(np.isfinite(array).all() for array in window.runs[0].named.values()):
        alike(at_once(window, loss), by_steps(window, loss), 1e-10)


def test_the_calls_of_a_timestep_on_the_way_back() -> None:
    """An adjoint each of: the states, the states before, the products of U; all else is passed over by factors."""
    kept = {name: len(reverse_plan_of(plan_of(Cell.named(name))).kept) for name in ("elman", "gru-reset-after", "lstm")}
    assert kept == {"elman": 1 + 1 + 1, "gru-reset-after": 1 + 1 + 3, "lstm": 2 + 2 + 4}


def test_a_run_goes_back_by_its_own_plan_when_a_later_one_is_of_another() -> None:
    """A plan is made anew where 256 other cells were read since; its values are others then."""
    window, loss = ran(randomly(Network.random(["elman"], 2), 1), 2, 4)
    plan_of.cache_clear()
    alike(at_once(window, loss), by_steps(window, loss))


def test_many_diamonds_are_no_more_work_than_their_number() -> None:
    """Factors of ways that part and meet again 40 times are kept once each; written out they would be 2^40."""
    lines = ["p0[t] = s[t-1] + 0.1 * tanh(s[t-1])"]
    lines += [f"p{k}[t] = p{k - 1}[t] + 0.1 * tanh(p{k - 1}[t])" for k in range(1, 40)]
    cell = small_cell("\n".join([*lines, "s[t] = p39[t] * a + x[t]", "y[t] = s[t]"]))
    window, loss = ran(randomly(Network.random([cell], 2), 1), 2, 4)
    alike(at_once(window, loss), by_steps(window, loss))


@pytest.mark.parametrize("name", [*OPERATIONS, "forced"])
def test_an_operation_goes_back_through_many_timesteps_as_through_each(name: str) -> None:
    """An operand that all timesteps have in common gets the sum."""
    operation = FORCED if name == "forced" else OPERATIONS[name]
    draw, n = np.random.default_rng(3), 5
    if name == "forced":
        checked(operation, (draw.normal(size=(n, 3)), draw.random((n, 3)) < 0.5, draw.normal(size=(n, 3))), n)
    elif name == "@":
        checked(operation, (draw.normal(size=(4, 3)), draw.normal(size=(n, 3))), n)
    elif name == "row":
        checked(operation, (draw.normal(size=(3, 4)), np.eye(3)[draw.integers(3, size=n)]), n)
    else:
        vectors = [np.abs(draw.normal(size=(n, 3))) for _ in range(operation.arity)]
        checked(operation, tuple(vectors), n)
        if operation.arity > 1:
            single = np.abs(draw.normal(size=()))
            shared = [vectors[0], *(single for _ in vectors[1:])]
            checked(operation, tuple(shared if name != "concat" else (vectors[0], draw.normal(size=3))), n)
        if operation.kind in ("sum", "product") and operation.arity == 2:
            checked(operation, (draw.normal(size=3), vectors[0]), n)
            checked(operation, (vectors[0], draw.normal(size=(n, 1))), n)


def checked(operation: Operation, operands: tuple[Array, ...], n: int) -> None:
    timed = [array.ndim == 2 and len(array) == n for array in operands]
    rows = [tuple(a[k] if t else a for a, t in zip(operands, timed, strict=True)) for k in range(n)]
    results = [np.asarray(operation.apply(*row)) for row in rows]
    result = np.stack([each.ravel() for each in results])
    d = np.random.default_rng(4).normal(size=result.shape)
    for index, operand in enumerate(operands):
        found = operation.back(index, d, result, *operands)
        given = [d[k].reshape(results[k].shape) for k in range(n)]
        parts = [np.asarray(operation.back(index, given[k], results[k], *rows[k])) for k in range(n)]
        wanted = np.stack(parts) if timed[index] else np.sum(parts, axis=0)
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-15)
        assert np.shape(found) == np.shape(operand)


def test_what_a_timestep_shows_is_made_when_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and for no other timestep; its parts by parameters, which are large, each time."""
    made: list[int] = []

    def counted(moment: Any, *more: Any, **rest: Any) -> Any:
        made.append(moment.t)
        return step_back(moment, *more, **rest)

    monkeypatch.setattr(core, "step_back", counted)
    draw = np.random.default_rng(0)
    sequence = Sequence(draw.normal(size=(9, 2)), draw.normal(size=(9, 3)))
    found = gradients(Network.random("lstm", 2, 3), sequence)
    assert made == []
    adjoints = found.windows[0].adjoints[0]
    assert (len(adjoints), made) == (9, [])
    assert adjoints[4] is adjoints[-5]
    assert made == [5]
    assert [adjoint.t for adjoint in adjoints[6:]] == [7, 8, 9]
    assert made == [5, 7, 8, 9]


@pytest.mark.parametrize("cells", ["lstm", "gru:concat,softmax", "elman,lstm-projection:reverse"])
def test_a_timestep_hands_on_to_the_bit_what_the_next_one_finds(cells: str) -> None:
    window, loss = ran(randomly(Network.random(cells.split(","), 3, [(4, 2)], output_size=3), 1), 2)
    back = way_back(window, loss)
    for index, (layer, adjoints) in enumerate(zip(window.network.layers, back.adjoints, strict=True)):
        for one, two in pairwise(reversed(adjoints) if layer.reverse else adjoints):
            assert {k: a.tobytes() for k, a in one.later.items()} == {k: a.tobytes() for k, a in two.state_prev.items()}
        first = adjoints[-1] if layer.reverse else adjoints[0]
        assert {k: a.tobytes() for k, a in first.state_prev.items()} == {
            k: a.tobytes() for k, a in back.before[index].items()
        }
        for name, whole in back.parameters[index].items():
            parts = np.sum([adjoint.parameters[name] for adjoint in adjoints], axis=0)
            np.testing.assert_allclose(whole, parts, rtol=1e-11, atol=1e-13)


def test_gradients_take_a_few_times_the_memory_of_the_values() -> None:
    """An LSTM has 13 vectors of H a timestep that are named or states; where every timestep had its own part of dL/dW,
    which is 8 H^2 numbers, and all adjoints, it would be far more."""
    hidden, steps = 32, 2000
    draw = np.random.default_rng(0)
    sequence = Sequence(draw.normal(size=(steps, hidden)), draw.normal(size=(steps, hidden)))
    network = Network.random("lstm", hidden, hidden)
    gradients(network, sequence)
    tracemalloc.start()
    found = gradients(network, sequence)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.windows[0].parameters[0]["U_f"].shape == (hidden, hidden)
    assert peak < 80 * hidden * steps * 8


def test_a_run_records_nothing_that_nobody_reads_again() -> None:
    """Of an LSTM's loop the products of U, f * c and i * g pass; where they are asked for there is no number."""
    window, _ = ran(Network.random("lstm", 3, 4), 1)
    run = window.runs[0]
    passing = [value for value in run.runner.plan.order if id(value) in run.runner.plan.unread]
    assert len(passing) == 4 + 2
    assert all(np.isnan(run.array(value)).all() for value in passing)
    kept = [value for value in run.runner.plan.order if id(value) not in run.runner.plan.unread]
    assert all(np.isfinite(run.array(value)).all() for value in kept)


def test_slopes_are_the_one_place_of_a_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    """With another slope of tanh both ways go wrong alike."""
    tanh = OPERATIONS["tanh"]
    found = []
    for name, operation in (("wrong", replace(tanh, slopes=(lambda y, z: 2 - y,))), ("right", tanh)):
        monkeypatch.setitem(OPERATIONS, "tanh", operation)
        cell = small_cell("s[t] = tanh(M @ x[t] + U @ s[t-1])\ny[t] = s[t]", name)
        window, loss = ran(randomly(Network.random([cell], 3), 1), 2)
        found.append(at_once(window, loss))
        alike(found[-1], by_steps(window, loss))
    assert float(np.abs(found[0]["0:U"] - found[1]["0:U"]).max()) > 0.1
