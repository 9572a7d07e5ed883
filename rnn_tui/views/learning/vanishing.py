"""Vanishing and exploding gradients as a picture: |dL/ds_k| over k for a loss at t, for two cells side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import free
from rnn_tui.core.equations import Name
from rnn_tui.core.errors import InputError
from rnn_tui.core.layer import Layer
from rnn_tui.core.rivals import UNTRAINED, chosen, rival
from rnn_tui.core.run import Walk
from rnn_tui.core.vanishing import Aim, Reach, aim_at, reach
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Notation
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN, TITLE
from rnn_tui.views.sheet.pen import Phrase, fitting

ROWS, MORE_ROWS = 12, 13
"""Rows that the picture likes, and where a cell has several states."""
HEADING, BELOW = 2, 1
"""Rows above the bars, and for k below them."""
FINER, MOST = 2, 4
"""A norm has so many digits more than the tables, and at most so many."""
WIDEST = 6
"""Columns of a bar with no number below it."""
LARGEST_MATRIX = 256
"""Rows of a matrix whose eigenvalues are still found at once."""
EIGHTHS = " ▁▂▃▄▅▆▇█"
PLAIN_EIGHTHS = "  ..--=##"


@dataclass(frozen=True, eq=False)
class Plot:
    """One of the two cells.

    Attributes:
        heading: what it is.
        layer: the cell with its numbers.
        reach: the norms, or None.
        why: why there are none.
        skipped: timesteps that are not counted in the k of the norms.
    """

    heading: tuple[Phrase, ...]
    layer: Layer
    reach: Reach | None
    why: str = ""
    skipped: int = 0

    @property
    def norms(self) -> list[float]:
        """All of them."""
        return [] if self.reach is None else [norm for own in self.reach.norms.values() for norm in own]


def rows(frame: Frame) -> int:
    """The rows that the picture likes."""
    if not frame.cell.recurrent:
        return ROWS
    name = chosen(frame.walk, frame.index, frame.gaze.rival)
    other = frame.cell if name == UNTRAINED else Cell.named(name)
    return ROWS if max(len(frame.cell.states), len(other.states)) == 1 else MORE_ROWS


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for a few rows of the plots with their names."""
    return width >= 40 and height >= 7


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """Two plots on one logarithmic scale, a row of bars for every state; a click carries ``{"t": k}``."""
    shown = Shown(frame)
    drawing = Drawing(width, height, shown.notation.glyphs.more)
    if not frame.cell.recurrent or not frame.t:
        stateless = "this layer has no state for gradients to run along"
        text = "a loss at t is needed: step on" if frame.cell.recurrent else stateless
        drawing.write(1, 1, [(text, LABEL)], width - 2)
        return drawing
    focus, index = frame.gaze.focus, frame.index
    picked = focus is not None and (focus.name, focus.offset) == ("y", 0)
    aim = aim_at(frame.walk, frame.t, (index, focus.row) if focus is not None and picked else None)
    plots = [_own(shown, aim), _other(shown, aim)]
    largest = max((norm for plot in plots for norm in plot.norms if math.isfinite(norm)), default=0.0)
    top = math.floor(math.log10(largest)) + 1 if largest else 0
    drawing.write(1, 0, fitting(width - 1, _heading(shown, aim, top), drawing.more), width - 1)
    half = width // 2
    states = max((len(plot.reach.norms) for plot in plots if plot.reach is not None), default=1)
    rows = (drawing.height - HEADING - BELOW) // states
    for place, plot in enumerate(plots):
        _plot(drawing, shown, plot, top, rows, place * half, half - 2)
    return drawing


def spectral_radius(layer: Layer, notation: Notation) -> list[Phrase]:
    """The largest magnitude of an eigenvalue of the matrices on the state, which decides whether gradients vanish."""
    told: list[str] = []
    notation = replace(notation, cell=layer.cell)
    for name, shape in layer.cell.parameters.items():
        matrix = layer.parameters[name]
        square = len(shape) == 2 and shape[0] == shape[1] and matrix.shape[0] <= LARGEST_MATRIX
        if square and np.isfinite(matrix).all():
            told.append(f"{notation.word(name)} {free(float(np.abs(np.linalg.eigvals(matrix)).max()), 2)}")
    if not told:
        return []
    first = Phrase.of(LABEL, f"  spectral radius {told[0]}", f"  radius {told[0]}", rank=3)
    return [first, *(Phrase.of(LABEL, f"  {each}", rank=3) for each in told[1:])]


