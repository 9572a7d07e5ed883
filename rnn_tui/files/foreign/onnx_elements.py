"""A graph taken apart into elements: every number of every tensor has its own number, and an operation that made it.

Nothing is computed. Whatever an exporter does to shapes, it only moves element numbers about; what is left of a graph
are operations on vectors of elements, each element with the timestep and the batch row that it belongs to.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.files.foreign.onnx_arranging import TooLarge

Array = NDArray[Any]
MOST = 2**23
"""Elements of all tensors together."""
ANY = -1
"""The timestep or the row of an element that belongs to all of them."""

GIVEN, CONSTANT, EACH, PRODUCT, SOFTMAX, NORM, ROW, LAYER, HIDDEN = (
    "given", "constant", "each", "product", "softmax", "norm", "row", "layer", "hidden",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Known:
    """A tensor that is the same for every sequence: its numbers, and what the file calls it."""

    array: Array
    name: str = ""


@dataclass(frozen=True, eq=False)
class Elements:
    """A tensor of element numbers, int64."""

    array: Array


Tensor = Known | Elements
"""A tensor of which something is known; None stands for one of which nothing is."""


@dataclass(eq=False)
class Made:
    """One operation and the elements it made, in C order.

    Attributes:
        kind: one of those above.
        first: the number of its first element.
        shape: of what it made.
        name: of an input, a constant or a layer, what it is called.
        template: of `EACH`, its text with ``{0}`` and ``{1}`` for the operands.
        operands: of `EACH`, tensors broadcast to the shape; of `PRODUCT`, rows (R, I) and a matrix (I, O); of
            `SOFTMAX` and `NORM`, the rows (R, n); of `ROW`, the choices (R,) and a table (I, O).
        about: of `LAYER`, which layer it is.
    """

    kind: str
    first: int
    shape: tuple[int, ...]
    name: str = ""
    template: str = ""
    operands: tuple[Tensor, ...] = ()
    about: Any = None

    @property
    def size(self) -> int:
        """How many elements it made."""
        return math.prod(self.shape)


@dataclass(eq=False)
class Weave:
    """All elements of one graph.

    Attributes:
        made: the operations in order.
        times, rows: for every element its timestep, from 0, and its row of the batch; `ANY` for all.
    """

    made: list[Made] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    count: int = 0
    times: Array = field(default_factory=lambda: np.empty(1024, np.int32))
    rows: Array = field(default_factory=lambda: np.empty(1024, np.int32))

    def add(self, kind: str, shape: Sequence[int], times: Any = ANY, rows: Any = ANY, **more: Any) -> Elements:
        """New elements. Raises TooLarge."""
        operation = Made(kind, self.count, tuple(int(size) for size in shape), **more)
        size = operation.size
        if self.count + size > MOST or len(self.made) > 2**17:
            raise TooLarge
        while self.count + size > len(self.times):
            self.times, self.rows = (np.concatenate((old, old)) for old in (self.times, self.rows))
        here = slice(self.count, self.count + size)
        self.times[here] = np.broadcast_to(times, operation.shape).reshape(-1)
        self.rows[here] = np.broadcast_to(rows, operation.shape).reshape(-1)
        self.made.append(operation)
        self.starts.append(self.count)
        self.count += size
        return Elements(np.arange(here.start, here.stop, dtype=np.int64).reshape(operation.shape))

    def elements(self, tensor: Tensor) -> Elements:
        """A tensor as elements."""
        if isinstance(tensor, Elements):
            return tensor
        return self.add(CONSTANT, tensor.array.shape, name=tensor.name, operands=(tensor,))

    def maker(self, element: int) -> Made:
        """The operation that made an element."""
        return self.made[bisect_right(self.starts, element) - 1]

    def each(self, template: str, *operands: Tensor) -> Elements:
        """An operation number by number, broadcast. Raises TooLarge, ValueError."""
        shape = np.broadcast_shapes(*(operand.array.shape for operand in operands))
        if math.prod(shape) > MOST:
            raise TooLarge
        spread = [np.broadcast_to(operand.array, shape) for operand in operands]
        pairs = list(zip(operands, spread, strict=True))
        dynamic = [array for operand, array in pairs if isinstance(operand, Elements)]
        times, rows = self._latest(dynamic)
        kept = tuple(
            Elements(array) if isinstance(operand, Elements) else Known(operand.array, operand.name)
            for operand, array in pairs
        )
        return self.add(EACH, shape, times, rows, template=template, operands=kept)

    def product(self, tensor: Elements, matrix: Known) -> Elements:
        """The last axis of elements (..., I) times a matrix (I, O). Raises ValueError."""
        I, O = matrix.array.shape  # noqa: E741 - the field's letters
        if tensor.array.ndim == 0 or tensor.array.shape[-1] != I:
            raise ValueError
        rows = tensor.array.reshape(-1, I)
        times, batch = self._along(rows)
        shape = (*tensor.array.shape[:-1], O)
        made = self.add(PRODUCT, (len(rows), O), times[:, None], batch[:, None], operands=(Elements(rows), matrix))
        return Elements(made.array.reshape(shape))

    def along(self, kind: str, tensor: Elements, axis: int, **more: Any) -> Elements:
        """An operation that makes each number of all numbers along an axis: `SOFTMAX` or `NORM`."""
        turned = np.moveaxis(tensor.array, axis, -1)
        rows = turned.reshape(-1, turned.shape[-1])
        times, batch = self._along(rows)
        made = self.add(kind, rows.shape, times[:, None], batch[:, None], operands=(Elements(rows),), **more)
        return Elements(np.moveaxis(made.array.reshape(turned.shape), -1, axis))

    def table(self, table: Known, choices: Elements) -> Elements:
        """The rows of a table that elements choose."""
        flat = choices.array.reshape(-1)
        times, batch = self.times[flat], self.rows[flat]
        shape = (len(flat), table.array.shape[1])
        made = self.add(ROW, shape, times[:, None], batch[:, None], operands=(Elements(flat), table))
        return Elements(made.array.reshape(*choices.array.shape, shape[1]))

    def _along(self, rows: Array) -> tuple[Array, Array]:
        """The latest timestep and the last batch row of every row."""
        if not rows.size:
            raise ValueError
        return self.times[rows].max(-1), self.rows[rows].max(-1)

    def _latest(self, arrays: Sequence[Array]) -> tuple[Any, Any]:
        times: Any = ANY
        rows: Any = ANY
        for array in arrays:
            times, rows = np.maximum(times, self.times[array]), np.maximum(rows, self.rows[array])
        return times, rows
