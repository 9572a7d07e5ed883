"""The plan computes what the equations say, and the same bits on every way to a timestep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from bits import bits
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from textbook import timestep

from rnn_tui import Cell, Network, Sequence, Simulator
from rnn_tui.cells import cell_names
from rnn_tui.core.calls import Block
from rnn_tui.core.plan import plan_of
from rnn_tui.core.runner import Runner
from rnn_tui.core.shapes import size_of
from rnn_tui.core.tape import Tape

Array = NDArray[Any]
SINGLE = [name for name in cell_names() if len(Cell.named(name).inputs) == 1]


def made(cell: Cell, sizes: dict[str, int], seed: int, dtype: type) -> tuple[dict[str, Array], ...]:
    """Random parameters, inputs for 7 timesteps, and a random state before them."""
    generator = np.random.default_rng(seed)

    def array(*shape: int) -> Array:
        return generator.normal(size=shape).astype(dtype)

    parameters = {
        name: array(*(size_of(letter, sizes) or 0 for letter in shape)) for name, shape in cell.parameters.items()
    }
    inputs = {name: array(7, size_of(shape[0], sizes) or 0) for name, shape in cell.inputs.items()}
    state = {name: array(size_of(shape[0], sizes) or 0) for name, shape in cell.states.items()}
    return parameters, inputs, state


@pytest.mark.parametrize("name", cell_names())
@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    sizes=st.fixed_dictionaries({letter: st.integers(1, 9) for letter in "IHOJ"}),
)
def test_a_plan_gives_what_the_equations_say(name: str, seed: int, sizes: dict[str, int]) -> None:
    cell = Cell.named(name)
    parameters, inputs, state = made(cell, sizes, seed, np.float64)
    run = Runner(plan_of(cell), parameters, sizes, np.dtype(np.float64)).run(inputs, state)
    for t in range(7):
        values = timestep(cell, parameters, {k: v[t] for k, v in inputs.items()}, state)
        for quantity, expected in values.items():
            np.testing.assert_allclose(run.named[quantity][t], expected, rtol=1e-11, atol=1e-11)
        state = {k: values[k] for k in state}


@pytest.mark.parametrize("name", cell_names())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), hidden=st.integers(1, 40), cut=st.integers(1, 6))
def test_a_run_in_one_piece_and_in_two_pieces_has_the_same_states(
    name: str, dtype: type, seed: int, hidden: int, cut: int
) -> None:
    cell, sizes = Cell.named(name), {"I": 3, "J": 2, "H": hidden, "O": 2}
    parameters, inputs, state = made(cell, sizes, seed, dtype)
    runner = Runner(plan_of(cell), parameters, sizes, np.dtype(dtype))
    whole = runner.run(inputs, state)
    assert all(array.dtype == dtype and not array.flags.writeable for array in whole.named.values())
    first = runner.run({k: v[:cut] for k, v in inputs.items()}, state)
    second = runner.run({k: v[cut:] for k, v in inputs.items()}, {k: v[-1] for k, v in first.states.items()})
    for quantity in whole.states:
        np.testing.assert_allclose(whole.states[quantity][cut:], second.states[quantity], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), hidden=st.integers(1, 12), visits=st.lists(st.integers(1, 700), max_size=12))
def test_every_way_to_a_timestep_finds_the_same_bits(name: str, seed: int, hidden: int, visits: list[int]) -> None:
    draw = np.random.default_rng(seed)
    x = np.eye(3)[draw.integers(3, size=700)] if name == "embedding" else draw.normal(size=(700, 3))
    network = Network.random([name, "softmax"], 3, hidden, seed)
    straight = Simulator(network, Sequence(x))
    steps = [straight.at(t) for t in range(1, 701)]
    jumping = Simulator(network, Sequence(x))
    for t in [*visits, 700, 1]:
        assert bits(jumping.seek(t)) == bits(steps[t - 1])


def test_the_gates_of_an_lstm_are_one_product_and_one_sum() -> None:
    plan = plan_of(Cell.named("lstm"))
    blocks = [call for call in plan.during if isinstance(call, Block)]
    assert [(block.kind, len(block.parts)) for block in blocks] == [("product", 4), ("sum", 4), ("activation", 3)]


def test_what_no_state_needs_is_out_of_the_loop() -> None:
    """y = V . s is read by no equation of a state; the hidden layer of a Jordan network is."""
    cell = Cell.parse(
        'equations = """\ns[t] = tanh(W @ x[t] + U @ s[t-1])\ny[t] = sigmoid(V @ s[t])\n"""\n'
        '[parameters]\nW = ["H", "I"]\nU = ["H", "H"]\nV = ["O", "H"]\n[state]\ns = ["H"]\n'
    )
    assert len(plan_of(cell).after) == 2
    assert plan_of(Cell.named("jordan")).after == ()


def test_a_long_run_keeps_a_bounded_number_of_chunks() -> None:
    simulator = Simulator(Network.random("elman", 2), Sequence(np.zeros((20_000, 2))))
    simulator.at(20_000)
    assert simulator.walk.ready == 20_000
    assert isinstance(simulator.walk.tape, Tape)
    assert len(simulator.walk.tape._kept) <= 8
