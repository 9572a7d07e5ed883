"""The derivatives of activations, quotients and means as a textbook writes them: of y = f(z) from y, or from z.

tanh and the logistic sigmoid: Goodfellow et al. 2016, section 3.10; softmax: section 6.2.2.3; the others follow from
their definitions (ONNX operators Softsign, Softplus, Elu, HardSigmoid, Clip, Relu); of
layer normalization: Ba et al. 2016.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rnn_tui.core.dataclass import dataclass


@dataclass(frozen=True)
class Slope:
    """How a derivative is reckoned.

    Attributes:
        written: the formula, ``{}`` for every number in it; signs as in Unicode: ``×``, ``²``.
        numbers: what they are.
        made: what the formula makes of them.
    """

    written: str
    numbers: tuple[float, ...]
    made: Callable[..., Any]


def slope(function: str, operand: int, y: float, z: float, settings: tuple[float, ...], other: float | None) -> Slope:
    """The derivative of an activation, or of a quotient, by one of its operands.

    Args:
        function: its name.
        operand: 0 for z, then the settings.
        y: the result.
        z: what it is of.
        settings: the numbers that it takes beside.
        other: of a softmax, the y that belongs to the z by which is differentiated, if that is not the result's own.
    """
    if function == "softmax":
        if other is not None:
            return Slope("-({} × {})", (y, other), lambda a, b: -(a * b))
        return Slope("{} × (1 - {})", (y, y), lambda a, b: a * (1 - b))
    if function == "/":
        return _of_quotient(operand, y, *settings)
    if operand:
        return _by_setting(function, operand, z, settings)
    simple: dict[str, Slope] = {
        "tanh": Slope("1 - {}²", (y,), lambda a: 1 - a * a),
        "sigmoid": Slope("{} × (1 - {})", (y, y), lambda a, b: a * (1 - b)),
        "sqrt": Slope("1 / (2 × {})", (y,), lambda a: 1 / (2 * a) if a else math.inf),
        "softsign": Slope("1 / (1 + |{}|)²", (z,), lambda a: 1 / (1 + abs(a)) ** 2),
        "softplus": Slope("1 / (1 + exp(-{}))", (z,), _logistic),
    }
    if function in simple:
        return simple[function]
    if function == "elu" and not z > 0:
        return Slope("{} × exp({})", (settings[0], z), lambda a, b: float(a) * math.exp(float(b)))
    if function == "hard_sigmoid" and 0 < settings[0] * z + settings[1] < 1:
        return Slope("{}", (settings[0],), lambda a: a)
    flat = {
        "relu": not z > 0,
        "clip": bool(settings) and not abs(z) < settings[0],
        "hard_sigmoid": True,
    }.get(function, False)
    return _constant(0 if flat else 1)


def _of_quotient(operand: int, y: float, divisor: float) -> Slope:
    """Of a / b: 1 / b by a, and -(a / b) / b by b."""
    if not operand:
        return Slope("1 / {}", (divisor,), lambda b: 1 / b)
    return Slope("-({} / {})", (y, divisor), lambda a, b: -(a / b))


def mean_slope(count: int) -> Slope:
    """The derivative of a mean by one of `count` numbers."""
    return Slope(f"1 / {count}", (), lambda: 1 / count)


def layernorm_slope(y: float, other: float, spread: float, count: int, same: bool) -> Slope:
    """The derivative of one number of a layer normalization by what one is of.

    Args:
        y: the number.
        other: the number that belongs to the one by which is differentiated.
        spread: the square root of variance + epsilon.
        count: how many numbers there are.
        same: whether the two are one.
    """
    form = f"({int(same)} - (1 + {{}} × {{}}) / {count}) / {{}}"
    return Slope(form, (y, other, spread), lambda a, b, s: (int(same) - (1 + a * b) / count) / s)


def _by_setting(function: str, operand: int, z: float, settings: tuple[float, ...]) -> Slope:
    """The derivative by a number that an activation takes beside z."""
    if function == "elu":
        return _constant(0) if z > 0 else Slope("exp({}) - 1", (z,), lambda a: math.expm1(float(a)))
    if function == "hard_sigmoid":
        inside = 0 < settings[0] * z + settings[1] < 1
        if inside and operand == 1:
            return Slope("{}", (z,), lambda a: a)
        return _constant(1 if inside else 0)
    return _constant(0 if not abs(z) > settings[0] else 1 if z > 0 else -1)


def _constant(value: int) -> Slope:
    return Slope(str(value), (), lambda: value)


def _logistic(z: Any) -> float:
    try:
        return 1 / (1 + math.exp(-float(z)))
    except OverflowError:
        return 0.0
