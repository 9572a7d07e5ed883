"""The network whole: its layers up, the timesteps across, the layer that is looked at and the cursor's column lit."""

from __future__ import annotations

from rnn_tui.stepper.frame import Frame
from rnn_tui.views.diagrams import stack
from rnn_tui.views.diagrams.ends import draw_ends
from rnn_tui.views.diagrams.stack import SEQUENCE, SMALL, TALL
from rnn_tui.views.diagrams.whole import Whole, letters, tall
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import CURSOR, LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import shortened

WIDE = 200
"""Columns in which it is drawn as tall as it can be."""
LEAST = (24, 3)
"""Columns and rows in which it says something."""


def rows(frame: Frame) -> int:
    """The rows that the picture likes."""
    return heights(frame, WIDE)[0]


def heights(frame: Frame, width: int) -> list[int]:
    """The rows that it makes use of in so many columns, down from those that it likes."""
    return stack.heights(len(frame.walk.network.layers), len(letters(frame)), tall(frame, width))


def fits(frame: Frame, width: int, height: int) -> bool:
    """Whether there is room for the layer that is looked at and for what lies around it."""
    return width >= LEAST[0] and height >= min(LEAST[1], len(frame.walk.network.layers))


def draw(frame: Frame, width: int, height: int) -> Drawing:
    """A row of boxes a layer, joined by their states; y goes up from row to row, to what is predicted.

    A click on a box goes to its timestep and its layer. Where `height` is small, the boxes are one row high, then the
    arrows between the rows are left out, then the letters, then the layers that are far from the one looked at.
    """
    whole = Whole(frame, width, height)
    for layer in whole.floors.layers:
        _name(whole, layer)
        for t in whole.columns.steps:
            _box(whole, layer, t)
        if whole.network.layers[layer].cell.recurrent:
            _states(whole, layer)
    if whole.floors.form.arrows:
        _arrows(whole)
    _folded(whole)
    draw_ends(whole)
    return whole.drawing


def _name(whole: Whole, layer: int) -> None:
    lit, row, drawing = layer == whole.frame.index, whole.floors.row(layer), whole.drawing
    text = shortened(whole.title(layer), whole.gutter, drawing.more)
    drawing.put(0, row, f">{text}<" if lit and whole.frame.look.ascii else f" {text} ", CURSOR if lit else PLAIN)
    drawing.mark(0, row, whole.gutter + 2, 1, {"layer": layer + 1})


