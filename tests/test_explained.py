"""Every number of every kind of cell can be explained, forwards and back, and its parts come to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from frames import frame
from odd_cells import ODD, SIZES, odd_network
from rich.text import Text

from rnn_tui import Cell, Layer, Network, Run, Sequence
from rnn_tui.cells import cell_names
from rnn_tui.core.arithmetic import Account, account
from rnn_tui.core.chain import Chain
from rnn_tui.core.directions import JOINS
from rnn_tui.core.equations import Apply, Name
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk
from rnn_tui.core.teaching import Teaching
from rnn_tui.core.tokens import chooses
from rnn_tui.session.model import Focus
from rnn_tui.stepper.selection import tables
from rnn_tui.views.page.parts import Page, part

FUNCTIONS: dict[str, Callable[..., float]] = {
    "": lambda z: z,
    "identity": lambda z: z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "relu": lambda z: max(z, 0.0),
    "softsign": lambda z: z / (1 + abs(z)),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "elu": lambda z, a: z if z > 0 else a * (math.exp(z) - 1),
    "hard_sigmoid": lambda z, a, b: min(max(a * z + b, 0.0), 1.0),
    "clip": lambda z, bound: min(max(z, -bound), bound),
    "sqrt": math.sqrt,
    "layernorm": lambda z, mean, variance: (z - mean) / math.sqrt(variance + 1e-5),
}


def networks() -> Iterator[tuple[str, Network]]:
    """One of every kind of layer there is, alone or at the end."""
    for name in cell_names():
        if name not in JOINS:
            yield name, Network.random(name, 3, [(3, 2)] if name == "lstm-projection" else 2, 5)
            yield f"{name} 1x1", Network.random(name, 1, 1, 5)
    yield "reverse", Network.random("lstm:reverse", 3, 2, 5)
    for join in JOINS:
        yield join, Network.random([f"gru:{join}"], 3, 2, 5)
    for name in ODD:
        yield name, odd_network(name, {"I": 2, "H": 2} if "square" in name else SIZES)
        yield f"{name} 1x1", odd_network(name, {"I": 1, "H": 1})
    yield "float32", Network.random("lstm", 3, 2, 5).astype(np.dtype(np.float32))


NETWORKS = dict(networks())


def taught(walk: Walk) -> Teaching:
    """What learning adds to a walk."""
    assert walk.teaching is not None
    return walk.teaching


def learning(network: Network) -> Walk:
    """The network learning three timesteps at once, none of its numbers special."""
    draw = np.random.default_rng(1)
    width = network.layers[0].input_size or 2
    x = np.eye(width)[draw.integers(width, size=3)] + draw.normal(0, 0.1, (3, width))
    if chooses(network.layers[0].cell):
        x = np.eye(width)[draw.integers(width, size=3)]
    outputs = Run(network, Sequence(x)).walk().at(1).y.shape[0]
    return Run(network, Sequence(x, draw.normal(size=(3, outputs))), learning=Learning("sse", truncate=0)).walk()


def closes(whole: Account, near: float) -> None:
    """Terms to total, total to value, and the same for every factor that is a sum itself."""
    products = [
        math.prod(f.value for f in term.factors)
        / math.prod(f.value for f in term.divisors)
        * (-1 if term.negative else 1)
        for term in whole.terms
    ]
    if whole.kind == "softmax":
        powers = [math.exp(term.factors[0].value) for term in whole.terms]
        assert whole.part.value == pytest.approx(powers[whole.chosen] / math.fsum(powers), abs=near)
    elif whole.kind == "mean":
        assert whole.total == pytest.approx(math.fsum(products), abs=near)
        assert whole.part.value == pytest.approx(math.fsum(products) / len(products), abs=near)
    else:
        assert whole.total == pytest.approx(math.fsum(products), abs=near)
        assert whole.part.value == pytest.approx(
            FUNCTIONS[whole.function](whole.total, *(setting.value for setting in whole.settings)), abs=near
        )
    for inner in whole.inner:
        closes(inner, near)


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_account_of_every_number_closes(kind: str) -> None:
    network = NETWORKS[kind]
    near = 1e-6 if network.dtype == np.float32 else 1e-12
    walk = learning(network)
    for index, layer in enumerate(network.layers):
        step = walk.at(2).layers[index]
        for name in layer.cell.shapes:
            for row, value in enumerate(step.values[name]):
                whole = account(layer.cell, step, Name(name, 0), (row,))
                assert whole.part.value == float(value)
                closes(whole, near)
        for name, array in layer.parameters.items():
            for place in np.ndindex(array.shape):
                assert account(layer.cell, step, Name(name), place).part.value == float(array[place])


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("t", [1, 2, 3])
def test_the_chain_rule_products_of_every_number_come_to_its_gradient(kind: str, t: int) -> None:
    network = NETWORKS[kind]
    near = 1e-5 if network.dtype == np.float32 else 1e-12
    walk = learning(network)
    for index, layer in enumerate(network.layers):
        adjoint = taught(walk).adjoint(index, t)
        chain = Chain(taught(walk).update_at(t).window.moment(index, t), adjoint)
        wanted = {Name(name): array for name, array in adjoint.parameters.items()}
        wanted |= {Name(name, 0): array for name, array in {**adjoint.inputs, **adjoint.local}.items()}
        wanted |= {Name(name, -1): array for name, array in adjoint.state_prev.items()}
        if "y" in layer.cell.states:
            wanted[Name("y", 0)] = adjoint.local["y"] - adjoint.y
        for name in set(layer.cell.shapes) - set(layer.cell.states):
            from_above = adjoint.y if name == "y" else np.zeros_like(adjoint.named[name])
            wanted[Name(name, 0)] = adjoint.named[name] - from_above
        for what, gradients in wanted.items():
            for place in np.ndindex(np.shape(gradients)):
                links = chain.links(what, place)
                assert math.fsum(link.value for link in links) == pytest.approx(float(gradients[place]), abs=near)
                for link in links:
                    product = math.prod([factor.value for factor in link.factors], start=link.of[-1])
                    assert link.value == pytest.approx(product, abs=near)


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("back", [False, True])
def test_every_number_on_the_screen_can_be_looked_into(kind: str, back: bool) -> None:
    walk = learning(NETWORKS[kind])
    looked, told = 0, 0
    for layer in range(1, len(walk.network.layers) + 1):
        at = {"layer": layer, "back": back, "zoom": "number"}
        for table in tables(frame(walk, 2, at)):
            for row, column in np.ndindex(table.rows, table.columns):
                focus = Focus(table.name, table.offset, row, column)
                page = Page(frame(walk, 2, at, focus=focus))
                written = part("ledger", page, 100, 30)
                assert isinstance(written, Text)
                assert " = " in written.plain or "nothing at this t reads it" in written.plain
                looked, told = looked + 1, told + (" = " in written.plain)
    assert looked >= told >= 2


def test_the_sign_of_a_difference_stands_in_the_chain() -> None:
    """s = tanh(W x - s_prev), W = 0, x = 1, s_prev = 0: dL/ds_prev = -1 * (1 - 0) * dL/ds."""
    cell = Cell.parse(
        "equations = '''\ns[t] = tanh(W @ x[t] - s[t-1])\ny[t] = s[t]\n'''\n"
        '[parameters]\nW = ["H", "I"]\n[state]\ns = ["H"]\n'
    )
    network = Network([Layer(cell, {"W": [[0.0]]})])
    walk = Run(network, Sequence([[1.0]], [[1.0]]), learning=Learning("sse", truncate=0)).walk()
    chain = Chain(taught(walk).update_at(1).window.moment(0, 1), taught(walk).adjoint(0, 1))
    (link,) = chain.links(Name("s", -1), (0,))
    assert [factor.value for factor in link.factors] == [-1.0]
    assert link.of == ("z", (0,), -2.0)  # the slope of (y - 1)^2 at y = 0, through tanh' = 1
    assert link.value == 2.0


def test_a_slope_of_zero_is_a_product_too() -> None:
    """y = relu(s) with s = -1 * 1 against -1: dL/ds = 0 * 2 (0 + 1)."""
    cell = Cell.parse(
        "equations = '''\ns[t] = W @ x[t] + 0 * s[t-1]\ny[t] = relu(s[t])\n'''\n"
        '[parameters]\nW = ["H", "I"]\n[state]\ns = ["H"]\n'
    )
    walk = Run(Network([Layer(cell, {"W": [[-1.0]]})]), Sequence([[1.0]], [[-1.0]]), learning=Learning("sse", 0)).walk()
    chain = Chain(taught(walk).update_at(1).window.moment(0, 1), taught(walk).adjoint(0, 1))
    (link,) = chain.links(Name("s", 0), (0,))
    assert [factor.value for factor in link.factors] == [0.0]
    assert (link.of, link.value) == (("y", (0,), 2.0), 0.0)


def test_the_sum_inside_a_single_number_is_a_single_number() -> None:
    """k = tanh(g * g) has no row, and so has what tanh is taken of."""
    network = NETWORKS["a scalar alone 1x1"]
    cell = network.layers[0].cell
    moment = taught(learning(network)).update_at(2).window.moment(0, 2)
    squashed = cell.equations[0].expression
    assert isinstance(squashed, Apply)
    assert moment.value(squashed.operands[0]).shape == moment.value(squashed).shape == ()
