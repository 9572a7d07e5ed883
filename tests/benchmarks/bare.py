"""A bare Textual app that changes as many cells: ``python -m tests.benchmarks.bare CELLS RUNS ROWS [static]``.

It fills the screen with one text and knows two pictures of it; a key shows the other one, which differs in CELLS cells,
in RUNS runs spread over ROWS rows. Nothing is computed. With Textual's line API only the cells that change are
refreshed, which is the least that an app can do; ``static`` has a Static widget a run, updated with a string, which is
the usual way.
"""

from __future__ import annotations

import sys

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Key
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

INK = Style(color="#d7dae0", bgcolor="#1e2127")
Run = tuple[int, int, int]
"""A row, its first cell that changes, and how many do."""


def spread(cells: int, runs: int, rows: int, width: int) -> list[Run]:
    """`cells` cells in `runs` runs in `rows` rows, all as evenly as can be."""
    found = []
    for number in range(runs):
        row, place = number % rows, number // rows
        in_row = runs // rows + (row < runs % rows)
        found.append((row, place * (width // in_row), cells // runs + (number < cells % runs)))
    return sorted(found)


class Lines(Widget):
    """The whole screen by the line API."""

    DEFAULT_CSS = "Lines { width: 100%; height: 100%; }"

    def __init__(self, runs: list[Run]) -> None:
        super().__init__()
        self.runs, self.picture = runs, 0

    def render_line(self, y: int) -> Strip:
        segments, end = [], 0
        for row, first, length in self.runs:
            if row == y:
                segments += [Segment("." * (first - end), INK), Segment("01"[self.picture] * length, INK)]
                end = first + length
        return Strip([*segments, Segment("." * (self.size.width - end), INK)])

    def turn(self) -> None:
        """Shows the other picture."""
        self.picture = 1 - self.picture
        self.refresh(*(Region(first, row, length, 1) for row, first, length in self.runs))


class Bare(App[None]):
    """The app."""

    CSS = "Static { position: absolute; height: 1; } .still { width: 100%; height: 100%; }"

    def __init__(self, cells: int, runs: int, rows: int, static: bool) -> None:
        super().__init__()
        self.counts, self.static, self.picture = (cells, runs, rows), static, 0

    def compose(self) -> ComposeResult:
        runs = spread(*self.counts, self.size.width)
        if not self.static:
            yield Lines(runs)
            return
        yield Static("." * self.size.width * self.size.height, classes="still")
        for row, first, length in runs:
            changing = Static("0" * length, classes="changing")
            changing.styles.offset, changing.styles.width = (first, row), length
            yield changing

    def on_key(self, event: Key) -> None:
        if not self.static:
            self.query_one(Lines).turn()
            return
        self.picture = 1 - self.picture
        for widget in self.query(".changing").results(Static):
            widget.update("01"[self.picture] * widget.size.width, layout=False)


if __name__ == "__main__":
    Bare(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), "static" in sys.argv[4:]).run()
