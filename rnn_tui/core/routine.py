"""NumPy calls that are kept, to be made again with other numbers in the same arrays: a window without its setup."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Rows = Sequence[Array]
Instruction = tuple[Callable[..., Any], tuple[Rows, ...]]
"""A function, and for each of its operands one array a timestep; the last is written to."""


CACHE_LINE = 64
LARGE, PIECE = 2**16, 2**22
"""Bytes: an array that is worth a place in a piece of memory, and such a piece. NumPy asks for large pages from 4 MiB
on; what a system takes for a page that is touched first can be more than it takes to compute what is written there."""


class Room:
    """New arrays, the large ones side by side in pieces of memory."""

    def __init__(self) -> None:
        self._left = np.empty(0, np.uint8)

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """An array that holds nothing yet."""
        size = math.prod(shape) * dtype.itemsize
        if size < LARGE:
            return np.empty(shape, dtype)
        whole = -(-size // CACHE_LINE) * CACHE_LINE
        if len(self._left) < whole:
            self._left = aligned((max(PIECE, whole),), np.dtype(np.uint8))
        taken, self._left = self._left[:size], self._left[whole:]
        return taken.view(dtype).reshape(shape)


class Routine:
    """NumPy calls in their order. Each is made when it is added, and all of them again when that is asked for."""

    def __init__(self) -> None:
        self._calls: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self.room = Room().array

    def do(self, function: Callable[..., Any], *operands: Any) -> None:
        """Calls a function that writes into one of its operands."""
        function(*operands)
        self._calls.append((function, operands))

    def made(self, dtype: np.dtype[Any], function: Callable[..., Any], *operands: Any) -> Array:
        """What a function makes of its operands: an array that it fills anew when the calls are made again."""
        result = np.asarray(function(*operands), dtype)
        if any(isinstance(each, np.ndarray) and np.may_share_memory(result, each) for each in operands):
            return result  # a part of an operand
        if not result.flags.writeable:  # spread over more numbers than it has
            result = result.copy()
        if result.nbytes >= LARGE:
            room = self.room(result.shape, dtype)
            room[...] = result
            result = room
        if isinstance(function, np.ufunc):
            self._calls.append((function, (*operands, result)))
        else:
            self._calls.append((_fill, (result, function, operands)))
        return result

    def loop(self, instructions: Iterable[Instruction], length: int) -> None:
        """Calls some functions timestep by timestep."""
        every = list(instructions)
        if length == 1:
            for function, operands in every:
                self.do(function, *(rows[0] for rows in operands))
        elif length:
            self.do(_drive, every)

    def again(self) -> None:
        """Makes all calls again, in their order."""
        for function, operands in self._calls:
            function(*operands)


def _fill(result: Array, function: Callable[..., Any], operands: tuple[Any, ...]) -> None:
    result[...] = function(*operands)


def _drive(instructions: list[Instruction]) -> None:
    """All functions at the first timestep, then all at the next: `zip` asks one iterator after the other, and to ask
    one is to call its function."""
    deque(zip(*(map(function, *rows) for function, rows in instructions), strict=False), maxlen=0)


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """A new array that begins at a cache line: products with it take a tenth less time, and give the same bits."""
    size = int(np.prod(shape)) * dtype.itemsize
    room = np.empty(size + CACHE_LINE, np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + size].view(dtype).reshape(shape)


def adjoining(arrays: Sequence[Array]) -> Array | None:
    """Matrices of equal width that lie one under the other in memory, as one matrix; None where they do not."""
    first, base = arrays[0], arrays[0].base
    if base is None or any(each.base is not base or not each.flags.c_contiguous for each in arrays):
        return None
    at = first.__array_interface__["data"][0]
    for each in arrays:
        if each.__array_interface__["data"][0] != at:
            return None
        at += each.nbytes
    rows, strides = sum(len(each) for each in arrays), first.strides
    return np.lib.stride_tricks.as_strided(first, (rows, *first.shape[1:]), strides, writeable=first.flags.writeable)


def read_only(array: Array) -> Array:
    """A view that cannot be written to."""
    view = array.view()
    view.flags.writeable = False
    return view
