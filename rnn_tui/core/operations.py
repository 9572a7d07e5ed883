"""The operations an equation may use: what each computes, and which shapes it takes.

An operation is the one home of its idea. The parser's whitelist, the shape check, the evaluation, the gradient and the
screen all read this table.

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

from rnn_tui.core.normalization import back_layernorm, back_mean, back_square_root, layernorm, mean, square_root

Array = NDArray[Any]
Dimension = str | int
Shape = tuple[Dimension, ...]
LARGEST_DIMENSION = 65_536
MOST_PARTS = 16
"""Sizes that one vector may be the sum of."""


class ShapeMismatch(Exception):
    """Operands that do not fit together; the message is the end of a sentence about them."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation, equal to itself alone.

    Attributes:
        name: as the equations write it: ``@``, ``+``, ``tanh``.
        arity: how many operands it takes.
        apply: operands to result, for one timestep or, with one more axis in front, for many.
        shape: shapes of the operands to the shape of the result; raises ShapeMismatch.
        back: the vector-Jacobian product: from the gradient of a loss by the result, the result, and the operands, the
            gradient by each operand (of one timestep).
        kind: ``sum``, ``product``, ``matrix``, ``activation``, ``rearrangement`` or ``reduction`` (many numbers to
            one): how a person reads it.
        mixes: whether every number of the result is made of all numbers of the operand.
    """

    name: str
    arity: int
    apply: Callable[..., Array]
    shape: Callable[..., Shape]
    back: Callable[..., tuple[Array, ...]]
    kind: str
    mixes: bool = False


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


def single(operand: Shape) -> Shape:
    """(H,) gives a single number."""
    vector(operand)
    return ()


def with_numbers(operand: Shape, *settings: Shape) -> Shape:
    """Any shape, kept; what follows it must be single numbers."""
    if any(settings):
        raise ShapeMismatch("after the first operand, single numbers are needed")
    return operand


def joined(first: Shape, second: Shape) -> Shape:
    """(I,) and (J,) give (I+J,), up to `MOST_PARTS` of them: a vector joined to itself doubles with every equation."""
    if len(first) != 1 or len(second) != 1:
        raise ShapeMismatch("concat takes two vectors")
    a, b = first[0], second[0]
    if isinstance(a, int) and isinstance(b, int):
        if a + b > LARGEST_DIMENSION:
            raise ShapeMismatch(f"a vector has {LARGEST_DIMENSION} numbers at the most")
        return (a + b,)
    whole = f"{a}+{b}"
    if whole.count("+") >= MOST_PARTS:
        raise ShapeMismatch(f"a vector is joined of {MOST_PARTS} parts at the most")
    return (whole,)


def table_row(table: Shape, choice: Shape) -> Shape:
    """(I, O) and a one-hot (I,) give (O,)."""
    if len(table) != 2 or len(choice) != 1:
        raise ShapeMismatch("row takes a table and a vector")
    if table[0] != choice[0]:
        raise ShapeMismatch(f"the table has {table[0]} rows and the vector {choice[0]}")
    return table[1:]


def product(matrix: Array, vectors: Array) -> Array:
    """matrix . vector for one vector, or for each row of many: (H, I) and (..., I) give (..., H)."""
    result: Array = matrix @ vectors if vectors.ndim == 1 else vectors @ matrix.T
    return result


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)). Far below zero exp overflows to infinity, and the value is 0, as it should be."""
    with np.errstate(over="ignore"):
        result: Array = 1 / (1 + np.exp(-z))
    return result


def softmax(z: Array) -> Array:
    """exp(z) / sum(exp(z)) over the last axis, shifted by its maximum (Goodfellow et al. 2016, section 4.1)."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    result: Array = e / np.sum(e, axis=-1, keepdims=True)
    return result


def relu(z: Array) -> Array:
    """max(0, z); not-a-number stays not-a-number."""
    result: Array = np.maximum(z, 0)
    return result


def softsign(z: Array) -> Array:
    """z / (1 + abs(z)) (ONNX operator Softsign)."""
    result: Array = z / (1 + np.abs(z))
    return result


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), which never overflows in this form (ONNX operator Softplus)."""
    result: Array = np.logaddexp(z, z.dtype.type(0)) if isinstance(z, np.ndarray) else np.logaddexp(z, 0)
    return result


def elu(z: Array, alpha: float) -> Array:
    """z above zero, alpha * (exp(z) - 1) below (ONNX operator Elu)."""
    result: Array = np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))
    return result


def hard_sigmoid(z: Array, alpha: float, beta: float) -> Array:
    """clip(alpha * z + beta, 0, 1): alpha 0.2 in Keras 2 and ONNX, 1/6 in Keras 3 and PyTorch; beta 0.5."""
    result: Array = np.clip(alpha * z + beta, 0, 1)
    return result


def clip(z: Array, bound: float) -> Array:
    """z kept between -bound and bound."""
    result: Array = np.clip(z, -bound, bound)
    return result


