"""Operations as NumPy calls that write into arrays that are there already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.calls import Value
from rnn_tui.core.equations import Apply

Array = NDArray[Any]

UFUNCS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "negative": np.negative,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "identity": np.positive,
}


def written(call: Value, operands: Sequence[Any], out: Any) -> Iterable[tuple[Callable[..., Any], tuple[Any, ...]]]:
    """An operation as functions that write into the last of what they are called with; a number stands for an array."""
    assert isinstance(call.expression, Apply)
    operation = call.expression.operation
    if operation.name in UFUNCS:
        yield UFUNCS[operation.name], (*operands, out)
    elif operation.name == "sigmoid":
        yield np.negative, (*operands, out)
        yield np.exp, (out, out)
        yield np.add, (out, 1.0, out)
        yield np.divide, (1.0, out, out)
    elif operation.name == "relu":
        yield _larger, (*operands, 0.0, out)
    else:
        yield _into(operation.apply), (*operands, out)


def _larger(first: Array, second: Array | float, out: Array) -> None:
    np.maximum(first, second, out=out)


def _into(apply: Callable[..., Array]) -> Callable[..., None]:
    """A function that writes its result into its last operand."""

    def call(*operands: Array) -> None:
        operands[-1][...] = apply(*operands[:-1])

    return call