def told(norm: float, digits: int) -> str:
    """A norm in a few digits, with an exponent where it is small; zero where it is nothing."""
    places = min(digits + FINER, MOST)
    if not norm:
        return "0"
    return free(norm, places) if not 0 < norm < 10.0 ** (1 - places) else f"{norm:.1e}".replace("e-0", "e-")


def _heading(shown: Shown, aim: Aim, top: int) -> list[Phrase]:
    """What is drawn, what L is and why, and the scale."""
    frame = shown.frame
    what = f"{aim.loss} at t = {frame.t}" if aim.loss else f"{shown.notation.at('y', frame.t)}[{aim.unit + 1}]"
    if not aim.loss and aim.layer != frame.index:
        what += f" of layer {aim.layer + 1}"
    state = next(iter(frame.cell.states))
    return [
        Phrase.of(LABEL, f"|dL/d{shown.notation.word(state)}_k|", rank=1),
        Phrase.of(LABEL, " for L = ", " L = "),
        Phrase.of(PLAIN, what),
        Phrase.of(LABEL, f"; {aim.why}", rank=1) if aim.why else Phrase.of(LABEL, ""),
        Phrase.of(LABEL, f"; a row is a power of ten, the top 1e{top}", f"; a row up: times 10, top 1e{top}", rank=2),
    ]


def _own(shown: Shown, aim: Aim) -> Plot:
    """The layer that is looked at, with the parameters used at t."""
    frame = shown.frame
    layer, trained = _used(frame.walk, frame.index, frame.t), frame.teaching is not None
    found, why = _reached(frame.walk, frame.index, frame.t, aim)
    return Plot((Phrase.of(NOW, layer.cell.name), *_said(shown, aim, found, trained)), layer, found, why)


def _other(shown: Shown, aim: Aim) -> Plot:
    """The other cell in its place."""
    frame, index = shown.frame, shown.frame.index
    name = chosen(frame.walk, index, frame.gaze.rival)
    title = f"{frame.cell.name} {UNTRAINED}" if name == UNTRAINED else name
    try:
        other = rival(frame.walk, index, name, frame.t)
    except InputError as error:
        return Plot((Phrase.of(TITLE, title),), frame.layer, None, error.why)
    t = frame.t - other.skipped
    found, why = _reached(other.walk, index, t, aim)
    heading = [Phrase.of(TITLE, title), *_said(shown, aim, found, other.trained)]
    if not other.trained and name != UNTRAINED:
        heading.append(Phrase.of(LABEL, "  random", rank=1))
    if other.skipped:
        heading.append(Phrase.of(LABEL, f"  zeros before t = {other.skipped + 1}", rank=1))
    return Plot(tuple(heading), _used(other.walk, index, min(t, other.walk.last)), found, why, other.skipped)


def _used(walk: Walk, layer: int, t: int) -> Layer:
    """A layer with the parameters used at t."""
    return walk.chunk_at(t).network.layers[layer]


def _reached(walk: Walk, layer: int, t: int, aim: Aim) -> tuple[Reach | None, str]:
    """The norms, or why there are none."""
    if t > walk.last:
        return None, f"learning broke off at t = {walk.last}"
    try:
        return reach(walk, layer, t, aim), ""
    except InputError as error:
        return None, error.why


def _said(shown: Shown, aim: Aim, found: Reach | None, trained: bool) -> list[Phrase]:
    """L, and what the parameters are."""
    frame, secret = shown.frame, False
    if not aim.loss and aim.layer == frame.index:
        secret = aim.unit in shown.grid(Name("y", 0)).hidden
    value = "?" if secret else "" if found is None else free(found.value, frame.look.digits)
    said = [Phrase.of(PLAIN, f"  L {value}", rank=1)] if value else []
    epoch = f"epoch {frame.walk.epoch}"
    return [*said, Phrase.of(LABEL, f"  {epoch}", rank=1)] if trained else said