def concat(first: Array, second: Array) -> Array:
    """One vector after the other, along the last axis."""
    return np.concatenate((first, second), axis=-1)


def row(table: Array, choice: Array) -> Array:
    """The row of a table where a one-hot vector has its 1."""
    result: Array = table[np.argmax(choice, axis=-1)]
    return result


def identity(z: Array) -> Array:
    """z itself."""
    return z


def back_sum(sign: int) -> Callable[..., tuple[Array, ...]]:
    """Of left + right (sign 1) or left - right (sign -1)."""
    return lambda d, result, left, right: (like(d, left), like(sign * d, right))


def like(gradient: Array, operand: Any) -> Array:
    """The gradient by an operand that may be a single number used for every element: the sum over them."""
    return gradient if np.ndim(operand) == np.ndim(gradient) else np.asarray(np.sum(gradient))


def back_concat(d: Array, result: Array, first: Array, second: Array) -> tuple[Array, ...]:
    """Each part has its share."""
    return d[: len(first)], d[len(first) :]


def back_row(d: Array, result: Array, table: Array, choice: Array) -> tuple[Array, ...]:
    """The row that was chosen has all of it; by the one-hot vector it is as of the product it stands for."""
    whole = np.zeros_like(table)
    whole[np.argmax(choice)] = d
    return whole, table @ d


def back_quotient(d: Array, result: Array, a: Array, b: Array) -> tuple[Array, ...]:
    """Of a / b: 1 / b, and -(a / b) / b."""
    return like(d / b, a), like(-d * result / b, b)


def back_elu(d: Array, result: Array, z: Array, alpha: float) -> tuple[Array, ...]:
    """Below zero the slope is alpha * exp(z); alpha itself may be a parameter that learns."""
    below = np.minimum(z, 0)
    return d * np.where(z > 0, 1, alpha * np.exp(below)), np.asarray(np.sum(d * np.expm1(below)))


def back_hard_sigmoid(d: Array, result: Array, z: Array, alpha: float, beta: float) -> tuple[Array, ...]:
    """Nothing where it is cut off; alpha and beta may be parameters."""
    inside = d * ((alpha * z + beta > 0) & (alpha * z + beta < 1))
    return inside * alpha, np.asarray(np.sum(inside * z)), np.asarray(np.sum(inside))


def back_clip(d: Array, result: Array, z: Array, bound: float) -> tuple[Array, ...]:
    """Where z is cut off, the bound has what z has elsewhere."""
    return d * (np.abs(z) < bound), np.asarray(np.sum(d * np.sign(z) * (np.abs(z) > bound)))


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("@", 2, product, matrix_vector, lambda d, y, m, v: (np.outer(d, v), m.T @ d), "matrix"),
        Operation("+", 2, np.add, elementwise, back_sum(1), "sum"),
        Operation("-", 2, np.subtract, elementwise, back_sum(-1), "sum"),
        Operation("*", 2, np.multiply, elementwise, lambda d, y, a, b: (like(d * b, a), like(d * a, b)), "product"),
        Operation("/", 2, np.divide, elementwise, back_quotient, "product"),
        Operation("negative", 1, np.negative, unchanged, lambda d, y, z: (-d,), "sum"),
        Operation("tanh", 1, np.tanh, unchanged, lambda d, y, z: (d * (1 - y * y),), "activation"),
        Operation("sigmoid", 1, sigmoid, unchanged, lambda d, y, z: (d * y * (1 - y),), "activation"),
        Operation("relu", 1, relu, unchanged, lambda d, y, z: (d * (z > 0),), "activation"),
        Operation("softmax", 1, softmax, vector, lambda d, y, z: (y * (d - d @ y),), "activation", mixes=True),
        Operation("identity", 1, identity, unchanged, lambda d, y, z: (d,), "activation"),
        Operation("softsign", 1, softsign, unchanged, lambda d, y, z: (d / (1 + np.abs(z)) ** 2,), "activation"),
        Operation("softplus", 1, softplus, unchanged, lambda d, y, z: (d * sigmoid(z),), "activation"),
        Operation("elu", 2, elu, with_numbers, back_elu, "activation"),
        Operation("hard_sigmoid", 3, hard_sigmoid, with_numbers, back_hard_sigmoid, "activation"),
        Operation("sqrt", 1, square_root, unchanged, back_square_root, "activation"),
        Operation("layernorm", 1, layernorm, vector, back_layernorm, "activation", mixes=True),
        Operation("mean", 1, mean, single, back_mean, "reduction", mixes=True),
        Operation("clip", 2, clip, with_numbers, back_clip, "activation"),
        Operation("concat", 2, concat, joined, back_concat, "rearrangement"),
        Operation("row", 2, row, table_row, back_row, "rearrangement"),
    )
}

FUNCTIONS = tuple(name for name in OPERATIONS if name[0].isalpha() and name != "negative")
"""The names an equation may call."""
