"""A quantity over time as a heat map: a row for each of its numbers, a column for each timestep."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.columns import begins
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import number
from rnn_tui.core.digest import VALUE
from rnn_tui.core.equations import Name
from rnn_tui.core.step import Step
from rnn_tui.views.layer.shown import Shown, bounded
from rnn_tui.views.maps.panels import NARROWEST, READABLE, Margins, Panel
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.paging import page
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, ZERO, heat, level
from rnn_tui.views.sheet.pen import length
from rnn_tui.views.sheet.raster import UNKNOWN, Axis, largest, levels, paint

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class HistoryPanel(Panel):
    """A quantity over time: (R, n), the n timesteps up to the cursor that may be in view.

    Where not all T have room beside one another, it is a page of them, or, where it is `folded`, the whole run in
    columns of several timesteps, of each number the one of largest magnitude; of those that have been computed.

    Attributes:
        cursor: 0 to T.
        count: T.
        hidden: (R, n), which numbers must not be shown yet; they are as unknown as those to come.
        written: the columns that a number takes.
        numbered: whether the numbers stand in the cells where all timesteps have room with them.
        secret: the timesteps that have such, of the whole run.
        folded: a number of columns to the (R, k) numbers of the k of them that have been computed; None for pages.
    """

    cursor: int = 0
    count: int = 0
    hidden: Array = field(default_factory=lambda: np.zeros((0, 0), bool))
    written: int = 0
    numbered: bool = False
    secret: tuple[int, ...] = ()
    folded: Callable[[int], Array] | None = None

    @classmethod
    def of(cls, shown: Shown, name: str, recorded: Sequence[Step], whole: bool = False) -> HistoryPanel:
        """A quantity of the shown layer, from its last steps; `whole`, folded where not all have room."""
        grid = shown.grid(Name(name, 0))
        rows = grid.values.shape[0]
        vectors = [step.inputs[name] if name in step.inputs else step.values[name] for step in recorded]
        values = np.stack([np.atleast_1d(v) for v in vectors], axis=1) if vectors else np.zeros((rows, 0))
        hidden = np.zeros(values.shape, bool)
        for column, step in enumerate(recorded):
            hidden[sorted(shown.hidden(name, step.t)), column] = True
        values = np.where(hidden, 0, values)
        frame = shown.frame
        folded = over_the_run(shown, name) if whole else None
        secret = tuple(sorted({t for _, t, _ in frame.hidden if shown.hidden(name, t)})) if folded else ()
        known = folded(1) if folded is not None and not secret else values
        scale = 1.0 if name in bounded(frame.cell) else round_up(known)
        return cls(
            frame.look,
            shown.notation.word(name),
            values,
            scale,
            row_names=shown.row_names(name),
            share=name == "y" and frame.cell.distribution,
            cursor=frame.t,
            count=len(frame.walk),
            hidden=hidden,
            written=grid.width,
            secret=secret,
            folded=folded,
        )

    @property
    def columns(self) -> int:
        """T."""
        return self.count

    def natural(self, lines: int, each: int = 0) -> int:
        """The width that shows all timesteps with cells as large as the lines allow, and the heading."""
        return max(self.gutter + self.count * self._wide(lines), length(self.title), NARROWEST)

    def _wide(self, lines: int) -> int:
        """The columns that a cell likes: as wide as it is tall, or as its number."""
        return max(self.down(lines).size, 2, self.written + 1 if self._has_numbers(lines) else 0)

    def _has_numbers(self, lines: int) -> bool:
        """Whether numbers can be written into the lines of the rows."""
        return self.numbered and self.own_lines(self.down(lines))

    def block(self, width: int, margins: Margins) -> tuple[int, int]:
        """How many (rows, timesteps) a cell stands for."""
        room = max(width - self.gutter, 1)
        return self.down(margins.lines).block, -(-self.count // room) if self.folds(room) else 1

    def folds(self, room: int) -> bool:
        """Whether timesteps are put together in `room` columns."""
        return self.folded is not None and self.count > room

    def page(self, width: int, margins: Margins) -> tuple[range, int]:
        """The timesteps in view and the width of each: all of them as large as fits, or a page of narrow ones."""
        room = max(width - self.gutter, 1)
        wide = min(room // max(self.count, 1), self._wide(margins.lines))
        if not wide:
            wide = 2 if room >= 2 * READABLE else 1
        return page(self.cursor, self.count, room // wide), wide

    def written_out(self, width: int, margins: Margins) -> bool:
        """Whether its numbers stand in the cells."""
        folds = self.folds(max(width - self.gutter, 1))
        return not folds and self._has_numbers(margins.lines) and self.page(width, margins)[1] > self.written

    def paint(self, drawing: Drawing, x: int, y: int, width: int, margins: Margins) -> None:
        """Draws it into `width` columns from (x, y)."""
        axis, room = self.down(margins.lines), max(width - self.gutter, 1)
        left, top = x + self.gutter, y + margins.top
        folds = self.folds(room)
        if self.folded is not None and folds:
            steps, wide, begin = range(1, self.count + 1), 1, begins(self.count, room)
            cells, note = self._folded(self.folded(room), begin, axis.block), []
        else:
            steps, wide = self.page(width, margins)
            begin = np.arange(steps.start, steps.stop) - 1
            cells = self._page(steps, axis.block)
            note = [f"t = {self.part(steps)}"] if len(steps) < self.count else []
        if margins.heading:
            self.head(drawing, x, y, width, DIM, *note)
        paint(drawing, left, top, cells, axis.size, wide, self.signs)
        if self.written_out(width, margins):
            self._numbers(drawing, left, top, steps, axis, wide)
        self.row_numbers(drawing, x, top, axis)
        if margins.below:
            self._times(drawing, left, top + margins.lines, steps, begin, wide)
        ends = [*begin[1:].tolist(), steps[-1]]
        for index, (start, end) in enumerate(zip(begin.tolist(), ends, strict=True)):
            t = self.cursor if start < self.cursor <= end else (start + end - 1) // 2 + 1
            drawing.mark(left + index * wide, top, wide, margins.lines + (margins.below > 0), {"t": t})

    def _numbers(self, drawing: Drawing, x: int, y: int, steps: range, axis: Axis, wide: int) -> None:
        """Writes the numbers that are known into the middle of their cells."""
        first = self.cursor - self.values.shape[1] + 1
        for row, t in product(range(self.rows), range(max(steps.start, first), min(self.cursor + 1, steps.stop))):
            value = float(self.values[row, t - first])
            if self.hidden[row, t - first] or not math.isfinite(value):
                continue
            lines = self.marked(axis, range(row, row + 1))
            text = number(value, self.look.digits, self.written).center(wide)
            strength = level(value, self.scale)
            style = heat(strength) if strength else ZERO
            drawing.put(x + (t - steps.start) * wide, y + lines[(len(lines) - 1) // 2], text, style)

    def _page(self, steps: range, block: int) -> Array:
        """The levels of some timesteps up to the cursor, `block` rows put together."""
        known = range(steps.start, min(self.cursor + 1, steps.stop))
        first = self.cursor - self.values.shape[1] + 1
        cells = np.full((-(-self.rows // block), len(steps)), UNKNOWN)
        if known:
            part = slice(known.start - first, known.stop - first)
            told = levels(largest(self.values[:, part], block, 1), self.scale)
            hidden = largest(self.hidden[:, part].astype(float), block, 1) > 0
            cells[:, : len(known)] = np.where(hidden, UNKNOWN, told)
        return cells

    def _folded(self, known: Array, begin: Array, block: int) -> Array:
        """The levels of the whole run; columns with a number that must not be shown yet are as unknown as the rest."""
        cells = np.full((-(-self.rows // block), len(begin)), UNKNOWN)
        if known.size:
            cells[:, : known.shape[1]] = levels(largest(known, block, 1), self.scale)
        for t in self.secret:
            cells[:, column_of(begin, t)] = UNKNOWN
        return cells

    def _times(self, drawing: Drawing, x: int, y: int, steps: range, begin: Array, wide: int) -> None:
        """Draws the t of the cursor with a mark under its column, then as many others as have room."""
        end, taken = x + len(begin) * wide, [False] * (len(begin) * wide + 2)
        mark = "^" if self.look.ascii else "▴"
        longest, each = len(str(steps[-1])), wide * len(begin) / len(steps)
        every = next(n * 10**e for e in range(9) for n in (1, 2, 5) if n * 10**e * each > longest + (n * 10**e > 1))
        others = (steps[0], steps[-1], *range(-(-steps[0] // every) * every, steps.stop, every))
        for t in dict.fromkeys((self.cursor, *others) if self.cursor in steps else others):
            text = f"{mark}{t}" if t == self.cursor else str(t)
            at = x + column_of(begin, t) * wide + max((wide - len(text)) // 2, 0)
            if len(text) > end - x and t == self.cursor:
                text = mark
            elif at + len(text) > end:
                text = f"{t}{mark}" if t == self.cursor else text
                at = min(at + 1, end) - len(text)
            room = range(at - x - 1, at - x + len(text) + 1)
            if at >= x and not any(taken[place] for place in room if 0 <= place < len(taken)):
                drawing.put(at, y, text, NOW if t == self.cursor else LABEL if t < self.cursor else DIM)
                taken[at - x : at - x + len(text)] = [True] * len(text)


def column_of(begin: Array, t: int) -> int:
    """The column in which a timestep is, of columns that begin at these, from 0."""
    return int(np.searchsorted(begin, t - 1, "right")) - 1


def over_the_run(shown: Shown, name: str) -> Callable[[int], Array] | None:
    """A number of columns to what a quantity is in each of them over the run; None where only the tape has it."""
    frame, walk = shown.frame, shown.frame.walk
    digest = walk.tape.digest
    if not digest.has(frame.index, name, 0, VALUE):
        return None

    def found(columns: int) -> Array:
        def strongest() -> Array:
            return digest.strongest(frame.index, name, columns)

        if digest.ready < digest.count:
            return strongest()
        return walk.memo.get(("strongest", walk.epoch, frame.index, name, columns), strongest)

    return found


def last_steps(shown: Shown, most: int) -> list[Step]:
    """At most `most` steps of the shown layer up to the cursor; nothing after it is asked for."""
    times = range(max(shown.frame.t - max(most, 1), 0) + 1, shown.frame.t + 1)
    return [shown.frame.step_at(t) for t in times]


def round_up(values: Array) -> float:
    """1, 2, 5, 10, 20, ...: the first that no finite value exceeds, so that it seldom changes with time."""
    most = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    if most <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next((n * power for n in (1, 2, 5, 10) if most <= n * power < math.inf), most)
