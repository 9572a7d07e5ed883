"""The simulator: right by hand and by a plain loop, the same bits by every road, and a tape that cannot be bent."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnn_tui import (
    Cell,
    CellError,
    InputError,
    Layer,
    Network,
    RangeError,
    Sequence,
    Simulator,
    Step,
    load_sequence,
)
from rnn_tui.files.samples import sample_names

Array = NDArray[Any]
W = [[1, 0, 0, 0], [0, 1, 0, 1], [2, 0, 0, -1]]
U = [[0.5, 0, 0], [0, 0, 1], [0, -1, 0]]
b = [0, 0.1, -0.2]


def picture() -> Simulator:
    """Four inputs and three outputs, as in the seed's pictures, with numbers that one can work by hand."""
    return Simulator(Network([Layer("elman", {"W": W, "U": U, "b": b})]), load_sequence("seed-picture.csv"))


def random_simulator(cells: str = "elman,dense", sample: str = "hello.txt", seed: int = 0) -> Simulator:
    sequence = load_sequence(sample)
    return Simulator(Network.random(cells.split(","), sequence.input_size, 3, seed), sequence)


def bits(step: Step) -> list[tuple[int, str, bytes]]:
    """All that the step and the layers below it hold, to the bit."""
    return [
        (layer.t, name, array.tobytes())
        for layer in step.layers
        for name, array in {
            "x": layer.x,
            "y": layer.y,
            **{f"{name}[t-1]": array for name, array in layer.state_prev.items()},
            **{f"{name}[t]": array for name, array in layer.state.items()},
            **layer.values,
        }.items()
    ]


def test_the_second_timestep_by_hand() -> None:
    # x1 = (0.5, -0.2, 0.1, 0.8), s0 = 0:
    #   row 1:  1 * 0.5                 + 0.0 =  0.5
    #   row 2:  1 * -0.2 + 1 * 0.8      + 0.1 =  0.7
    #   row 3:  2 * 0.5 - 1 * 0.8       - 0.2 =  0.0
    s1 = [math.tanh(0.5), math.tanh(0.7), 0.0]
    # x2 = (0.1, 0.4, -0.6, 0.2):
    #   row 1:  1 * 0.1                 + 0.5 * s1[1]  + 0.0
    #   row 2:  1 * 0.4 + 1 * 0.2 = 0.6 + 1 * s1[3]    + 0.1 = 0.7, as s1[3] = 0
    #   row 3:  2 * 0.1 - 1 * 0.2 = 0   - 1 * s1[2]    - 0.2
    z2 = [0.1 + 0.5 * math.tanh(0.5), 0.7, -math.tanh(0.7) - 0.2]
    step = picture().seek(2)
    assert step.x.tolist() == [0.1, 0.4, -0.6, 0.2]
    assert step.s_prev == pytest.approx(s1, abs=1e-15)
    assert step.values["z"] == pytest.approx(z2, abs=1e-15)
    assert step.s == pytest.approx([math.tanh(z) for z in z2], abs=1e-15)
    assert step.y.tolist() == step.s.tolist()
    assert (step.t, step.layer, step.label) == (2, 1, "")


def plain_loop(cell: str, parameters: dict[str, Array], xs: Array) -> list[Array]:
    """y at every t, from the formulas alone."""
    p, ys = parameters, []
    s = np.zeros(len(p["c"] if cell == "jordan" else p["b"]))
    for x in xs:
        if cell == "elman":
            s = np.tanh(p["W"] @ x + p["U"] @ s + p["b"])
        elif cell == "jordan":
            s = p["V"] @ np.tanh(p["W"] @ x + p["U"] @ s + p["b"]) + p["c"]
        ys.append(p["W"] @ x + p["b"] if cell == "dense" else s)
    return ys


