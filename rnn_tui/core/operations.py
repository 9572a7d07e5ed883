"""The operations an equation may use: what each computes, and which shapes it takes.

An operation is the one home of its idea. The parser's whitelist, the shape check, the evaluation and the screen all
read this table; the gradient will find its vector-Jacobian product here as well, one more field of `Operation`.

Shapes are tuples of dimensions. A dimension is a letter (``"H"``) where a cell is checked in general, or a number
where parameters are checked; the same rules serve both. () is a single number, which may scale or shift anything;
nothing else is ever broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Dimension = str | int
Shape = tuple[Dimension, ...]


class ShapeMismatch(Exception):
    """Operands that do not fit together; the message is the end of a sentence about them."""


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: as the equations write it: ``@``, ``+``, ``tanh``.
        arity: how many operands it takes.
        apply: operands to result.
        shape: shapes of the operands to the shape of the result; raises ShapeMismatch.
        kind: ``sum``, ``product``, ``matrix`` or ``activation``: how a person reads it.
    """

    name: str
    arity: int
    apply: Callable[..., Array]
    shape: Callable[..., Shape]
    kind: str


def matrix_vector(matrix: Shape, vector: Shape) -> Shape:
    """(H, I) @ (I,) is (H,)."""
    if len(matrix) != 2 or len(vector) != 1:
        raise ShapeMismatch("@ takes a matrix and a vector")
    if matrix[1] != vector[0]:
        raise ShapeMismatch(f"the matrix has {matrix[1]} columns and the vector {vector[0]} rows")
    return matrix[:1]


def elementwise(left: Shape, right: Shape) -> Shape:
    """Equal shapes, or one single number."""
    if left and right and left != right:
        raise ShapeMismatch("they must have the same shape")
    return left or right


def unchanged(operand: Shape) -> Shape:
    """Any shape, kept."""
    return operand


def vector(operand: Shape) -> Shape:
    """A vector, kept."""
    if len(operand) != 1:
        raise ShapeMismatch("a vector is needed")
    return operand


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), from exp of a number that is never positive, so that nothing overflows."""
    e = np.exp(-np.abs(z))
    result: Array = np.where(z >= 0, 1, e) / (1 + e)
    return result


def softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)) over a vector, shifted by its maximum (Goodfellow et al. 2016, section 4.1)."""
    e = np.exp(z - np.max(z))
    result: Array = e / np.sum(e)
    return result


def relu(z: Array) -> Array:
    """max(0, z); not-a-number stays not-a-number."""
    result: Array = np.maximum(z, 0)
    return result


def identity(z: Array) -> Array:
    """z itself."""
    return z


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("@", 2, np.matmul, matrix_vector, "matrix"),
        Operation("+", 2, np.add, elementwise, "sum"),
        Operation("-", 2, np.subtract, elementwise, "sum"),
        Operation("*", 2, np.multiply, elementwise, "product"),
        Operation("negative", 1, np.negative, unchanged, "sum"),
        Operation("tanh", 1, np.tanh, unchanged, "activation"),
        Operation("sigmoid", 1, sigmoid, unchanged, "activation"),
        Operation("relu", 1, relu, unchanged, "activation"),
        Operation("softmax", 1, softmax, vector, "activation"),
        Operation("identity", 1, identity, unchanged, "activation"),
    )
}

FUNCTIONS = tuple(name for name in OPERATIONS if name.isalpha() and name != "negative")
"""The names an equation may call."""
