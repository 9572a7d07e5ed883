"""The least that makes the terminal show a grid, given what it shows."""

from __future__ import annotations

import sys
from collections import Counter

from rnn_tui.app.terminal.cells import UNKNOWN, Cell, Grid, cell
from rnn_tui.app.terminal.sgr import ANY, PLAIN, change
from rnn_tui.app.terminal.strokes import Left, Stroke, strokes

NOWHERE = -1
"""A position of the cursor that is not known."""
ANYTHING: Cell = ("\1", PLAIN)
"""What is in a cell of a terminal of which nothing is known."""
DOWN, UP = "\x1bD", "\x1bM"
"""One row on or back; the screen never scrolls, for there is such a row."""
STEPPED_OVER = 6
"""Cells that may be written again where that is shorter than a jump."""


class Painter:
    """Remembers what the terminal shows, its cursor and its style in force, and writes frames.

    Attributes:
        erases: whether the terminal erases in the ground colour in force (terminfo's ``bce``).
        behind: whether the last frame left something for another one.
    """

    def __init__(self, erases: bool) -> None:
        self.erases, self.behind = erases, False
        self._shown: list[list[Cell]] = []
        self._x = self._y = NOWHERE
        self._style = PLAIN
        self._whole = True

    def forget(self) -> None:
        """Nothing is known of what the terminal shows: the next frame sends all."""
        self._whole = True

    def reset(self) -> str:
        """Puts the plain style in force, as behind a sequence from elsewhere or before the shell's screen."""
        code, self._style = change(self._style, PLAIN)
        return code

    def frame(self, grid: Grid, most: int = sys.maxsize) -> str:
        """The sequences after which the terminal shows the grid; empty where it does.

        Args:
            grid: what it should show.
            most: about how many characters a frame may have; further rows are left for another one.
        """
        out: list[str] = []
        if self._whole:
            self._start_anew(grid, out)
        left, self.behind = Left(), False
        for y, (old, new) in enumerate(zip(self._shown, grid.rows, strict=True)):
            if old != new:
                if left.size >= most:
                    self.behind = True
                    break
                left.add(strokes(y, old, new, self.erases))
                old[:] = new
        while (stroke := left.next(self._x, self._y, self._style)) is not None:
            self._draw(stroke, grid.rows[stroke.row], out)
        if out and grid.cursor != (0, 0):
            out.append(self._move(*grid.cursor, None))
        return "".join(out)

    def _start_anew(self, grid: Grid, out: list[str]) -> None:
        """Clears the screen in the colour of most blanks, or takes every cell for another."""
        self._whole = False
        self._x = self._y = NOWHERE
        out.append("\x1b[m")
        self._style = PLAIN
        there = ANYTHING
        blanks = Counter(style for row in grid.rows for character, style in row if character == " " and style[1] == ANY)
        if self.erases and blanks:
            ground = max(blanks, key=blanks.__getitem__)
            code, self._style = change(self._style, ground)
            out.append(code + "\x1b[2J")
            there = cell(" ", ground)
        self._shown = [[there] * grid.width for _ in grid.rows]

    def _draw(self, stroke: Stroke, row: list[Cell], out: list[str]) -> None:
        """Writes a stroke of a row."""
        y, start, end, style, erases = stroke
        if (self._x, self._y) != (start, y):
            out.append(self._move(start, y, row))
        code, self._style = change(self._style, style)
        out.append(code)
        if erases:
            out.append(erases)
            return
        out.append("".join([character for character, _ in row[start:end]]))
        last, self._x = row[end - 1][0], end
        if end == len(row) or len(last) != 1:
            self._x = self._y = NOWHERE  # terminals differ in how wide this is, or where the cursor waits

    def _move(self, x: int, y: int, row: list[Cell] | None) -> str:
        """The shortest way of the cursor to a cell: over the cells between, in steps, or in a jump."""
        ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"]
        if self._y >= 0 and self._x >= 0:
            down, gap = y - self._y, x - self._x
            over = self._over(row, x) if row is not None and not down and 0 < gap <= STEPPED_OVER else None
            if over is not None:
                ways.append(over)
            ways.append(_vertically(down) + min(_sideways(gap), f"\x1b[{x + 1}G" if x else "\r", key=len))
            if down == 1:
                ways.append("\r" + DOWN + _sideways(x))
        self._x, self._y = x, y
        return min(ways, key=len)

    def _over(self, row: list[Cell], x: int) -> str | None:
        """The cells up to a column, if they are narrow and in the style in force."""
        between = row[self._x : x]
        for character, style in between:
            if not character.isascii() or character in ("", UNKNOWN[0]) or change(self._style, style)[0]:
                return None
        return "".join(character for character, _ in between)


def _sideways(gap: int) -> str:
    """Moves the cursor within its row."""
    if gap > 0:
        return f"\x1b[{gap}C" if gap > 1 else "\x1b[C"
    return "\b" * -gap if gap > -5 else f"\x1b[{-gap}D"


def _vertically(down: int) -> str:
    """Moves the cursor within its column."""
    if down in (-1, 0, 1):
        return ("", DOWN, UP)[down]
    return f"\x1b[{down}B" if down > 0 else f"\x1b[{-down}A"
