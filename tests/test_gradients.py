"""Gradients against central differences: every operation, every cell in stacks, every loss, a cell of one's own.

tests/differences.py says by which formula, and what counts as equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from differences import FORMULAS, RELATIVE, Problem, near, problem, slopes
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_cells import ODD, SIZES, odd_network
from oracles import Array

from rnn_tui import Cell, Layer, Network, Sequence, gradients
from rnn_tui.cells import cell_names, cell_text
from rnn_tui.core.central_differences import largest_difference
from rnn_tui.core.operations import OPERATIONS, Operation, Shape
from rnn_tui.core.plan import sum_names
from rnn_tui.core.window import run_window

OPERANDS: dict[str, list[tuple[tuple[int, ...] | float, ...]]] = {
    "@": [((3, 2), (2,))],
    "+": [((3,), (3,)), ((), (3,)), ((3,), ()), ((), ()), ((3, 2), ())],
    "-": [((3,), (3,)), ((), (3,)), ((3,), ()), ((), ()), ((3, 2), (3, 2))],
    "*": [((3,), (3,)), ((), (3,)), ((3,), ()), ((), ()), ((), (3, 2))],
    "elu": [((6,), 0.7), ((6,), ()), ((), ())],
    "hard_sigmoid": [((6,), 0.2, 0.5), ((6,), (), ()), ((3, 2), (), ())],
    "clip": [((9,), 0.5), ((9,), ()), ((3, 2), ())],
    "concat": [((3,), (2,))],
    "row": [((3, 2), (3,))],
    "softmax": [((1,),), ((4,),)],
    "layernorm": [((2,),), ((5,),)],
    "mean": [((1,),), ((4,),)],
    "/": [((3,), (3,)), ((), (3,)), ((3,), ()), ((), ()), ((3, 2), ())],
}
"""Shapes of the operands; a number is a setting that stands in the equation. Others take a vector, matrix or number."""


@pytest.mark.parametrize("name", OPERATIONS)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_operation_alone(name: str, seed: int) -> None:
    """d . f(operands) by each operand is what the vector-Jacobian product gives for d."""
    operation, draw = OPERATIONS[name], np.random.default_rng(seed)
    for shapes in OPERANDS.get(name, [((5,),), ((3, 2),), ((),)]):
        # away from kinks: a number is 0.1 and more from 0, bounds lie between the numbers they cut
        operands = [np.asarray(off_grid(draw, s) if isinstance(s, tuple) else s) for s in shapes]
        if name == "sqrt":
            operands[0] = np.abs(operands[0])
        if name == "layernorm":  # of numbers that are nearly one it is as good as a step
            operands[0] = operands[0] + 5 * np.arange(len(operands[0]))
        if name == "row":
            operands[1] = np.eye(3)[draw.integers(3)]
        if name == "clip" and shapes[1] == ():
            operands[1] = np.asarray(0.5)
        if name == "hard_sigmoid":
            operands[1:] = [np.asarray(1.0), np.asarray(0.5)]
        alone(operation, operands, draw)


def alone(operation: Operation, operands: list[Array], draw: np.random.Generator) -> None:
    """Checks an operation at some operands."""
    result = np.asarray(operation.apply(*operands))
    d = np.asarray(draw.normal(0, 1, result.shape))
    parts = [operation.back(index, d, result, *operands) for index in range(operation.arity)]
    assert len(parts) == len(operands)

    def total(moved: Array, index: int) -> float:
        if operation.name == "row" and index == 1:  # the product that row stands for, which has a slope
            return float(d @ (operands[0].T @ moved))
        return float(np.sum(d * operation.apply(*operands[:index], moved, *operands[index + 1 :])))

    for index, (operand, part) in enumerate(zip(operands, parts, strict=True)):
        near(np.asarray(part), slopes(partial(total, index=index), operand), f"{operation.name}, operand {index + 1}")


def off_grid(draw: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers of which none is within 0.1 of a multiple of 0.5."""
    return np.asarray(draw.integers(-4, 4, shape) * 0.5 + draw.uniform(0.1, 0.4, shape))


@pytest.mark.parametrize("name", sorted({*ODD} - {"a row of a square table"}))
def test_every_odd_cell(name: str) -> None:
    Problem(odd_network(name, {**SIZES, "H": 4}), 3, 2, "sse").check()


RECURRENT = [name for name in cell_names() if Cell.named(name).recurrent]
STACKS = {
    "{0}": "sse",
    "{0}:reverse": "sse",
    "{0}:concat,dense": "mse",
    "{0},dense": "mse",
    "{0},{0},softmax": "cross-entropy",
}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("name", RECURRENT)
def test_every_cell_with_a_state(name: str, stack: str) -> None:
    problem(stack.format(name), STACKS[stack]).check(each=stack == "{0}")


