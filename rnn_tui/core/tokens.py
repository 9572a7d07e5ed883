"""What chooses a row of a table: a one-hot vector, or a token's number, which is made one.

An embedding is a product with a one-hot vector, without the multiplications by zero (the torch.nn.Embedding page; there
and in Keras it takes the number itself, from 0). Anything else would choose a row in silence, and is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Name, applied
from rnn_tui.core.errors import InputError
from rnn_tui.core.network import Network
from rnn_tui.core.operations import LARGEST_DIMENSION
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import megabytes

Array = NDArray[Any]
LIMIT = 2**30
"""Bytes that tokens may take as one-hot vectors."""
CHUNK = 2**20
"""Numbers looked at at a time."""


def chooses(cell: Cell) -> bool:
    """Whether a cell takes a row of a table by its x."""

    every = (each for equation in cell.equations for each in applied(equation.expression))
    return any(each.operation.name == "row" and each.operands[1] == Name("x", 0) for each in every)


def vocabulary(sequence: Sequence) -> int | None:
    """How many tokens a single column numbers, from 0: the largest and one; None where it numbers none."""
    if sequence.input_size != 1:
        return None
    x = sequence.x[:, 0]
    return int(x.max()) + 1 if _tokens(x).all() else None


def _tokens(x: Array) -> Array:
    """Which numbers can be those of tokens."""
    numbered: Array = (x == np.floor(x)) & (x >= 0) & (x < LARGEST_DIMENSION)
    return numbered


def one_hot(sequence: Sequence, size: int) -> Sequence:
    """The tokens of a single column as one-hot vectors of a size.

    Raises:
        InputError: a number that is none of 0 to size - 1, or more memory than `LIMIT`.
    """
    good = _tokens(sequence.x[:, 0])
    if not good.all():
        raise _no_token(sequence, int(np.argmin(good)) + 1, size)
    numbers = sequence.x[:, 0].astype(np.int64)
    if numbers.max() >= size:
        raise _no_token(sequence, int(np.argmax(numbers >= size)) + 1, size)
    if len(numbers) * size * 8 > LIMIT:
        why = f"{len(numbers):,} tokens of {size:,} take more than {megabytes(LIMIT)} as one-hot vectors"
        raise InputError(sequence.name, "", why, "take fewer timesteps")
    x = np.zeros((len(numbers), size), sequence.x.dtype)
    x[np.arange(len(numbers)), numbers] = 1
    labels = sequence.labels or tuple(map(str, numbers.tolist()))
    note = f"its numbers are tokens, one-hot of {size}"
    names = tuple(map(str, range(size)))
    return replace(sequence, x=x, labels=labels, features=names, notes=(*sequence.notes, note))


def read_by(network: Network, sequence: Sequence) -> Sequence:
    """The sequence as the layers read it that choose a row by it: one-hot.

    Raises:
        InputError: x is neither one-hot nor the numbers of tokens.
    """
    tables = [
        layer.input_size
        for layer, reads in zip(network.layers, network.reads, strict=True)
        if -1 in reads and chooses(layer.cell)
    ]
    size = next((size for size in tables if size is not None), None)
    if not tables or size is None:
        return sequence
    if sequence.input_size == 1 < size:
        return one_hot(sequence, size)
    step = max(CHUNK // sequence.input_size, 1)
    for first in range(0, len(sequence), step):
        rows = sequence.x[first : first + step]
        good = (rows == 1).sum(axis=1) == 1
        good &= np.count_nonzero(rows, axis=1) == 1
        if not good.all():
            t = first + int(np.argmin(good)) + 1
            raise InputError(sequence.name, f"t = {t}", "x is no one-hot vector", "a table's row is chosen by its 1")
    return sequence


def _no_token(sequence: Sequence, t: int, size: int) -> InputError:
    value = float(sequence.x[t - 1, 0])
    why = f"{value:g} is no token"
    return InputError(sequence.name, f"t = {t}", why, f"the table has {size} rows, which count from 0")
