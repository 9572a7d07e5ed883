"""Matrices as coloured cells: which cells, how strong, and painting them two rows a line by half blocks.

A *pixel* is one character wide and half a line tall, or, where signs are written, a whole line. A *cell* is some pixels
of one colour and shows one number, or the number of largest magnitude in a block of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.drawing import Drawing, sign
from rnn_tui.views.sheet.palette import DIM, LEVELS, WRONG, block
from rnn_tui.views.sheet.windows import runs

Array = NDArray[Any]
NOT_FINITE, UNKNOWN, OUTSIDE = 100, 101, 102
"""What a cell shows that has no level: not a number, not computed yet, nothing at all."""
LARGEST = 6
"""Pixels of the largest cell, down and across."""


@dataclass(frozen=True)
class Axis:
    """How the rows (or columns) of a matrix become rows (or columns) of cells.

    Attributes:
        count: cells.
        block: how many of the matrix a cell stands for; the last cell may have fewer.
        size: pixels of a cell.
    """

    count: int
    block: int
    size: int

    @classmethod
    def of(cls, total: int, room: int, largest: int) -> Axis:
        """All `total` in `room` pixels: enlarged up to `largest` where there is room, by blocks where there is not."""
        block = max(-(-total // max(room, 1)), 1)
        return cls(-(-total // block), block, 1 if block > 1 else max(min(room // max(total, 1), largest), 1))

    @classmethod
    def down(cls, total: int, lines: int, signs: bool) -> Axis:
        """Rows in `lines`. Enlarged cells are whole lines, so that every row can have its number beside it."""
        if signs:
            return cls.of(total, lines, 1)
        axis = cls.of(total, 2 * lines, LARGEST)
        return cls(axis.count, axis.block, max(axis.size // 2 * 2, 1))

    @classmethod
    def across(cls, total: int, width: int, tall: int) -> Axis:
        """Columns in `width`, about as wide as `tall`, the pixels of a row."""
        return cls.of(total, width, max(tall, 2))

    @property
    def pixels(self) -> int:
        """Pixels in all."""
        return self.count * self.size

    def spans(self, places: Sequence[int], each: int = 1) -> list[range]:
        """The stretches of pixels, `each` of them counted as one, where some of the rows (or columns) are shown."""
        cells = dict.fromkeys(place // self.block for place in places)
        return runs(sorted({p // each for cell in cells for p in range(cell * self.size, (cell + 1) * self.size)}))

    def span(self, part: range) -> range:
        """The pixels where a part of the matrix's rows (or columns) is shown."""
        if not part:
            return range(0)
        return range(part[0] // self.block * self.size, (part[-1] // self.block + 1) * self.size)


def largest(values: Array, rows: int, columns: int) -> Array:
    """The number of largest magnitude in every block of (rows, columns); one that is not finite is larger than all.

    (R, C) becomes (ceil(R / rows), ceil(C / columns)).
    """
    if rows == columns == 1:
        return values
    down, across = np.arange(0, values.shape[0], rows), np.arange(0, values.shape[1], columns)
    with np.errstate(invalid="ignore"):
        high = np.maximum.reduceat(np.maximum.reduceat(values, down, 0), across, 1)
        low = np.minimum.reduceat(np.minimum.reduceat(values, down, 0), across, 1)
        result: Array = np.where(high >= -low, high, low)
    return result


def levels(values: Array, scale: float) -> Array:
    """The levels of many values, each as `palette.level` has it; NOT_FINITE for what is not finite."""
    finite = np.isfinite(values)
    known = np.where(finite, values, 0)
    with np.errstate(over="ignore"):
        strength = np.minimum(np.abs(known) / scale, 1.0) if scale > 0 else np.zeros(values.shape)
    steps = np.ceil(strength * LEVELS - 0.05) * np.sign(known)
    result: Array = np.where(finite, steps, NOT_FINITE).astype(int)
    return result


def paint(drawing: Drawing, x: int, y: int, steps: Array, tall: int, wide: int, signs: bool) -> None:
    """Cells from (x, y): `steps` is (rows, columns) of levels, a cell is `tall` by `wide` pixels.

    By half blocks; with `signs`, by signs on the same colours. What is not finite is ``!``.
    """
    grid = np.repeat(steps, tall, axis=0)
    if not signs and len(grid) % 2:
        grid = np.vstack((grid, np.full((1, grid.shape[1]), OUTSIDE)))
    pixels = grid.tolist()
    lines = zip(pixels, pixels, strict=True) if signs else zip(pixels[::2], pixels[1::2], strict=True)
    for line, (above, below) in enumerate(lines, y):
        at = x
        for text, style in _line(zip(above, below, strict=True), wide, signs, drawing.more.isascii()):
            drawing.put(at, line, text, style)
            at += len(text)


def _line(cells: Iterator[tuple[int, int]], wide: int, signs: bool, plain: bool) -> Iterator[tuple[str, Style]]:
    for (above, below), same in groupby(cells):
        character, style = _glyph(above, below, signs, plain)
        cell = (
            character * wide
            if character in "▀!"
            else character.center(wide)
            if character == "·" and not signs
            else character.ljust(wide)
        )
        yield cell * sum(1 for _ in same), style


@lru_cache(maxsize=1024)
def _glyph(above: int, below: int, signs: bool, plain: bool) -> tuple[str, Style]:
    """The character of two cells one above the other."""
    if NOT_FINITE in (above, below):
        return "!", WRONG
    if above == UNKNOWN:
        return (" " if signs else "·"), DIM
    if signs:
        return sign(above, plain), block(above)
    return "▀", Style(color=colour(above), bgcolor=None if below == OUTSIDE else colour(below))


def colour(steps: int) -> Color | None:
    """The colour of a level."""
    return block(steps).bgcolor