def _plot(drawing: Drawing, shown: Shown, plot: Plot, top: int, rows: int, x: int, width: int) -> None:
    """One plot: what it is and what decides, bars in so many rows for every state, k below."""
    frame, memo = shown.frame, shown.frame.walk.memo
    notation = Notation(frame.look.ascii, frame.look.names, plot.layer.cell, reverse=plot.layer.reverse)
    radius = memo.get(("radius", plot.layer, notation), lambda: spectral_radius(plot.layer, notation))
    drawing.write(x + 1, 1, fitting(width - 1, [*plot.heading, *radius], drawing.more), width - 1)
    if plot.reach is None:
        drawing.write(x + 1, HEADING, [(plot.why, LABEL)], width - 1)
        return
    room, count = max(width - 1, 1), len(next(iter(plot.reach.norms.values())))
    longest = max(len(told(norm, frame.look.digits)) for norm in plot.norms)
    numbers = (longest + 1) * count <= room
    wide = longest + 1 if numbers else min(max(room // count, 1), WIDEST)
    left_out = max(count - room, 0)
    kept = slice(0, room) if plot.layer.reverse else slice(left_out, None)
    start = plot.reach.first + (0 if plot.layer.reverse else left_out)
    below = numbers and rows > 2
    bars = rows - 1 - below
    for index, (name, norms) in enumerate(plot.reach.norms.items()):
        y = HEADING + index * rows
        said = _largest(notation.word(name), norms, plot.reach.first + plot.skipped, frame.look.digits)
        drawing.write(x + 1, y, fitting(width - 1, said, drawing.more), width - 1)
        for place, norm in enumerate(norms[kept]):
            now = start + place + plot.skipped == frame.t
            column, style = x + 1 + place * wide, NOW if now else PLAIN
            for row, level in enumerate(_levels(norm, top, bars)):
                glyphs = PLAIN_EIGHTHS if frame.look.ascii or frame.look.signs else EIGHTHS
                drawing.put(column, y + bars - row, glyphs[level] * max(wide - 1, 1), style)
            if below:
                drawing.put(column, y + rows - 1, told(norm, frame.look.digits), style)
    for place in range(min(count, room)):
        k = start + place + plot.skipped
        drawing.mark(x + 1 + place * wide, HEADING, wide, drawing.height - HEADING - BELOW, {"t": k})
    first, last = f"k = {start + plot.skipped}", f"k = {start + plot.skipped + min(count, room) - 1}"
    drawing.write(x + 1, drawing.height - 1, [(first, LABEL)], width)
    if count > 1:
        begin = (min(count, room) - 1) * wide if numbers else min(count * wide, room) - len(last)
        drawing.put(x + 1 + max(begin, len(first) + 1), drawing.height - 1, last, LABEL)


def _largest(word: str, norms: Sequence[float], first: int, digits: int) -> list[Phrase]:
    """A state, and the largest of its norms, or that there is none."""
    title = Phrase.of(TITLE, f"|dL/d{word}_k|")
    lost = sum(not math.isfinite(norm) for norm in norms)
    if not any(norms):
        return [title, Phrase.of(LABEL, " 0 at every k")]
    finite = [norm if math.isfinite(norm) else -1.0 for norm in norms]
    largest = max(finite)
    word_, told_ = (" largest", f" {told(largest, digits)}") if largest >= 0 else ("", "")
    at = f", at k = {first + finite.index(largest)}" if largest >= 0 else ""
    more = f"; {lost} not finite" if lost else ""
    begun = [title, Phrase.of(PLAIN, word_, "", rank=2), Phrase.of(PLAIN, told_)]
    return [*begun, Phrase.of(LABEL, at, rank=1), Phrase.of(LABEL, more)]


def _levels(norm: float, top: int, rows: int) -> list[int]:
    """Eighths of every row, from below, of a norm: a row is a power of ten, and the highest ends at 1e`top`."""
    if not norm or not math.isfinite(norm):
        return [0] * max(rows, 0)
    steps = 8 * (rows + math.log10(norm) - top)
    steps = max(round(steps), 1 if steps > -8 else 0)
    return [min(max(steps - 8 * row, 0), 8) for row in range(rows)]
