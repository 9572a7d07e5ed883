"""The least that makes the terminal show a grid, given what it shows."""

from __future__ import annotations

import sys
from collections import Counter

from rnn_tui.app.terminal.cells import UNKNOWN, Cell, Grid, cell
from rnn_tui.app.terminal.sgr import ANY, PLAIN, change

NOWHERE = -1
"""A position of the cursor that is not known."""
ANYTHING: Cell = ("\1", PLAIN)
"""What is in a cell of a terminal of which nothing is known."""
TO_THE_END, ERASED = 3, 12
"""Blanks in a row that are worth a sequence of their own: up to the right edge, and before it."""
STEPPED_OVER = 6
"""Cells that may be written again where that is shorter than a jump."""


class Painter:
    """Remembers what the terminal shows, its cursor and its style in force, and writes frames.

    Attributes:
        erases: whether the terminal erases in the ground colour in force (terminfo's ``bce``).
    """

    def __init__(self, erases: bool) -> None:
        self.erases = erases
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
            most: characters after which no other row is begun; another frame goes on from there.
        """
        out: list[str] = []
        if self._whole:
            self._start_anew(grid, out)
        for y, (old, new) in enumerate(zip(self._shown, grid.rows, strict=True)):
            if old != new:
                begun = len(out)
                self._row(y, old, new, out)
                old[:] = new
                most -= sum(map(len, out[begun:]))
                if most <= 0:
                    break
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

    def _row(self, y: int, old: list[Cell], new: list[Cell], out: list[str]) -> None:
        """Writes the cells of a row that differ."""
        x = 0
        while (x := _next_difference(old, new, x)) < len(new):
            while x and not new[x][0]:
                x -= 1
            if (self._x, self._y) != (x, y):
                out.append(self._move(x, y, new))
            x = self._run(x, y, old, new, out)

    def _run(self, x: int, y: int, old: list[Cell], new: list[Cell], out: list[str]) -> int:
        """Writes cells from the cursor on for as long as they differ; returns the column behind them."""
        width, style = len(new), self._style
        while x < width:
            written = new[x]
            character, wanted = written
            if written is UNKNOWN:
                return x + 1
            if character == " " and self.erases and wanted[1] == ANY:
                length = _blanks(old, new, x)
                if length:
                    code, self._style = change(style, wanted)
                    out.append(code + ("\x1b[K" if x + length == width else f"\x1b[{length}X"))
                    self._x = x
                    return x + length
            if wanted is not style:
                code, style = change(style, wanted)
                out.append(code)
                self._style = style
            out.append(character)
            x += 1
            if not character.isascii() and (len(character) > 1 or (x < width and not new[x][0])):
                self._x = self._y = NOWHERE  # terminals differ in how wide this is
                while x < width and not new[x][0]:
                    x += 1
                return x
            self._x = x
            if x < width and old[x] == new[x]:
                return x
        self._x = self._y = NOWHERE  # behind the last column
        return x

    def _move(self, x: int, y: int, row: list[Cell] | None) -> str:
        """The shortest way of the cursor to a cell: over the cells between, in steps, or in a jump."""
        ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"]
        if self._y == y and self._x >= 0:
            gap = x - self._x
            over = self._over(row, x) if row is not None and 0 < gap <= STEPPED_OVER else None
            if over is not None:
                ways.append(over)
            ways.append(_sideways(gap))
            ways.append(f"\x1b[{x + 1}G" if x else "\r")
        elif self._y >= 0 and self._x >= 0 and y > self._y:
            down = y - self._y
            if x == 0:
                ways.append("\r" + "\n" * down)
            ways.append(("\x1b[B" if down == 1 else f"\x1b[{down}B") + _sideways(x - self._x))
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
    if gap in (-1, 0, 1):
        return ("", "\x1b[C", "\b")[gap]
    return f"\x1b[{gap}C" if gap > 0 else f"\x1b[{-gap}D"


def _next_difference(old: list[Cell], new: list[Cell], x: int) -> int:
    """The next column from x on at which two rows differ; their length where there is none."""
    width = len(new)
    while x < width and (old[x] is new[x] or old[x] == new[x] or new[x] is UNKNOWN):
        x += 1
    return x


def _blanks(old: list[Cell], new: list[Cell], x: int) -> int:
    """How many equal blanks from x on are better erased than written; 0 for none."""
    blank, end = new[x], x + 1
    while end < len(new) and new[end] == blank:
        end += 1
    if end == len(new):
        return end - x if end - x > TO_THE_END else 0
    return end - x if end - x > ERASED and any(old[k] != blank for k in range(x, end)) else 0
