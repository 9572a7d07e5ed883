"""Calls that are made again, arrays in larger pieces, and parameters side by side in one vector."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from oracles import Array

from rnn_tui import Network
from rnn_tui.core.layout import Layout
from rnn_tui.core.routine import CACHE_LINE, LARGE, PIECE, Room, Routine, adjoining, aligned

DOUBLE = np.dtype(np.float64)


def test_calls_are_made_at_once_and_again_in_their_order() -> None:
    routine, a, b = Routine(), np.array([1.0, 2.0]), np.zeros(2)
    routine.do(np.multiply, a, 10.0, b)
    c = routine.made(DOUBLE, np.add, b, 1.0)
    d = routine.made(DOUBLE, lambda array: array.sum() + 0.5, c)
    part = routine.made(DOUBLE, lambda array: array[1:], c)
    assert (b.tolist(), c.tolist(), float(d), part.tolist()) == ([10, 20], [11, 21], 32.5, [21])
    a[:] = [3, 4]
    routine.again()
    assert (b.tolist(), c.tolist(), float(d), part.tolist()) == ([30, 40], [31, 41], 72.5, [41])


@pytest.mark.parametrize("length", [0, 1, 4])
def test_a_loop_calls_all_functions_at_a_timestep_before_any_at_the_next(length: int) -> None:
    """s_k = 2 s_(k-1) + x_k."""
    x, s, doubled = np.arange(1.0, length + 1)[:, None], np.zeros((length + 1, 1)), np.zeros(1)
    s[0] = 1
    routine = Routine()
    instructions = [
        (np.multiply, (list(s)[:-1], [np.full(1, 2.0)] * length, [doubled] * length)),
        (np.add, ([doubled] * length, list(x), list(s)[1:])),
    ]
    routine.loop(instructions, length)
    wanted = [1.0, 3, 8, 19, 42][: length + 1]
    assert s.ravel().tolist() == wanted
    x[...], s[0] = 0, 1
    routine.again()
    assert s.ravel().tolist() == [2.0**k for k in range(length + 1)]


def test_what_a_routine_makes_has_the_type_that_is_asked_for() -> None:
    made = Routine().made(np.dtype(np.float32), lambda z: z > 0, np.array([1.0, -1.0]))
    assert made.dtype == np.float32
    assert made.tolist() == [1, 0]


def test_large_arrays_lie_in_pieces_and_none_upon_another() -> None:
    room = Room()
    shapes = [(LARGE // 8, 1), (3,), (LARGE, 1), (PIECE // 8, 2), (LARGE // 8 + 1, 1), (LARGE // 4, 3)]
    arrays = [room.array(shape, DOUBLE) for shape in shapes]
    assert [array.shape for array in arrays] == shapes
    assert not any(np.may_share_memory(one, two) for one, two in combinations(arrays, 2))
    for array in arrays:
        if array.nbytes >= LARGE:
            assert array.ctypes.data % CACHE_LINE == 0
        array[...] = len(array)
    assert all((array == len(array)).all() for array in arrays)
    assert aligned((5, 7), DOUBLE).ctypes.data % CACHE_LINE == 0


def test_matrices_that_lie_one_under_the_other_are_one() -> None:
    vector = np.arange(60.0)
    one, two, three = vector[:12].reshape(3, 4), vector[12:20].reshape(2, 4), vector[24:28].reshape(1, 4)
    whole = adjoining([one, two])
    assert whole is not None
    assert whole.tolist() == vector[:20].reshape(5, 4).tolist()
    two[0, 0] = -1
    assert whole[3, 0] == -1
    assert adjoining([two, one]) is None
    assert adjoining([one, three]) is None
    assert adjoining([one.copy(), two]) is None
    assert adjoining([one[:, :2], two]) is None
    one.flags.writeable = False
    read = adjoining([one, two])
    assert read is not None
    assert not read.flags.writeable


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "cells", ["elman", "lstm-peephole,softmax", "gru-reset-after:concat,leaky,dense", "embedding,gru"]
)
def test_a_vector_has_all_parameters_of_a_network(cells: str, dtype: type) -> None:
    network = Network.random(cells.split(","), 3, 4, 1, 2).astype(np.dtype(dtype))
    layout = Layout(network)
    vector = layout.vector(network)
    again = layout.network(vector)
    seen: list[Array] = []
    for one, two in zip(network.layers, again.layers, strict=True):
        assert {name: a.tobytes() for name, a in one.parameters.items()} == {
            n: a.tobytes() for n, a in two.parameters.items()
        }
        seen += two.parameters.values()
    assert not any(np.may_share_memory(one, two) for one, two in combinations(seen, 2))
    assert float(np.abs(vector).sum()) == pytest.approx(sum(float(np.abs(array).sum()) for array in seen), rel=1e-5)
    vector[...] = 0
    assert not any(array.any() for array in seen)


def test_the_matrices_of_all_gates_lie_as_their_product_takes_them() -> None:
    network = Network.random("lstm", 3, 4)
    layout = Layout(network)
    (views,) = layout.views(layout.room())
    for letter in "WU":
        orders = [adjoining([views[f"{letter}_{gate}"] for gate in gates]) for gates in ("ifgo", "ifog")]
        assert [order is not None for order in orders] == ([True, False] if letter == "W" else [False, True])