@pytest.mark.parametrize("cell", ["elman", "jordan", "dense"])
@pytest.mark.parametrize("sample", sample_names())
def test_a_plain_loop_agrees_on_every_sample(sample: str, cell: str) -> None:
    simulator = random_simulator(cell, sample, seed=7)
    parameters = dict(simulator.network.layers[0].parameters)
    expected = plain_loop(cell, parameters, simulator.sequence.x)
    assert len(expected) == len(simulator)
    for t, y in enumerate(expected, 1):
        np.testing.assert_allclose(simulator.at(t).y, y, rtol=0, atol=1e-12)


moves = st.lists(st.sampled_from(["step", "back", "reset"]) | st.integers(-1, 6), max_size=30)


@given(moves=moves)
def test_every_road_to_a_timestep_finds_the_same_bits(moves: list[str | int]) -> None:
    straight = random_simulator()
    tape = [bits(straight.seek(0)), *(bits(straight.step()) for _ in range(len(straight)))]
    walker, t = random_simulator(), 0
    for move in moves:
        wanted = {"step": t + 1, "back": t - 1, "reset": 0}[move] if isinstance(move, str) else move
        road = getattr(walker, move) if isinstance(move, str) else partial(walker.seek, move)
        if 0 <= wanted <= len(straight):
            t = wanted
            assert bits(road()) == tape[t]
        else:
            with pytest.raises(RangeError):
                road()
        assert walker.t == t


def test_looking_elsewhere_leaves_the_cursor() -> None:
    simulator = picture()
    simulator.seek(2)
    assert simulator.at(4).t == 4
    assert simulator.t == 2


@pytest.mark.parametrize("t", [-1, 6, 99])
def test_outside_the_sequence_there_is_nothing(t: int) -> None:
    simulator = picture()
    simulator.seek(3)
    with pytest.raises(RangeError) as caught:
        simulator.seek(t)
    assert str(caught.value) == f"t = {t}: the sequence has timesteps 1 to 5; 0 is before the first"
    assert simulator.t == 3


def test_neither_end_is_stepped_over() -> None:
    simulator = picture()
    with pytest.raises(RangeError):
        simulator.back()
    simulator.seek(5)
    with pytest.raises(RangeError):
        simulator.step()
    assert simulator.t == 5


def test_before_the_first_sample_there_is_only_the_state() -> None:
    step = picture().at(0)
    assert (step.t, step.label, step.x.size, step.y.size, dict(step.values)) == (0, "", 0, 0, {})
    assert step.s.tolist() == [0, 0, 0]
    assert step.s_prev.size == 0
    assert step.parameters["U"].tolist() == U


def test_labels_and_rows_are_those_of_t() -> None:
    simulator = random_simulator()
    assert [simulator.at(t).label for t in range(6)] == ["", *"hello"]
    for t in range(1, 6):
        assert simulator.at(t).layers[0].x.tolist() == simulator.sequence.x[t - 1].tolist()


def test_the_state_before_is_the_state_after_the_step_before() -> None:
    simulator = random_simulator("elman,jordan", "sine.csv")
    for t in range(1, len(simulator) + 1):
        for now, before in zip(simulator.at(t).layers, simulator.at(t - 1).layers, strict=True):
            assert now.s_prev.tobytes() == before.s.tobytes()


def test_a_given_initial_state_is_where_it_begins() -> None:
    # z1 without a state is (0.5, 0.7, 0); U adds (0.5 * 2, 1 * 4, -1 * 3)
    network = picture().network
    simulator = Simulator(network, load_sequence("seed-picture.csv"), [{"s": [2, 3, 4]}])
    assert simulator.at(0).s.tolist() == simulator.at(1).s_prev.tolist() == [2, 3, 4]
    assert simulator.at(1).s == pytest.approx([math.tanh(1.5), math.tanh(4.7), math.tanh(-3)], abs=1e-15)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([{"s": [1, 2]}], "initial state, layer 1: s has shape (2,); (3,) is needed"),
        ([{"c": [1, 2, 3]}], "initial state, layer 1: elman has no state c; it has s"),
        ([{}, {"s": [1, 2, 3]}], "initial state, layer 2: dense has no state s; it has none"),
        ([{}, {}, {}], "initial state: there are 3 initial states; the network has 2 layers"),
    ],
)
def test_an_initial_state_that_does_not_fit(given: list[dict[str, list[int]]], sentence: str) -> None:
    simulator = random_simulator()
    with pytest.raises(CellError) as caught:
        Simulator(simulator.network, simulator.sequence, given)
    assert str(caught.value) == sentence


