"""The ledger as a person checks it: with a calculator, from the digits that are shown."""

from __future__ import annotations

import io
import math
import re
from decimal import Decimal

import numpy as np
import pytest
from frames import Seen, frame, seen
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from terminal import printed

from rnn_tui import Layer, Network, Run, Sequence, Simulator, load_sequence
from rnn_tui.core.cell import Cell
from rnn_tui.session.model import Focus
from rnn_tui.views.layer.ledger import ledger

NUMBER = r"-?\d+\.\d+"


def text(simulator: Simulator, display: Seen, width: int = 80, height: int = 12, t: int = 3) -> list[str]:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(ledger(frame(simulator, t, display), width, height))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().rstrip("\n").split("\n")


def simulator(cell: str, hidden: int = 3, seed: int = 0) -> Simulator:
    return Simulator(Network.random(cell, 4, hidden, seed), load_sequence("hello.txt"))


def products(lines: list[str]) -> tuple[list[Decimal], Decimal, Decimal, Decimal]:
    """What stands behind the equals signs of the terms, z, what is put into the function, and what comes out."""
    listed = [line for line in lines[1:] if ") =" not in line and " z = " not in line]
    terms = [Decimal(m[1]) for line in listed if (m := re.search(rf"= +({NUMBER})(?:    so far|$)", line))]
    total = next(Decimal(m[1]) for line in lines if (m := re.search(rf"z = +({NUMBER})", line)))
    call = next(m for line in lines if (m := re.search(rf"\w+\(({NUMBER})\) = ({NUMBER})", line)))
    return terms, total, Decimal(call[1]), Decimal(call[2])


@pytest.mark.parametrize(("hidden", "digits"), [(3, 2), (3, 5), (256, 2)])
@pytest.mark.parametrize("gate", "ifo")
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000), row=st.integers(0, 2))
def test_the_products_of_a_gate_add_up_to_z_and_sigmoid_of_z_is_the_gate(
    hidden: int, digits: int, gate: str, seed: int, row: int
) -> None:
    run = simulator("lstm", hidden, seed)
    lines = text(run, seen(digits=digits, zoom="number", focus=Focus(gate, 0, row)))
    terms, z, argument, value = products(lines)
    unit = Decimal(10) ** -(digits + 2)
    assert sum(terms) == z
    assert abs(z - argument) < unit
    assert abs(Decimal(1 / (1 + math.exp(-float(argument)))) - value) <= unit
    recorded = Decimal(float(run.at(3).values[gate][row]))
    assert abs(recorded - value) <= unit / 2
    assert len(lines) <= 12


def test_a_wide_layer_lists_the_largest_terms_and_sums_up_the_rest() -> None:
    run = simulator("lstm", 256)
    lines = text(run, seen(zoom="number", focus=Focus("f", 0, 1)))
    shown = [line for line in lines if "×" in line]
    assert re.search(r"the other 25\d sum to", "\n".join(lines))
    listed = [abs(float(re.findall(NUMBER, line)[-2])) for line in shown if "U_f" in line]
    step = run.at(3)
    every = sorted(
        (abs(float(u * s)) for u, s in zip(step.parameters["U_f"][1], step.s_prev, strict=True)), reverse=True
    )
    assert min(listed) >= every[len(listed)] - 5e-5


def test_operations_are_lit_in_the_order_computed() -> None:
    lines = text(simulator("lstm"), seen(zoom="operation", operation=2))
    assert [line[1] for line in lines[:7]] == list("✓✓▶    ")
    assert [line.split("=")[0].split()[-1] for line in lines[:7]] == ["i₃", "f₃", "g₃", "o₃", "c₃", "s₃", "y₃"]


def test_a_bracket_is_explained_below() -> None:
    lines = text(simulator("gru-reset-after"), seen(zoom="number", focus=Focus("n", 0, 1)))
    assert any("where (U_n·s₂ + c_n)[2] = the sum of" in line for line in lines)


@pytest.mark.parametrize(
    ("focus", "says"),
    [
        (Focus("W", None, 1, 2), "W[2,l] = 0.1231"),
        (Focus("W", None, 1, 2), "one and the same at every t"),
        (Focus("s", -1, 0), "computed at t = 2"),
        (Focus("x", 0, 2), "The sequence gives it"),
    ],
)
def test_what_is_given_says_where_it_is_from(focus: Focus, says: str) -> None:
    assert says in "\n".join(text(simulator("elman"), seen(zoom="number", focus=focus)))


def test_a_cell_of_ones_own_is_explained_by_its_equations_alone() -> None:
    cell = Cell.parse('equations = "y[t] = tanh(2 * x[t]) - x[t]"')
    run = Simulator(Network.random(cell, 4), load_sequence("hello.txt"))
    lines = text(run, seen(zoom="number", focus=Focus("y", 0, 2)))
    # x is (0, 0, 1, 0): y[3] = tanh(2) - 1 = 0.9640 - 1 = -0.0360
    assert "sum = -0.0360" in "\n".join(lines)
    assert any(line.strip().endswith("tanh(2.0000) = 0.9640") for line in lines)


