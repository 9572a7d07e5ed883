"""What Textual writes, read back into a grid of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

from rich.cells import cell_len, get_character_cell_size

from rnn_tui.app.terminal.sgr import PLAIN, Style, styled

Cell = tuple[str, Style]
"""A character with what joins it, and its style; the further cells of a wide character are empty."""
UNKNOWN: Cell = ("\0", PLAIN)
"""A cell that Textual has not written yet."""
MOVE = re.compile("\x1b\\[(\\d+);(\\d+)H")
PIECE = re.compile(
    "\x1b\\[(?P<codes>[\\d;:]*)m"
    "|\x1b\\]8;(?P<link>[^\x1b\x07]*)(?:\x1b\\\\|\x07)"
    "|(?P<strange>\x1b\\[[0-?]*[ -/]*[@-~])"
    "|\x1b[\\]PX^_][^\x1b\x07]*(?:\x1b\\\\|\x07)?"  # strings, as of OSC 52: Textual writes none inside a frame
    "|(?P<text>[^\x1b]+)"
    "|\x1b"
)
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
JOINER = "\u200d"
MANY = 65536
"""Cells that are kept to be the same object each time."""

_known: dict[Cell, Cell] = {}


def cell(character: str, style: Style) -> Cell:
    """A cell; equal ones are mostly one object, which makes comparing them quick."""
    if len(_known) > MANY:
        _known.clear()
    made = (character, style)
    return _known.setdefault(made, made)


@lru_cache(maxsize=16384)
def run_of(style: Style, text: str) -> tuple[Cell, ...]:
    """The cells of a run of text in one style."""
    blank = style.blank
    if text.isascii() and text.isprintable():
        return tuple([cell(character, blank if character == " " else style) for character in text])
    made: list[Cell] = []
    for character in characters(text):
        made.append(cell(character, blank if character == " " else style))
        made += [cell("", style)] * (cell_len(character) - 1)
    return tuple(made)


def characters(text: str) -> list[str]:
    """The characters of a text, each with what has no width of its own and joins it."""
    found: list[str] = []
    for character in CONTROLS.sub("", text):
        if found and (not get_character_cell_size(character) or found[-1].endswith(JOINER)):
            found[-1] += character
        elif get_character_cell_size(character):
            found.append(character)
    return found


@lru_cache(maxsize=4096)
def cells_of(payload: str) -> tuple[tuple[Cell, ...], str]:
    """The cells of what is written between two moves of the cursor, and the sequences in it that are not known."""
    made: list[Cell] = []
    strange: list[str] = []
    style = PLAIN
    for piece in PIECE.finditer(payload):
        text = piece["text"]
        if text:
            joins = "".join(takewhile(lambda c: not get_character_cell_size(c), text))
            if made and joins:
                _join(made, CONTROLS.sub("", joins))
            made += run_of(style, text[len(joins) :])
        elif piece["codes"] is not None:
            style = styled(style, piece["codes"])
        elif piece["link"] is not None:
            link = piece["link"] if piece["link"].partition(";")[2] else ""
            style = Style(style.attributes, style.text, style.ground, link)
        elif piece["strange"]:
            strange.append(piece["strange"])
    return tuple(made), "".join(strange)


def _join(made: list[Cell], joins: str) -> None:
    """Adds what has no width to the last character of some cells."""
    at = len(made) - 1
    while at and not made[at][0]:
        at -= 1
    made[at] = cell(made[at][0] + joins, made[at][1])


class Grid:
    """The cells that the terminal should show.

    Attributes:
        width, rows: the cells, row by row.
        cursor: column and row at which Textual left the cursor, counted from 0.
    """

    def __init__(self) -> None:
        self.width = 0
        self.rows: list[list[Cell]] = []
        self.cursor = (0, 0)

    def resize(self, width: int, height: int) -> bool:
        """Takes another size, all cells unknown; False where it is the size it has."""
        if (width, height) == (self.width, len(self.rows)):
            return False
        self.width = width
        self.rows = [[UNKNOWN] * width for _ in range(height)]
        return True

    def take(self, data: str) -> str:
        """Takes what Textual writes.

        Args:
            data: text and styles, each after a move of the cursor.

        Returns:
            the sequences in it that are not known.
        """
        before, *parts = MOVE.split(data)
        strange = cells_of(before)[1]
        for y, x, payload in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            made, odd = cells_of(payload)
            strange += odd
            if made:
                self.put(int(x) - 1, int(y) - 1, made)
            else:
                self.cursor = (int(x) - 1, int(y) - 1)
        return strange

    def put(self, x: int, y: int, made: Sequence[Cell]) -> None:
        """Puts cells into a row; a wide character of which a half is covered becomes blank."""
        if not (0 <= y < len(self.rows) and 0 <= x < self.width):
            return
        row = self.rows[y]
        end = min(x + len(made), self.width)
        if not row[x][0]:
            self._open(row, x)
        if end < self.width and not row[end][0]:
            self._open(row, end)
        row[x:end] = made[: end - x]
        if end - x < len(made) and not made[end - x][0]:
            self._open(row, end - 1)

    def _open(self, row: list[Cell], x: int) -> None:
        """Makes blanks of the wide character that a cell of a row is part of."""
        first = x
        while first and not row[first][0]:
            first -= 1
        last = first + 1
        while last < self.width and not row[last][0]:
            last += 1
        row[first:last] = [cell(" ", row[first][1].blank)] * (last - first)
