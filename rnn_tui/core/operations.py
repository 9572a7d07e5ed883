"""The operations an equation may use: what each computes, and which shapes it takes.

An operation is the one home of its idea. The parser's whitelist, the shape check, the evaluation, the gradient and the
screen all read this table.

Shapes are tuples of dimensions. A dimension is a letter (``"H"``) where a cell is checked in general, or a number
where parameters are checked; the same rules serve both. () is a single number, which may scale or shift anything;
nothing else is ever broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core import normalization as of_all
from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]
Dimension = str | int
Shape = tuple[Dimension, ...]
LARGEST_DIMENSION = 65_536
MOST_PARTS = 16
"""Sizes that one vector may be the sum of."""


Derivative = int | Callable[..., Array]
"""Of a result by one operand, number by number: a constant, or a function of the result and the operands."""


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
        kind: ``sum``, ``product``, ``matrix``, ``activation``, ``rearrangement`` or ``reduction`` (many numbers to
            one): how a person reads it.
        slopes: of an operation that works number by number, its derivative by each operand.
        pulls: of any other, for each operand what makes the gradient by it from the gradient by the result, the
            result, and the operands: the vector-Jacobian product.
        by_result: whether the derivatives are made of the result; else they are made of the operands.
        mixes: whether every number of the result is made of all numbers of the operand.
    """

    name: str
    arity: int
    apply: Callable[..., Array]
    shape: Callable[..., Shape]
    kind: str
    slopes: tuple[Derivative, ...] = ()
    pulls: tuple[Callable[..., Array], ...] = ()
    by_result: bool = False
    mixes: bool = False

    @property
    def constant(self) -> bool:
        """Whether its derivatives are the same whatever the result and the operands."""
        return not self.pulls and not any(map(callable, self.slopes))

    def back(self, operand: int, d: Array, result: Array, *operands: Array) -> Array:
        """The gradient of a loss by one operand, for one timestep or for many.

        Args:
            operand: which, from 0.
            d: the gradient by the result; of many timesteps (n, size).
            result, operands: as `apply` gave and took them. An operand that is the same at every t has no axis of time,
                and the gradient by it is the sum over the timesteps.
        """
        if self.pulls:
            return like(self.pulls[operand](d, result, *operands), operands[operand])
        slope = self.slopes[operand]
        if callable(slope):
            return like(d * slope(result, *operands), operands[operand])
        return like(d if slope == 1 else d * slope, operands[operand])


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


def like(gradient: Array, operand: Any) -> Array:
    """The gradient by an operand that was used for more numbers, or at more timesteps, than it has: the sum of all."""
    shape = np.shape(operand)
    if np.shape(gradient) == shape:
        return gradient
    more = gradient.ndim - len(shape)
    spread = [more + axis for axis, size in enumerate(shape) if size == 1 != gradient.shape[more + axis]]
    return np.asarray(gradient.sum(axis=(*range(more), *spread))).reshape(shape)


def by_matrix(d: Array, result: Array, matrix: Array, vectors: Array) -> Array:
    """Of matrix . vector by the matrix: d v^T, summed over the timesteps."""
    return np.outer(d, vectors) if d.ndim == 1 else d.T @ vectors


def by_vector(d: Array, result: Array, matrix: Array, vectors: Array) -> Array:
    """Of matrix . vector by the vector: matrix^T . d."""
    back: Array = matrix.T @ d if d.ndim == 1 else d @ matrix
    return back


def by_table(d: Array, result: Array, table: Array, choice: Array) -> Array:
    """Of a row of a table by the table: the row that was chosen has all of it."""
    whole = np.zeros_like(table)
    np.add.at(whole, np.argmax(choice, axis=-1), d)
    return whole


def inside(result: Array, z: Array, alpha: float, beta: float) -> Array:
    """Where hard_sigmoid is not cut off."""
    line = alpha * z + beta
    return np.asarray((line > 0) & (line < 1))


def each(
    name: str,
    apply: Callable[..., Array],
    shape: Callable[..., Shape],
    kind: str,
    *slopes: Derivative,
    by_result: bool = False,
) -> Operation:
    """An operation that works number by number; settings that an activation takes may be parameters that learn."""
    return Operation(name, len(slopes), apply, shape, kind, slopes, by_result=by_result)


ELU = (
    lambda y, z, alpha: np.where(z > 0, 1, alpha * np.exp(np.minimum(z, 0))),
    lambda y, z, alpha: np.expm1(np.minimum(z, 0)),
)
HARD_SIGMOID = (lambda y, z, a, b: inside(y, z, a, b) * a, lambda y, z, a, b: inside(y, z, a, b) * z, inside)
CLIP = (lambda y, z, bound: np.abs(z) < bound, lambda y, z, bound: np.sign(z) * (np.abs(z) > bound))
CONCAT = (lambda d, y, a, b: d[..., : a.shape[-1]], lambda d, y, a, b: d[..., a.shape[-1] :])
ROW = (by_table, lambda d, y, table, choice: product(table, d))  # by the choice as of the product it stands for

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("@", 2, product, matrix_vector, "matrix", pulls=(by_matrix, by_vector)),
        each("+", np.add, elementwise, "sum", 1, 1),
        each("-", np.subtract, elementwise, "sum", 1, -1),
        each("*", np.multiply, elementwise, "product", lambda y, a, b: b, lambda y, a, b: a),
        each("/", np.divide, elementwise, "product", lambda y, a, b: 1 / b, lambda y, a, b: -(a / b) / b),
        each("negative", np.negative, unchanged, "sum", -1),
        each("tanh", np.tanh, unchanged, "activation", lambda y, z: 1 - y * y, by_result=True),
        each("sigmoid", sigmoid, unchanged, "activation", lambda y, z: y * (1 - y), by_result=True),
        each("relu", relu, unchanged, "activation", lambda y, z: z > 0),
        Operation(
            "softmax", 1, of_all.softmax, vector, "activation", pulls=(of_all.by_logits,), by_result=True, mixes=True
        ),
        each("identity", identity, unchanged, "activation", 1),
        each("softsign", softsign, unchanged, "activation", lambda y, z: 1 / (1 + np.abs(z)) ** 2),
        each("softplus", softplus, unchanged, "activation", lambda y, z: sigmoid(z)),
        each("elu", elu, with_numbers, "activation", *ELU),
        each("hard_sigmoid", hard_sigmoid, with_numbers, "activation", *HARD_SIGMOID),
        each("sqrt", of_all.square_root, unchanged, "activation", lambda y, z: 1 / (2 * y), by_result=True),
        Operation("layernorm", 1, of_all.layernorm, vector, "activation", pulls=(of_all.by_normalized,), mixes=True),
        Operation("mean", 1, of_all.mean, lambda v: vector(v)[1:], "reduction", pulls=(of_all.by_numbers,), mixes=True),
        each("clip", clip, with_numbers, "activation", *CLIP),
        Operation("concat", 2, concat, joined, "rearrangement", pulls=CONCAT),
        Operation("row", 2, row, table_row, "rearrangement", pulls=ROW),
    )
}

FUNCTIONS = tuple(name for name in OPERATIONS if name[0].isalpha() and name != "negative")
"""The names an equation may call."""
