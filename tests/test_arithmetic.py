"""The account of a number: its terms add up to what the run computed, its function of that is the number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui import Bidirectional, Cell, Layer, Network, Sequence, Simulator
from rnn_tui.cells import cell_names
from rnn_tui.core.arithmetic import Account, account, sources
from rnn_tui.core.equations import Name
from rnn_tui.core.step import Step

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "": lambda z: z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "relu": lambda z: max(z, 0.0),
}
RECURRENT = [name for name in cell_names() if Cell.named(name).recurrent]
JOINS = ("average", "concat", "mul", "sum")


def step_of(cell: str, seed: int) -> tuple[Cell, Step]:
    """A step at t = 3 of a random layer; a join gets two random layers to join."""
    draw = np.random.default_rng(seed)
    x = np.eye(3)[draw.integers(3, size=4)] if cell == "embedding" else draw.normal(size=(4, 3))
    if cell in JOINS:
        forward = Network.random("elman", 3, 2, seed).layers[0]
        backward = Network.random("elman:reverse", 3, 2, seed + 1).layers[0]
        network = Network([Bidirectional(forward, backward, cell)])
    else:
        network = Network.random(cell, 3, 2, seed)
    step = Simulator(network, Sequence(x)).at(3)
    return network.layers[-1].cell, step


def closes(whole: Account) -> None:
    """Terms to total, total to value, and the same for every factor that is a sum itself."""
    terms = [math.prod(f.value for f in term.factors) * (-1 if term.negative else 1) for term in whole.terms]
    if whole.kind == "softmax":
        exponentials = [math.exp(term.factors[0].value) for term in whole.terms]
        assert whole.part.value == pytest.approx(exponentials[whole.chosen] / math.fsum(exponentials), abs=1e-12)
    else:
        assert whole.total == pytest.approx(math.fsum(terms), abs=1e-12)
        assert whole.part.value == pytest.approx(FUNCTIONS[whole.function](whole.total), abs=1e-12)
    for inner in whole.inner:
        closes(inner)


@pytest.mark.parametrize("cell", cell_names())
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_every_number_of_every_cell_is_accounted_for(cell: str, seed: int) -> None:
    described, step = step_of(cell, seed)
    for name in described.shapes:
        for row, value in enumerate(step.values[name]):
            whole = account(described, step, Name(name, 0), (row,))
            assert whole.part.value == float(value)
            closes(whole)


def test_a_forget_gate_by_hand() -> None:
    """f = sigmoid(W_f . x + U_f . s + b_f) with x = (1, 2), s = 0: W_f row 1 is (0.5, -0.25), b_f 0.1.

    z = 0.5 * 1 + (-0.25) * 2 + 0.1 * 0 + 0.1 = 0.1; sigmoid(0.1) = 0.52497918747894.
    """
    parameters = {f"{kind}_{gate}": np.zeros(shape) for gate in "ifgo" for kind, shape in SHAPES.items()}
    parameters["W_f"] = np.array([[0.5, -0.25]])
    parameters["U_f"] = np.array([[0.1]])
    parameters["b_f"] = np.array([0.1])
    simulator = Simulator(Network([Layer("lstm", parameters)]), Sequence([[1.0, 2.0]]))
    whole = account(Cell.named("lstm"), simulator.at(1), Name("f", 0), (0,))
    assert [term.value for term in whole.terms] == [0.5, -0.5, 0.0, 0.1]
    assert whole.total == pytest.approx(0.1, abs=1e-15)
    assert whole.function == "sigmoid"
    assert whole.part.value == pytest.approx(0.52497918747894, abs=1e-14)


SHAPES = {"W": (1, 2), "U": (1, 1), "b": (1,)}


def test_a_difference_keeps_its_signs_and_explains_its_brackets() -> None:
    """In s = (1 - f) * s_prev + f * h the bracket has an account of its own: 1 - f."""
    cell, step = step_of("gru", 5)
    whole = account(cell, step, Name("s", 0), (1,))
    bracket = whole.inner[0]
    assert [term.value for term in bracket.terms] == [1.0, -float(step.values["z"][1])]


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        (Name("f", 0), 1, {("W_f", 1), ("x", None), ("U_f", 1), ("s", None), ("b_f", 1)}),
        (Name("c", 0), 0, {("f", 0), ("c", 0), ("i", 0), ("g", 0)}),
        (Name("s", 0), 2, {("o", 2), ("c", 2)}),
        (Name("W_f"), 0, set()),
        (Name("s", -1), 0, set()),
    ],
)
def test_the_sources_of_a_number_are_what_its_equation_reads(
    name: Name, row: int, expected: set[tuple[str, int | None]]
) -> None:
    found = sources(Cell.named("lstm"), name, row)
    assert {(pattern.name.name, pattern.row) for pattern in found} == expected


@pytest.mark.parametrize("cell", RECURRENT)
def test_what_is_given_says_so(cell: str) -> None:
    described, step = step_of(cell, 1)
    state = next(iter(described.states))
    for name in (Name("x", 0), Name(state, -1)):
        assert account(described, step, name, (0,)).kind == "given"


def test_the_numbers_that_a_function_takes_beside_are_those_that_float32_has() -> None:
    cell = Cell.parse('equations = "y[t] = hard_sigmoid(x[t] + 0, 0.2, 0.1)"')
    step = Simulator(Network([Layer(cell, {})]).astype(np.dtype(np.float32)), Sequence([[1.0]])).at(1)
    settings = account(cell, step, Name("y", 0), (0,)).settings
    assert [str(setting.expression) for setting in settings] == ["0.2", "0.1"]
    assert [setting.value for setting in settings] == [np.float32(0.2), np.float32(0.1)]


def test_a_difference_taken_away_adds_what_it_takes_away() -> None:
    """3 - (x - 1) at x = 0.5: 3 - 0.5 + 1 = 3.5; 3 - (-(x) - x): 3 + 0.5 + 0.5 = 4."""
    for right, values, total in (("3 - (x[t] - 1)", [3.0, -0.5, 1.0], 3.5), ("3 - (-x[t] - x[t])", [3, 0.5, 0.5], 4)):
        cell = Cell.parse(f'equations = "y[t] = {right}"')
        whole = account(cell, Simulator(Network([Layer(cell, {})]), Sequence([[0.5]])).at(1), Name("y", 0), (0,))
        assert [term.value for term in whole.terms] == values
        assert whole.total == whole.part.value == total


def of_own(equations: str, parameters: dict[str, list[float]], x: list[float]) -> Callable[[str, int], Account]:
    """The accounts of the first timestep of a cell whose parameters are vectors."""
    shapes = "".join(f'{name} = ["I"]\n' for name in parameters)
    cell = Cell.parse(f'equations = """\n{equations}\n"""\n[parameters]\n{shapes}', "own")
    step = Simulator(Network([Layer(cell, parameters)]), Sequence([x])).at(1)
    return lambda name, row: account(cell, step, Name(name, 0), (row,))


def test_a_quotient_by_hand() -> None:
    """y = b x / c / (c + 1) - x / 2 with x = 3, b = 4, c = 2: 12 / 2 / 3 = 2, and 1.5 taken away is 0.5."""
    whole = of_own("y[t] = b * x[t] / c / (c + 1) - x[t] / 2", {"b": [4.0], "c": [2.0]}, [3.0])("y", 0)
    assert [[part.value for part in term.factors] for term in whole.terms] == [[4, 3], [3]]
    assert [[part.value for part in term.divisors] for term in whole.terms] == [[2, 3], [2]]
    assert [term.value for term in whole.terms] == [2, -1.5]
    assert whole.total == 0.5
    (bracket,) = whole.inner
    assert ([term.value for term in bracket.terms], bracket.total) == ([2, 1], 3)


def test_what_is_divided_by_nothing_is_infinite() -> None:
    whole = of_own("y[t] = x[t] / b", {"b": [0.0]}, [-3.0])("y", 0)
    assert whole.terms[0].value == -math.inf


def test_layer_normalization_by_hand() -> None:
    """Of 1, 3, 8: mean 4, variance (9 + 1 + 16) / 3; the first number is -3 / sqrt(26 / 3 + 1e-5)."""
    whole = of_own("y[t] = layernorm(x[t])", {}, [1.0, 3.0, 8.0])("y", 0)
    assert (whole.function, whole.total) == ("layernorm", 1.0)
    assert [setting.value for setting in whole.settings] == pytest.approx([4, 26 / 3], rel=1e-15)
    assert whole.part.value == pytest.approx(-3 / math.sqrt(26 / 3 + 1e-5), rel=1e-15)
    mean, variance = whole.inner
    assert (mean.kind, [term.value for term in mean.terms], mean.total) == ("mean", [1, 3, 8], 12)
    assert [term.value for term in variance.terms] == [9, 1, 16]
    assert [[part.value for part in term.factors] for term in variance.terms] == [[-3, -3], [-1, -1], [4, 4]]
    assert (variance.kind, variance.total) == ("mean", 26)


def test_the_sources_of_a_mean_are_all_numbers() -> None:
    cell = Cell.parse('equations = """\nm[t] = mean(x[t])\ny[t] = x[t] - m[t]\n"""', "own")
    assert [(str(each.name), each.row) for each in sources(cell, Name("m", 0), 0)] == [("x[t]", None)]
