"""Operations: values worked by hand or by the math module, steady far out, honest about what is no number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.core.operations import OPERATIONS, Shape, ShapeMismatch

SETTINGS: dict[str, tuple[float, ...]] = {"elu": (1.0,), "hard_sigmoid": (0.2, 0.5), "clip": (3.0,)}
"""What follows the first operand, where an activation takes more than one."""
ACTIVATIONS = [name for name, operation in OPERATIONS.items() if operation.kind == "activation"]


def apply(name: str, z: Any, dtype: type[np.floating[Any]] = np.float64) -> Any:
    return OPERATIONS[name].apply(np.asarray(z, dtype), *SETTINGS.get(name, ()))


FORMULAS: dict[str, Callable[[float], float]] = {
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "relu": lambda z: max(0.0, z),
    "identity": lambda z: z,
    "softsign": lambda z: z / (1 + abs(z)),
    "softplus": lambda z: math.log(1 + math.exp(z)),
    "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "hard_sigmoid": lambda z: min(1.0, max(0.0, 0.2 * z + 0.5)),
    "clip": lambda z: min(3.0, max(-3.0, z)),
    "sqrt": lambda z: math.sqrt(z) if z >= 0 else math.nan,
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
@given(z=st.floats(-30, 30))
def test_an_activation_is_its_formula(name: str, z: float) -> None:
    assert apply(name, [z]) == pytest.approx([FORMULAS[name](z)], rel=1e-12, abs=1e-13, nan_ok=name == "sqrt")


def test_every_activation_has_a_formula_here() -> None:
    assert {*FORMULAS, "softmax", "layernorm"} == set(ACTIVATIONS)


def test_softmax_by_hand() -> None:
    # exp(0) = 1, exp(ln 3) = 3, exp(ln 4) = 4; they sum to 8
    assert apply("softmax", [0, math.log(3), math.log(4)]) == pytest.approx([1 / 8, 3 / 8, 4 / 8], rel=1e-15)


def test_layer_normalization_by_hand() -> None:
    # 1, 3, 8: the mean is 4, the variance (9 + 1 + 16) / 3
    scale = math.sqrt(26 / 3 + 1e-5)
    assert apply("layernorm", [1, 3, 8]) == pytest.approx([-3 / scale, -1 / scale, 4 / scale], rel=1e-15)
    assert apply("layernorm", [5, 5]).tolist() == [0, 0]
    assert apply("layernorm", [[1, 3, 8], [8, 1, 3]])[1] == pytest.approx([4 / scale, -3 / scale, -1 / scale])


def test_a_mean_is_one_number_and_of_many_vectors_one_each() -> None:
    assert apply("mean", [1, 3, 8]).shape == ()
    assert apply("mean", [1, 3, 8]) == 4
    assert apply("mean", [[1, 3], [5, 9]]).tolist() == [[2], [7]]


@given(z=st.lists(st.floats(-1000, 1000), min_size=1, max_size=6))
def test_softmax_is_a_distribution_wherever_it_is(z: list[float]) -> None:
    p = apply("softmax", z)
    assert p.sum() == pytest.approx(1, rel=1e-12)
    assert (p >= 0).all()
    assert p[int(np.argmax(z))] == p.max()


@pytest.mark.parametrize(
    ("name", "z", "expected"),
    [
        ("tanh", [1000, -1000], [1, -1]),
        ("sigmoid", [1000, -1000, 0], [1, 0, 0.5]),
        ("sigmoid", [709.9, -709.9], [1, math.exp(-709.9)]),
        ("softmax", [1000, 1000], [0.5, 0.5]),
        ("softmax", [1000, -1000], [1, 0]),
        ("softmax", [-1000, -1000], [0.5, 0.5]),
        ("relu", [1000, -1000], [1000, 0]),
        ("softplus", [1000, -1000], [1000, 0]),
        ("softsign", [1000, -1000], [1000 / 1001, -1000 / 1001]),
        ("elu", [1000, -1000], [1000, -1]),
        ("hard_sigmoid", [1000, -1000], [1, 0]),
        ("clip", [1000, -1000], [3, -3]),
        ("sqrt", [1e300, 0], [1e150, 0]),
        ("layernorm", [1e150, -1e150], [1, -1]),
    ],
)
def test_far_out_nothing_overflows(name: str, z: list[float], expected: list[float]) -> None:
    # a RuntimeWarning would be an error: pyproject.toml makes it one
    assert apply(name, z) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_not_a_number_stays_not_a_number(name: str) -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(apply(name, [math.nan, 1.0])[0])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_single_precision_stays_single(name: str) -> None:
    assert apply(name, [0.5, -0.5], np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("@", ([[1, 2, 3], [4, 5, 6]], [1, 0, -1]), [-2, -2]),  # 1 - 3, 4 - 6
        ("+", ([1, 2], [10, 20]), [11, 22]),
        ("-", ([1, 2], [10, 20]), [-9, -18]),
        ("*", ([1, 2], [10, 20]), [10, 40]),
        ("/", ([1, 2], [4, -8]), [0.25, -0.25]),
        ("/", ([1, 2], 4), [0.25, 0.5]),
        ("negative", ([1, -2],), [-1, 2]),
        ("concat", ([1, 2], [3]), [1, 2, 3]),
        ("row", ([[1, 2], [3, 4], [5, 6]], [0, 1, 0]), [3, 4]),
    ],
)
def test_arithmetic_by_hand(name: str, operands: tuple[Any, ...], expected: list[float]) -> None:
    result = OPERATIONS[name].apply(*(np.array(operand, float) for operand in operands))
    assert result.tolist() == expected


@pytest.mark.parametrize(
    ("name", "shapes", "result"),
    [
        ("@", (("H", "I"), ("I",)), ("H",)),
        ("@", ((3, 4), (4,)), (3,)),
        ("+", (("H",), ("H",)), ("H",)),
        ("*", ((), ("H", "I")), ("H", "I")),
        ("*", (("H",), ()), ("H",)),
        ("-", ((), ()), ()),
        ("/", ((), ("H",)), ("H",)),
        ("mean", (("H",),), ()),
        ("sqrt", (("H", "I"),), ("H", "I")),
        ("layernorm", (("H+I",),), ("H+I",)),
        ("tanh", (("H", "I"),), ("H", "I")),
        ("softmax", (("O",),), ("O",)),
        ("clip", (("H",), ()), ("H",)),
        ("concat", ((2,), (3,)), (5,)),
        ("row", (("I", "O"), ("I",)), ("O",)),
    ],
)
def test_shapes_that_fit(name: str, shapes: tuple[Shape, ...], result: Shape) -> None:
    assert OPERATIONS[name].shape(*shapes) == result


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("@", (("H", "I"), ("H",))),
        ("@", (("H",), ("H",))),
        ("@", (("H", "I"), ("I", "O"))),
        ("@", ((), ("I",))),
        ("+", (("H",), ("I",))),
        ("+", ((3,), (1,))),  # NumPy would stretch the 1
        ("*", (("H", "I"), ("I",))),
        ("softmax", (("H", "I"),)),
        ("softmax", ((),)),
        ("mean", (("H", "I"),)),
        ("mean", ((),)),
        ("layernorm", ((),)),
        ("/", (("H",), ("I",))),
        ("clip", (("H",), ("H",))),
        ("concat", (("H",), ())),
        ("row", (("I", "O"), ("O",))),
    ],
)
def test_nothing_is_broadcast_but_a_single_number(name: str, shapes: tuple[Shape, ...]) -> None:
    with pytest.raises(ShapeMismatch):
        OPERATIONS[name].shape(*shapes)
