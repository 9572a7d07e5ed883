"""Whole matrices as heat maps, and the states' history as one: H rows by a window of t columns.

Panels side by side have one height of cells, so that row i of W, of U and of s stand in one line. What is too large is
shown by blocks, each cell the number of largest magnitude in its block, and the legend says so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Equation, names
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.formula import formula
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.maps.histories import HistoryPanel, last_steps
from rnn_tui.views.maps.panels import NARROWEST, Margins, MatrixPanel, Panel
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.measures import GAP, scale_runs
from rnn_tui.views.sheet.notation import mark
from rnn_tui.views.sheet.palette import LABEL, LEVELS, PLAIN
from rnn_tui.views.sheet.pen import Run, length

Part = tuple[Sequence[int], Sequence[int]]
"""Some rows and columns of a matrix, from 0."""
Matrices = Callable[[], Sequence[MatrixPanel]]
"""Those of one equation, made where there is room for them."""
BETWEEN = 3
"""Columns between panels."""
TALL = 15
"""Rows from which the history stands below the matrices, not beside them."""


def maps(frame: Frame, width: int, height: int) -> Drawing:
    """The matrices of the shown equation, the history of the states (or of y), and what the colours stand for.

    Matrices share a scale, and so do states. On few rows all stand side by side, else the history below; where the
    matrices then leave room, those of the next sums stand beside them. Panels that have no room are left out, but for
    the first matrix and the first history.
    """
    shown, parts = Shown(frame), windows(frame, width, height)
    at = frame.sums.index(frame.equation) + 1 if frame.equation in frame.sums else 0
    others = [sum_ for sum_ in (*frame.sums[at:], *frame.sums[:at]) if sum_ != frame.equation]
    matrices = [partial(_matrices, shown, frame.equation, parts), *(partial(_matrices, shown, o, {}) for o in others)]
    return _composed(_sheet(frame, width, height), matrices, _histories(shown, width, True))


def history(frame: Frame, width: int, height: int) -> Drawing:
    """The history of the states (or of y) alone, with headings and legend, and with numbers where the whole
    run has room with them."""
    panels = [replace(panel, numbered=True) for panel in _histories(Shown(frame), width)]
    return _composed(_sheet(frame, width, height), [list], panels)


def _sheet(frame: Frame, width: int, height: int) -> Drawing:
    return Drawing(width, height, mark(frame.look.ascii))


def _matrices(shown: Shown, equation: Equation, parts: Mapping[str, Part]) -> list[MatrixPanel]:
    """The matrices of an equation, in one scale: the largest magnitude, or 1 where there are but zeros; of some, the
    rows and columns that the tables show."""
    frame = shown.frame
    used = dict.fromkeys(name.name for name in names(equation.expression) if name.offset is None)
    arrays = {name: frame.step.parameters[name] for name in used if frame.step.parameters[name].ndim == 2}
    scale = max((shown.largest(name, array) for name, array in arrays.items()), default=0.0) or 1.0
    panels = []
    for name, array in arrays.items():
        turned = name in shown.notation.turned
        panels.append(
            MatrixPanel(
                frame.look,
                shown.notation.word(name),
                array.T if turned else array,
                scale,
                row_names=shown.column_names(name) if turned else shown.row_names(name),
                window=parts.get(name),
                memo=shown.kept(f"{name} turned") if turned else shown.kept(name),
            )
        )
    return panels


def windows(frame: Frame, width: int, height: int) -> dict[str, Part]:
    """The rows and columns, from 0, that the tables would show of every matrix in the same room, where not all."""
    found = {}
    for piece in formula(frame, width, height).pieces:
        if piece.grid is not None and piece.window is not None and not piece.grid.vector:
            rows, columns = piece.window.rows, piece.window.columns
            if (len(rows), len(columns)) != piece.grid.values.shape:
                found[piece.grid.name.name] = (rows, columns)
    return found


def _histories(shown: Shown, width: int, whole: bool = False) -> list[HistoryPanel]:
    recorded = last_steps(shown, width)
    panels = [HistoryPanel.of(shown, name, recorded, whole) for name in shown.frame.cell.states or ("y",)]
    scale = max(panel.scale for panel in panels)
    return [replace(panel, scale=scale) for panel in panels]


@dataclass(frozen=True, eq=False)
class Band:
    """Panels side by side, the width of each, and what stands around their cells."""

    panels: Sequence[Panel]
    widths: Sequence[int]
    margins: Margins

    @classmethod
    def of(cls, panels: Sequence[Panel], width: int, height: int) -> Band:
        """As many panels as have room; of the measures of matrices as much as leaves the cells enough of it."""
        panels = _with_room(panels, width)
        inner = width - BETWEEN * (len(panels) - 1)
        for each in (1, 4, 2, 0):
            margins, texts = _margins(panels, height, each)
            least = [panel.least(margins.lines, each) for panel in panels]
            if (margins.lines >= texts if each == 1 else margins.height <= height) and sum(least) <= inner:
                break
        return cls(panels, _shared(least, [panel.natural(margins.lines, each) for panel in panels], inner), margins)

    @property
    def natural(self) -> bool:
        """Whether all panels are as wide as they like."""
        margins = self.margins
        liked = (panel.natural(margins.lines, margins.measures) for panel in self.panels)
        return all(width >= like for width, like in zip(self.widths, liked, strict=True))

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """For each panel, what a cell stands for."""
        return [panel.block(width, self.margins) for panel, width in zip(self.panels, self.widths, strict=True)]

    def paint(self, drawing: Drawing, x: int, y: int) -> None:
        """Draws the panels from (x, y)."""
        for panel, width in zip(self.panels, self.widths, strict=True):
            panel.paint(drawing, x, y, width, self.margins)
            x += width + BETWEEN


def _margins(panels: Sequence[Panel], height: int, each: int) -> tuple[Margins, int]:
    """What stands around the cells with so many measures in a line, and the lines that these take."""
    matrices = [panel for panel in panels if isinstance(panel, MatrixPanel)]
    texts = max((len(panel.text_lines(each)) for panel in matrices), default=0) if each else 0
    heading, ruler, timed = height >= 3, bool(matrices) and height >= 5, len(matrices) < len(panels) and height >= 4
    below = max(int(timed), texts if each > 1 else 0)
    room = height - heading - ruler - below
    if each > 1:
        room = max(room, 3)
    return Margins(max(panel.lines(room) for panel in panels), heading, ruler, below, each if matrices else 0), texts


def _with_room(panels: Sequence[Panel], width: int) -> list[Panel]:
    """As many panels as have room, in their order: the first of each kind before the others."""
    most = max((width + BETWEEN) // (NARROWEST + BETWEEN), 1)
    kinds = [isinstance(panel, MatrixPanel) for panel in panels]
    ranks = [(0 if index == kinds.index(kind) else 1, index) for index, kind in enumerate(kinds)]
    chosen = sorted(index for _, index in sorted(ranks)[:most])
    return [panels[index] for index in chosen]


def _shared(least: Sequence[int], wanted: Sequence[int], width: int) -> list[int]:
    """Widths that share out a width: at least `least` where possible, at most `wanted`, else equal."""
    if sum(least) > width:
        return [max(width // len(least), 1)] * len(least)

    def raised(level: int) -> list[int]:
        return [max(low, min(level, high)) for low, high in zip(least, wanted, strict=True)]

    return raised(bisect_right(range(width + 1), width, key=lambda level: sum(raised(level))) - 1)


def _composed(drawing: Drawing, matrices: Sequence[Matrices], histories: Sequence[HistoryPanel]) -> Drawing:
    width, height = drawing.width, drawing.height
    if not width or not height:
        return drawing
    most = 2 if height >= TALL else 1 if height >= 6 else 0
    bands = _bands(matrices, histories, width, height, most)
    lines = _explained(bands, width, most)[:most]
    if len(lines) < most:
        bands = _bands(matrices, histories, width, height, len(lines))
        lines = _explained(bands, width, len(lines))
    y = 0
    for band in bands:
        band.paint(drawing, 0, y)
        y += band.margins.height + 1
    for line, runs in enumerate(lines, min(y, height - len(lines))):
        drawing.write(0, line, runs, width)
    return drawing


def _bands(
    matrices: Sequence[Matrices], histories: Sequence[HistoryPanel], width: int, height: int, legends: int
) -> list[Band]:
    """The panels in a band, or in two, one above the other with a blank line between."""
    room, first = height - legends, matrices[0]()
    if height < TALL or not first:
        return [Band.of([*first, *histories], width, room)]
    upper = Band.of(first, width, room - (room - 1) // 2)
    for more in matrices[1:]:
        wider = Band.of(_scaled([*upper.panels, *more()]), width, room - (room - 1) // 2)
        if wider.margins != upper.margins or not wider.natural:
            break
        upper = wider
    return [upper, Band.of(histories, width, room - upper.margins.height - 1)]


def _scaled(panels: Sequence[Panel]) -> list[Panel]:
    """Panels in the largest of their scales."""
    scale = max(panel.scale for panel in panels)
    return [replace(panel, scale=scale) for panel in panels]


def _explained(bands: Sequence[Band], width: int, lines: int) -> list[list[Run]]:
    """The colour scales and what a cell stands for: in one line if it fits, else in `lines`, else as much as fits."""
    notes = _notes([pair for band in bands for pair in zip(band.panels, band.blocks, strict=True)])
    panels = [panel for band in bands for panel in band.panels]
    scales: dict[tuple[float, bool], list[str]] = {}
    for band in bands:
        for panel, wide in zip(band.panels, band.widths, strict=True):
            if not (panel.signs and panel.written_out(wide, band.margins)):
                scales.setdefault((panel.scale, panel.share), []).append(panel.name)

    def line(cells: int, named: bool, count: int, note: str) -> list[Run]:
        runs: list[Run] = []
        for (scale, share), called in list(scales.items())[:count]:
            name = ", ".join(called) if named and len(scales) > 1 else ""
            runs += [*([(GAP * 2, PLAIN)] if runs else []), *scale_runs(scale, panels[0].look, cells, name, share)]
        return [*runs, (f"{GAP * 2}{note}", LABEL)] if note else runs

    both, looks = len(scales), ((LEVELS, True), (3, True), (3, False), (2, False), (1, False))
    tries = [[line(cells, named, both, notes[0])] for cells, named in looks[:2]]
    if lines > 1 and notes[0]:
        tries += [[line(cells, named, both, ""), [(notes[0], LABEL)]] for cells, named in looks]
    tries += [[line(cells, named, count, note)] for count in (both, 1) for note in notes for cells, named in looks[1:]]
    return next((each for each in tries if max(map(length, each)) <= width), tries[-1])


def _notes(blocks: Sequence[tuple[Panel, tuple[int, int]]]) -> tuple[str, ...]:
    """What a cell stands for where that is more than one number, said at length and in brief; empty where not."""
    by = "x" if blocks[0][0].look.ascii else "×"
    sizes: dict[str, list[str]] = {}
    for panel, (rows, columns) in blocks:
        if rows * columns > 1:
            sizes.setdefault(f"{rows}{by}{columns}", []).append(panel.name)
    if not sizes:
        return ("",)
    alone = len(sizes) == 1 and len(next(iter(sizes.values()))) == len(blocks)
    each = [size if alone else f"{size} ({', '.join(names)})" for size, names in sizes.items()]
    return f"each cell: the largest of {', '.join(each)}", f"cell: largest of {', '.join(sizes)}"
