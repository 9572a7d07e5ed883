"""The ONNX operators whose result is known before any sequence is: of sizes, and of weights made from weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.operations import relu, sigmoid, softplus, softsign
from rnn_tui.files.foreign.onnx_arranging import ARRANGING, MOST_ELEMENTS, TooLarge, arranged
from rnn_tui.files.foreign.onnx_file import NUMBERS

Array = NDArray[Any]


def _divide(a: Array, b: Array) -> Array:
    """a / b, towards zero for whole numbers."""
    if a.dtype.kind == "f":
        return np.asarray(a / b)
    quotient = np.abs(a) // np.abs(b)
    return np.asarray(np.where((a < 0) != (b < 0), -quotient, quotient))


EACH: Mapping[str, Callable[..., Any]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": _divide,
    "Pow": np.power,
    "Neg": np.negative,
    "Abs": np.abs,
    "Sqrt": np.sqrt,
    "Floor": np.floor,
    "Ceil": np.ceil,
    "Equal": np.equal,
    "Less": np.less,
    "Greater": np.greater,
    "LessOrEqual": np.less_equal,
    "GreaterOrEqual": np.greater_equal,
    "Not": np.logical_not,
    "And": np.logical_and,
    "Or": np.logical_or,
    "Where": np.where,
    "Sigmoid": sigmoid,
    "Tanh": np.tanh,
    "Relu": relu,
    "Softplus": softplus,
    "Softsign": softsign,
}
"""Number by number, with NumPy's broadcasting, which is ONNX'."""


def folded(operator: str, arrays: Sequence[Array | None], attributes: Mapping[str, Any], outputs: int) -> list[Array]:
    """What a node makes of arrays that are all known; an empty list where it is none of these operators.

    Raises:
        TooLarge, ValueError, IndexError, TypeError, OverflowError, ArithmeticError: as `arranged`.
    """
    if operator in ARRANGING:
        return arranged(operator, arrays, attributes, outputs)
    given = [np.asarray(array) for array in arrays if array is not None]
    if operator in EACH:
        if math.prod(np.broadcast_shapes(*(array.shape for array in given))) > MOST_ELEMENTS:
            raise TooLarge
        with np.errstate(all="ignore"):
            return [np.asarray(EACH[operator](*given))]
    if operator in ("MatMul", "Gemm"):
        return [_product(operator, given, attributes)]
    if operator == "Cast":
        if attributes.get("to") not in NUMBERS:
            return []
        with np.errstate(all="ignore"):
            return [given[0].astype(NUMBERS[attributes["to"]])]
    if operator == "Shape":
        first, last = attributes.get("start", 0), attributes.get("end")
        return [np.array(given[0].shape[first:last], np.int64)]
    if operator == "Size":
        return [np.array(given[0].size, np.int64)]
    if operator == "Range":
        start, stop, step = (array.reshape(-1)[0] for array in given)
        if abs(float(stop) - float(start)) > MOST_ELEMENTS * abs(float(step)):
            raise TooLarge
        return [np.arange(start, stop, step)]
    if operator == "ReduceProd":
        return [np.asarray(np.prod(given[0]))] if not attributes.get("keepdims", 1) or given[0].ndim == 0 else []
    return []


def _product(operator: str, given: Sequence[Array], attributes: Mapping[str, Any]) -> Array:
    """A product of two known matrices."""
    a, b = given[:2]
    if a.size * b.shape[-1] > 2**28:
        raise TooLarge
    if operator == "MatMul":
        return np.asarray(a @ b)
    a, b = (a.T if attributes.get("transA") else a), (b.T if attributes.get("transB") else b)
    made = attributes.get("alpha", 1.0) * (a @ b)
    return np.asarray(made + attributes.get("beta", 1.0) * given[2] if len(given) > 2 else made, a.dtype)