def test_a_sequence_of_another_width_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Simulator(picture().network, load_sequence("sine.csv"))
    assert str(caught.value) == "sine.csv: x has 1 columns; elman takes 4 inputs"


def test_each_layer_reads_what_the_one_below_gives() -> None:
    step = random_simulator("elman,jordan,dense").seek(3)
    assert [layer.layer for layer in step.layers] == [1, 2, 3]
    assert step.layers[2] is step
    for below, above in zip(step.layers, step.layers[1:], strict=False):
        assert below.y.tobytes() == above.x.tobytes()


def test_single_precision_all_the_way() -> None:
    parameters = {name: np.array(value, np.float32) for name, value in (("W", W), ("U", U), ("b", b))}
    sequence = load_sequence("seed-picture.csv")
    simulator = Simulator(Network([Layer("elman", parameters)]), sequence, [{"s": np.ones(3)}])
    for t in range(len(simulator) + 1):
        step = simulator.at(t)
        arrays = [*step.values.values(), *step.state.values(), *step.state_prev.values()]
        assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert simulator.at(5).y == pytest.approx(
        Simulator(picture().network, sequence, [{"s": np.ones(3)}]).at(5).y, abs=1e-6
    )


def test_nothing_on_the_tape_can_be_changed() -> None:
    given = np.array(W, float)
    network = Network([Layer("elman", {"W": given, "U": U, "b": b}), Layer("dense", {"W": [[1, 1, 1]], "b": [0]})])
    simulator = Simulator(network, load_sequence("seed-picture.csv"))
    step = simulator.seek(1)
    given[:] = 0  # the caller's array is the caller's
    simulator.reset()
    assert bits(simulator.seek(1)) == bits(step)
    for layer in step.layers:
        arrays = [layer.x, layer.y, *layer.state.values(), *layer.state_prev.values(), *layer.values.values()]
        for array in [*arrays, *layer.parameters.values(), simulator.sequence.x]:
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 1


def test_a_state_as_wide_as_x_without_any_parameter() -> None:
    # s_t = 0.5 s_(t-1) + x_t by hand for x = (1, 0), (0, 4), (2, 0)
    cell = Cell.parse('equations = """\ns[t] = 0.5 * s[t-1] + x[t]\ny[t] = s[t]\n"""\n[state]\ns = ["I"]')
    simulator = Simulator(Network.random(cell, 2), Sequence([[1, 0], [0, 4], [2, 0]]))
    assert [simulator.at(t).s.tolist() for t in range(4)] == [[0, 0], [1, 0], [0.5, 4], [2.25, 2]]
    assert simulator.at(1).s_prev.tolist() == [0, 0]


def test_not_a_number_is_shown_and_stays_where_it_is() -> None:
    simulator = Simulator(picture().network, Sequence([[0, 0, 0, 0], [math.inf, 0, math.nan, 0], [0, 0, 0, 0]]))
    finite = [simulator.at(t).finite for t in range(4)]
    assert finite == [True, True, False, False]
    assert np.isnan(simulator.at(2).s).all()  # 0 * nan is nan in every row


def test_what_overflowed_below_is_not_hidden_by_a_layer_above() -> None:
    squash = Layer(Cell.parse('equations = "y[t] = tanh(x[t])"'), {})
    simulator = Simulator(Network([Layer("dense", {"W": [[1e308]], "b": [0]}), squash]), Sequence([[1], [10]]))
    assert simulator.at(2).y.tolist() == [1]  # tanh of infinity
    assert [simulator.at(t).finite for t in (1, 2)] == [True, False]