OTHERS = {
    "dense": "sse",
    "softmax": "cross-entropy",
    "lstm:sum": "mse",
    "gru:mul,dense": "sse",
    "elman:average,softmax": "cross-entropy",
    "lstm:concat,gru-reset-after:mul,elman:reverse,softmax": "cross-entropy",
}


@pytest.mark.parametrize("cells", OTHERS)
def test_readouts_and_joins(cells: str) -> None:
    problem(cells, OTHERS[cells]).check(each="," not in cells)


def test_an_embedding_is_a_product_with_a_one_hot_vector() -> None:
    """Its table by differences; x, whose argmax has none, as of the product of the table and x."""
    made = problem("embedding,elman,dense", "sse")
    made.check(by_x=False)
    table = made.network.layers[0].parameters["E"]
    dense = Layer("dense", {"W": table.T, "b": np.zeros(len(table.T))})
    made_of_dense = Network([dense, *made.network.layers[1:]])
    near(made.gradients().x, slopes(lambda a: made.total(made_of_dense, x=a), made.x), "x")


def test_no_cell_is_left_out() -> None:
    assert {*RECURRENT, "dense", "softmax", "embedding", "seed-plain", "concat", "sum", "mul", "average"} == {
        *cell_names()
    }


@pytest.mark.parametrize("loss", sorted(FORMULAS))
@pytest.mark.parametrize("steps", [1, 6])
def test_every_loss(loss: str, steps: int) -> None:
    problem("lstm,softmax", loss, steps).check()


OWN = """
equations = '''
k[t] = tanh(a * a - 0.3)
q[t] = softmax(A @ x[t])
e[t] = elu(B @ q[t] + g * s[t-1] * k[t], g)
old[t] = s[t-1]
s[t] = e[t] - 0.5 * softsign(-old[t]) + softplus(k[t] + s[t-1]) * hard_sigmoid(d, low, 0.5)
twin[t] = elu(B @ q[t] + g * s[t-1] * k[t], g)
p[t] = x[t]
unread[t] = p[t-1] * k[t]
h[t] = identity(s[t])
same[t] = s[t]
y[t] = concat(sigmoid(clip(2 * h[t], top) + same[t] * twin[t]), q[t] - p[t-1])
'''
[parameters]
A = ["I", "I"]
B = ["H", "I"]
a = []
d = ["H"]
g = []
low = []
top = []
[state]
s = ["H"]
p = ["I"]
unread = ["I"]
"""
"""Single numbers that learn, as factors and as settings, or have a name; an x kept for a timestep; two names for one
thing; the same expression twice; a state that nothing reads."""


@pytest.mark.parametrize("cells", [1, 2])
@pytest.mark.parametrize("seed", [0, 1, 3])
def test_a_cell_of_ones_own(seed: int, cells: int) -> None:
    """The seeds are such that no step of a difference crosses a kink."""
    made = Problem(Network.random([Cell.parse(OWN, "own")] * cells, 2, 3), 4, seed, "sse")
    assert not made.gradients().initial_state[cells - 1]["unread"].any()
    made.check()


def nudged(text: str, target: str, shape: Shape, inside: bool) -> Cell:
    """The cell with something to add to a quantity, or to the sum inside its activation."""
    right = r"(\w+\()([^,\n]*)(.*\))" if inside else r"()(.*)()"
    whole, count = re.subn(rf"\n{target}\[t\] = {right}(?=\n)", rf"\n{target}[t] = \1(\2) + nudge\3", text)
    assert count == 1
    letters = ", ".join(f'"{letter}"' for letter in shape)
    return Cell.parse(whole.replace("[parameters]", f"[parameters]\nnudge = [{letters}]"), "nudged")


@pytest.mark.parametrize("name", [*RECURRENT, "own"])
def test_the_gradient_by_every_named_quantity(name: str) -> None:
    """Summed over time it is the gradient by what is added to that quantity at every timestep."""
    text = OWN if name == "own" else cell_text(name)[0]
    cell = Cell.parse(text, name)
    made = Problem(Network.random([cell], 2, [(3, 2)]), 4, 5, "sse")
    adjoints = made.gradients().windows[0].adjoints[0]
    sums = {quantity: target for target, quantity in sum_names(cell).items()}
    assert {*adjoints[0].named} == {*sums, *cell.shapes}
    for quantity, array in adjoints[0].named.items():
        target = sums.get(quantity, quantity)
        shape = cell.shapes[target]
        if shape in ((), ("I",), ("H",), ("O",)):
            other = nudged(text, target, shape, quantity in sums)
            start = np.zeros(array.shape if shape else ())

            def total(nudge: Array, other: Cell = other) -> float:
                layer = Layer(other, {**made.network.layers[0].parameters, "nudge": nudge})
                return made.total(Network([layer]))

            found = np.sum([adjoint.named[quantity] for adjoint in adjoints], axis=0).reshape(start.shape)
            near(found, slopes(total, start), quantity)
        else:  # the size of a nudge cannot be written as a sum of letters
            assert (name, quantity) == ("own", "y")
            assert all((adjoint.named["y"] == adjoint.y).all() for adjoint in adjoints)