def test_an_exponential_is_shifted_by_the_largest() -> None:
    """z = (-1, -2): the largest is -1, exp(-2 + 1) is 0.3679, and 1 / (1 + e) is 0.2689."""
    network = Network([Layer("softmax", {"W": [[-1.0], [-2.0]], "b": [0.0, 0.0]})])
    lines = text(Simulator(network, Sequence([[1.0]])), seen(zoom="number", focus=Focus("y", 0, 1)), t=1)
    told = [" ".join(line.split()) for line in lines]
    assert told[1:4] == [
        "z[1]: exp(-1.0000 + 1.0000) = 1.0000 so far 1.0000",
        "z[2]: exp(-2.0000 + 1.0000) = 0.3679 so far 1.3679",
        "sum = 1.3679 0.36788 / 1.3679 = 0.2689",  # 0.3679 / 1.3679 would be 0.2690
    ]


def test_what_is_taken_away_has_no_more_digits_than_it_needs() -> None:
    """0.25 - 0.3 * 0.3333 is 0.15."""
    cell = Cell.parse('equations = "y[t] = x[t] - a * b"\n[parameters]\na = []\nb = []\n')
    run = Simulator(Network([Layer(cell, {"a": 0.3, "b": 1 / 3})]), Sequence([[0.25]]))
    lines = text(run, seen(zoom="number", focus=Focus("y", 0, 0)), t=1)
    assert " ".join(lines[2].split()).startswith("-(a 0.3000 × b 0.3333) = -0.1000")


@settings(max_examples=40, deadline=None)
@given(
    cell=st.sampled_from(["lstm", "gru", "softmax", "jordan", "leaky", "lstm-peephole"]),
    width=st.integers(1, 130),
    height=st.integers(1, 30),
    t=st.integers(0, 5),
    zoom=st.sampled_from(["operation", "number"]),
    plain=st.booleans(),
)
def test_the_ledger_fits_whatever_room_it_has(
    cell: str, width: int, height: int, t: int, zoom: str, plain: bool
) -> None:
    run = simulator(cell)
    name = list(run.network.layers[0].cell.shapes)[-1]
    lines = text(run, seen(zoom=zoom, focus=Focus(name, 0, 1), ascii=plain), width, height, t)
    assert len(lines) <= height
    assert all(len(line) <= width for line in lines)
    assert not plain or "".join(lines).isascii()


def test_an_operation_shows_its_numbers_once_it_is_computed() -> None:
    lines = text(simulator("lstm"), seen(zoom="operation", operation=2))
    assert [len(re.findall(r" -?\d\.\d\d(?= |$)", line)) for line in lines[:7]] == [3, 3, 3, 0, 0, 0, 0]


@pytest.mark.parametrize(("t", "says"), [(1, "what the layer begins with."), (2, "computed at t = 1: go there")])
def test_the_state_that_the_first_timestep_reads_is_what_the_layer_begins_with(t: int, says: str) -> None:
    assert says in "\n".join(text(simulator("elman"), seen(zoom="number", focus=Focus("s", -1, 0)), t=t))


def test_in_four_lines_a_narrow_ledger_still_shows_a_term() -> None:
    """As at 60x20: what becomes of the sum stands beside it, not below."""
    display = Seen(zoom="number", focus=Focus("i", 0, 0, 0))
    head, term, others, foot = text(simulator("lstm"), display, width=60, height=4)
    assert head == " i₃[1] = sigmoid(z), z being the sum of"
    values = [Decimal(found[1]) for line in (term, others) if (found := re.search(rf" = +({NUMBER})", line))]
    made = re.fullmatch(rf"   z = ({NUMBER})    sigmoid\(({NUMBER})\) = ({NUMBER})", foot)
    assert made is not None
    assert "×" in term
    assert others.startswith("   the other ")
    assert sum(values) == Decimal(made[1])
    assert 1 / (1 + math.exp(-float(made[2]))) == pytest.approx(float(made[3]), abs=5e-5)


# f is sigmoid(0) = 0.5 of a c of ones, and g is tanh(0) = 0: so c is 0.5, of which tanh is 0.4621.
@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, ["where tanh(c₁)[1] = tanh(z), z = c₁[1] 0.5000,  tanh(0.5000) = 0.4621"]),
        (60, ["where tanh(c₁)[1] = tanh(z), z = c₁[1] 0.5000", "tanh(0.5000) = 0.4621"]),
        (44, ["where tanh(c₁)[1] = tanh(z), z =", "c₁[1] 0.5000", "tanh(0.5000) = 0.4621"]),
    ],
)
def test_a_function_is_not_said_to_be_what_it_is_of(width: int, lines: list[str]) -> None:
    shapes = {"W": (2, 1), "U": (2, 2), "b": (2,)}
    zeros = {f"{name}_{gate}": np.zeros(shape) for name, shape in shapes.items() for gate in "ifgo"}
    begins = {"s": np.zeros(2), "c": np.ones(2)}
    run = Run(Network([Layer("lstm", zeros)]), Sequence(np.ones((1, 1))), [begins])
    text = printed(ledger(frame(run, 1, zoom="number", focus=Focus("s", 0, 0)), width, 10))
    told = [line.strip() for line in text.split("\n")]
    first = next(place for place, line in enumerate(told) if line.startswith("where"))
    assert told[first : first + len(lines)] == lines