def _box(whole: Whole, layer: int, t: int) -> None:
    """A box with the cell's name where there is room, else with y as blocks."""
    own, style, drawing, x, width = (
        whole.ink(t),
        whole.style(layer, t),
        whole.drawing,
        whole.columns.x(t),
        whole.columns.box,
    )
    row, name, high = whole.floors.row(layer), whole.network.layers[layer].cell.name, whole.floors.form.box
    if high == TALL:
        drawing.box(x, row - 1, width, high, own.box, style)
        drawing.middle(x, row, width, name, style)
    else:
        for end, side in zip((x, x + width - 1), whole.sides(t), strict=True):
            drawing.put(end, row, side, style)
        whole.blocks(layer, t, x + 1, row, width - 2)
    drawing.mark(x, row - high // 2, width, high, {"layer": layer + 1, "t": t})


def _states(whole: Whole, layer: int) -> None:
    """The arrows of the state into every box in view, and out of the last; a reversed layer's run to the left."""
    columns, reverse = whole.columns, whole.network.layers[layer].reverse
    for t in range(columns.steps.start, columns.steps.stop + 1):
        x = columns.x(t) - columns.link
        beyond = whole.turned and t > len(whole.walk)  # nothing hands a gradient back from there
        if x + columns.link <= whole.drawing.width and not beyond:
            _state(whole, layer, x, t, t if reverse else t - 1)


def _state(whole: Whole, layer: int, x: int, t: int, carried: int) -> None:
    """One arrow left of t, with the name of the state that it carries in the layer that is looked at; a wall where the
    states begin afresh, and on the way back where a window ends, which only values pass."""
    drawing, glyphs, link, row = whole.drawing, whole.glyphs, whole.columns.link, whole.floors.row(layer)
    teaching, ascii_ = whole.frame.back, whole.frame.look.ascii
    ends = teaching is not None and 1 < t <= whole.walk.last and teaching.update_at(t).window.first == t
    if ends or whole.walk.run.interventions.afresh(t, False):
        half = whole.floors.form.box // 2
        for high in range(row - half, row + half + 1):
            drawing.middle(x, high, link, "H" if ascii_ else "║", LABEL)
        return
    style, line = whole.style(layer, carried), whole.ink(carried).line * (link - 1)
    left = whole.network.layers[layer].reverse != whole.turned
    drawing.put(x, row, glyphs.left + line if left else line + glyphs.right, style)
    name = "d" * whole.turned + whole.shown.notation.at("s", carried)
    if layer == whole.frame.index and len(name) + 2 <= link:
        drawing.put(x + 1, row, name, style)


def _arrows(whole: Whole) -> None:
    """What every layer reads: arrows from the one below, lines from others, and names at the cursor."""
    reads = whole.network.reads
    for t in whole.columns.steps:
        for layer in whole.floors.layers:
            if layer - 1 in reads[layer]:
                whole.drawing.put(whole.centre(t), whole.floors.arrow(layer), whole.up(t), whole.ink(t).style)
        for source, layer in whole.lanes:
            _lane(whole, source, layer, t)
        for layer in whole.floors.layers:
            if layer and layer - 1 in reads[layer] and whole.floors.form.box == TALL:
                _behind(whole, layer, t)
    now, index, notation = whole.frame.t, whole.frame.index, whole.shown.notation
    if now in whole.columns.steps:
        for layer, name in ((index, next(iter(whole.frame.cell.inputs))), (index + 1, "y")):
            if layer < len(reads) and layer - 1 in reads[layer]:
                _beside(whole, whole.floors.arrow(layer), f" {notation.at(name, now)}")


def _behind(whole: Whole, layer: int, t: int) -> None:
    """The y of the layer below as blocks behind its arrow, where no line passes; a low box has it inside."""
    x, row, width = whole.centre(t) + 1, whole.floors.arrow(layer), whole.columns.box // 2
    if all(whole.drawing.blank(column, row) for column in range(x, x + width)):
        whole.blocks(layer - 1, t, x, row, width)


def _beside(whole: Whole, row: int, name: str) -> None:
    """A name before an arrow at the cursor, where no line passes."""
    end = whole.centre(whole.frame.t)
    if all(whole.drawing.blank(x, row) for x in range(end - len(name), end)):
        whole.drawing.put(end - len(name), row, name, NOW)


def _lane(whole: Whole, source: int, layer: int, t: int) -> None:
    """From a layer past others to the one that reads it, beside their boxes; where a state crosses, it is broken."""
    reads, side, drawing, own = whole.network.reads, whole.lanes[source, layer], whole.drawing, whole.ink(t)
    first, last = whole.floors.arrow(source + 1), whole.floors.arrow(layer)
    x, start, up = whole.columns.lane(t, side), whole.centre(t), whole.up(t)
    left_top, right_top, right_bottom, left_bottom = tuple(whole.glyphs.bend)
    alone = layer - 1 not in reads[layer] and all(begun != layer - 1 for begun, _ in whole.lanes)
    edge = int(whole.columns.box > SMALL)
    near = whole.columns.x(t) + (whole.columns.box - 1 - edge if side > 0 else edge)
    end = start if alone else near
    for row in range(last + 1, first):
        if drawing.blank(x, row):
            drawing.put(x, row, own.box.sides[1] if t != whole.frame.t else whole.glyphs.upright, own.style)
    for column, row in ((start, first), (end, last)):
        low, high = min(column, x), max(column, x)
        drawing.put(low, row, own.line * (high - low), own.style)
    drawing.put(x, first, right_bottom if side > 0 else left_bottom, own.style)
    drawing.put(x, last, right_top if side > 0 else left_top, own.style)
    bend = left_top if side > 0 else right_top
    drawing.put(start, first, up if whole.turned or source in reads[source + 1] else bend, own.style)
    bend = left_bottom if side > 0 else right_bottom
    drawing.put(end, last, bend if whole.turned else up, own.style)


def _folded(whole: Whole) -> None:
    """Which layers have no room."""
    floors = whole.floors
    for layers, there, row in zip(floors.folded, floors.marks, (floors.top - 1, floors.row(SEQUENCE) - 1), strict=True):
        if there:
            first, last = layers.start + 1, layers.stop
            which = f"layer {first}" if first == last else f"layers {first} to {last}"
            whole.drawing.put(1, row, f"{whole.drawing.more} {which}", LABEL)