@pytest.mark.parametrize("name", RECURRENT)
def test_the_later_part_is_the_gradient_by_the_state_the_rest_begins_with(name: str) -> None:
    """And what is left of the whole, without it, is what this timestep alone makes of the loss."""
    made = problem(name, "sse", 5)
    adjoints = made.gradients().windows[0].adjoints[0]
    run = run_window(made.network, made.x, 1, made.before).runs[0]
    for t, adjoint in enumerate(adjoints[:-1], 1):
        state = {part: array[t] for part, array in run.states.items()}
        rest = gradients(made.network, Sequence(made.x[t:], made.targets[t:]), initial_state=[state])
        there = made.targets[t - 1 : t]
        alone = gradients(
            made.network,
            Sequence(made.x[t - 1 : t], there),
            initial_state=[{part: array[t - 1] for part, array in run.states.items()}],
        )
        for part in state:
            near(adjoint.later[part], rest.initial_state[0][part], f"{part} later")
            near(adjoint.local[part] + adjoint.later[part], adjoint.named[part], part)
            if part == "s":
                near(adjoint.local[part], alone.windows[0].adjoints[0][0].named[part], f"{part} local")
    assert all(not array.any() for array in adjoints[-1].later.values())


@settings(max_examples=40)
@given(
    name=st.sampled_from([name for name in RECURRENT if name != "elman-relu"]),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 6)),
    layers=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_direction_at_any_size(name: str, sizes: tuple[int, int, int, int], layers: int, seed: int) -> None:
    """All parameters, inputs and states moved in a direction at once: its product with the gradient."""
    inputs, hidden, outputs, steps = sizes
    made = Problem(Network.random([name] * layers, inputs, [(hidden, outputs)]), steps, seed, "mse")
    draw, found = np.random.default_rng(seed + 1), made.gradients()

    def direction(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: draw.normal(0, 0.3, array.shape) for name, array in arrays.items()}

    by_layer = [
        (direction(la.parameters), direction(b)) for la, b in zip(made.network.layers, made.before, strict=True)
    ]
    by_x = draw.normal(0, 0.3, made.x.shape)

    def total(far: Array) -> float:
        layers = zip(made.network.layers, made.before, by_layer, strict=True)
        moved = [
            (
                {n: np.asarray(la.parameters[n] + far * d) for n, d in own.items()},
                {n: before[n] + far * d for n, d in states.items()},
            )
            for la, before, (own, states) in layers
        ]
        network = made.network.with_parameters([own for own, _ in moved])
        return made.total(network, made.x + far * by_x, tuple(states for _, states in moved))

    wanted = float(np.sum(found.x * by_x))
    for k, (own, states) in enumerate(by_layer):
        wanted += sum(float(np.sum(found.parameters[k][n] * d)) for n, d in own.items())
        wanted += sum(float(np.sum(found.initial_state[k][n] * d)) for n, d in states.items())
    assert float(slopes(total, np.zeros(()))) == pytest.approx(wanted, rel=RELATIVE, abs=1e-8)


def test_the_check_a_person_can_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds nothing, in float32 too; with a wrong slope it finds by how much, and in which parameter."""
    network = Network.random(["elman", "dense"], 2, 3)
    single = network.astype(np.dtype(np.float32))
    sequence = Sequence(np.eye(2), np.ones((2, 3)))
    assert single.dtype == np.float32
    assert largest_difference(network, sequence, "sse")[0] < 1e-8
    assert largest_difference(single, sequence, "sse")[0] < 1e-8
    tanh = OPERATIONS["tanh"]
    monkeypatch.setitem(OPERATIONS, "tanh", replace(tanh, slopes=(lambda y, z: 0 * y,)))
    wrong = Network(
        [Layer(Cell.parse(cell_text("elman")[0], "wrong"), network.layers[0].parameters), network.layers[1]]
    )
    by, where = largest_difference(wrong, sequence, "sse")
    assert 0.1 < by <= 1
    assert where.startswith("layer 1, ")


def test_float32_stays_float32() -> None:
    """And is near what float64 gives."""
    made = problem("leaky,lstm,softmax", "cross-entropy")
    single = made.network.astype(np.dtype(np.float32))
    found = gradients(single, Sequence(made.x, made.targets), made.loss, initial_state=made.before)
    exact = made.gradients()
    for few, many in zip(found.parameters, exact.parameters, strict=True):
        for name, array in few.items():
            assert array.dtype == np.float32, name
            assert array.shape == many[name].shape
            np.testing.assert_allclose(array, many[name], rtol=1e-3, atol=1e-5)
    assert found.x.dtype == np.float32
