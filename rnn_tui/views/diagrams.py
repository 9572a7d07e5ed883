"""The seed's pictures of a recurrent layer: unrolled over time, and rolled with its circular arrow."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style

from rnn_tui.core.simulator import Simulator
from rnn_tui.session import Display
from rnn_tui.views.drawing import Drawing
from rnn_tui.views.notation import Box, Notation
from rnn_tui.views.palette import DIM, LABEL, NOW, PLAIN, TITLE

HEIGHT = 9
"""Rows of the unrolled diagram."""
SHORTER = ((9, range(9)), (7, range(1, 8)), (5, (1, 3, 4, 5, 7)), (3, (3, 4, 5)), (0, ()))
"""The least height, and the rows that are then drawn."""
ROLLED = (27, 10)
"""Columns and rows of the rolled diagram."""
SHORTER_ROLLED = ((10, range(10)), (9, range(1, 10)), (7, range(3, 10)), (3, (3, 4, 5)), (0, ()))
BOX = 7


@dataclass(frozen=True)
class Look:
    """How a copy of R is drawn: it is past, now, or future."""

    box: Box
    line: str
    style: Style
    letters: Style


def look(t: int, cursor: int, notation: Notation) -> Look:
    """The past is solid, the cursor's copy heavy, the future dotted and faint."""
    glyphs = notation.glyphs
    if t == cursor:
        return Look(glyphs.now, glyphs.line, NOW, NOW)
    if t < cursor:
        return Look(glyphs.past, glyphs.line, PLAIN, PLAIN)
    return Look(glyphs.future, glyphs.dotted, DIM, DIM)


def page(cursor: int, count: int, room: int) -> range:
    """The timesteps in view: all, or a page that has the cursor and the step before it.

    Pages overlap by one, so that the arrow into the first copy on a page comes from a copy one has seen.
    """
    if count <= room:
        return range(1, count + 1)
    stride = max(room - 1, 1)
    first = (max(cursor, 1) - 1) // stride * stride
    if first and room > 1 and cursor == first + 1:
        first -= stride
    return range(first + 1, min(first + room, count) + 1)


def unrolled(simulator: Simulator, cursor: int, display: Display, width: int, height: int = HEIGHT) -> Drawing:
    """One copy of R a timestep, x below, y above, s handed on from left to right.

    The picture is the same for the same cursor, however one came there. A click on a copy carries ``{"t": ...}``.
    Where `height` is below 9 the blocks are left out, then the arrows, then the names.
    """
    notation = Notation(display.ascii)
    glyphs = notation.glyphs
    drawing = Drawing(width, HEIGHT)
    link = max(4, len(str(len(simulator))) + 3)
    margin = link + 1
    if (width - margin) // (BOX + link) < min(len(simulator), 3):
        link, margin = max(3, link - 1), link
    pitch = BOX + link
    steps = page(cursor, len(simulator), max((width - margin + link) // pitch, 1))
    stateful = any(layer.cell.recurrent for layer in simulator.network.layers)
    s_style = NOW if cursor == steps.start - 1 else PLAIN if cursor >= steps.start else DIM
    if stateful:
        first = notation.at("s", steps.start - 1)
        drawing.put(0, 4, first + " ", s_style)
        drawing.put(len(first) + 1, 4, glyphs.line * (margin - len(first) - 2) + glyphs.right, s_style)
    for index, t in enumerate(steps):
        _copy(drawing, simulator, t, cursor, display, margin + index * pitch)
        if stateful:
            own = look(t, cursor, notation)
            x = margin + index * pitch + BOX
            tail = steps.stop - 1 == t
            name = notation.at("s", t)
            drawing.put(x, 4, own.line * (link - 1) + (glyphs.right if t <= cursor else own.line), own.style)
            if not tail or width - x >= link:
                drawing.put(x + (link - len(name)) // 2, 3, name, own.letters)
    return drawing.rows(next(rows for least, rows in SHORTER if height >= least))


def _copy(drawing: Drawing, simulator: Simulator, t: int, cursor: int, display: Display, x: int) -> None:
    notation = Notation(display.ascii)
    own = look(t, cursor, notation)
    up = notation.glyphs.up if t <= cursor else ("." if display.ascii else "╎")
    drawing.box(x, 3, BOX, 3, own.box, own.style)
    drawing.middle(x, 4, BOX, "R", own.letters)
    drawing.middle(x, 2, BOX, up, own.style)
    drawing.middle(x, 1, BOX, name_now("y", t, cursor, notation), own.letters)
    drawing.middle(x, 6, BOX, up, own.style)
    drawing.middle(x, 7, BOX, name_now("x", t, cursor, notation), own.letters)
    if t <= cursor:
        step = simulator.at(t)
        vector(drawing, x, 0, BOX, [float(value) for value in step.y], 1.0, display)
    else:
        drawing.middle(x, 0, BOX, "...", DIM)
    row = simulator.sequence.x[t - 1]
    vector(drawing, x, 8, BOX, [float(value) for value in row[: BOX + 1]], input_scale(simulator), display)
    drawing.mark(x, 0, BOX, HEIGHT, {"t": t})


def name_now(name: str, t: int, cursor: int, notation: Notation) -> str:
    """A name with its time; in ASCII, where the cursor's copy has no colour, set between > and <."""
    text = notation.at(name, t)
    return f">{text}<" if notation.ascii and t == cursor else text


def vector(drawing: Drawing, x: int, y: int, width: int, values: list[float], scale: float, display: Display) -> None:
    """A vector as blocks, centred in `width`."""
    shown = min(len(values), width)
    signs = display.ascii or display.signs
    drawing.blocks(x + (width - shown) // 2, y, values, scale, width, signs)


def input_scale(simulator: Simulator) -> float:
    """The x that is drawn at full strength: the largest in the first thousand timesteps, by amount."""
    return float(abs(simulator.sequence.x[:1000]).max()) or 1.0


def rolled(simulator: Simulator, cursor: int, display: Display, width: int, height: int = 10) -> Drawing:
    """One R with the circular arrow: the s it leaves is the s it reads at the next timestep.

    Where there is room beside it, what readers trip over is said there. Below 10 rows, the blocks are left out, then
    the names of x and y.
    """
    notation = Notation(display.ascii)
    glyphs = notation.glyphs
    drawing = Drawing(width, ROLLED[1])
    step = simulator.at(cursor)
    x, live = 10, cursor > 0
    style, plain = (NOW, PLAIN) if live else (DIM, DIM)
    box = glyphs.now if live else glyphs.future
    if live:
        vector(drawing, x, 0, BOX, [float(value) for value in step.y], 1.0, display)
    drawing.middle(x, 1, BOX, name_now("y", cursor, cursor, notation) if live else "y", style)
    drawing.middle(x, 2, BOX, glyphs.up, style)
    drawing.box(x, 3, BOX, 3, box, style)
    drawing.middle(x, 4, BOX, "R", style)
    drawing.middle(x, 6, BOX, glyphs.up, style)
    drawing.middle(x, 7, BOX, name_now("x", cursor, cursor, notation) if live else "x", style)
    if live:
        values = [float(value) for value in step.x[: BOX + 1]]
        vector(drawing, x, 8, BOX, values, input_scale(simulator), display)
    if any(layer.cell.recurrent for layer in simulator.network.layers):
        _loop(drawing, cursor, notation, plain, style)
    for row, (text, own) in enumerate(notes(simulator)):
        if width >= ROLLED[0] + len(text) + 2:
            drawing.put(ROLLED[0] + 2, row + 2, text, own)
    return drawing.rows(next(rows for least, rows in SHORTER_ROLLED if height >= least))


def _loop(drawing: Drawing, cursor: int, notation: Notation, before: Style, after: Style) -> None:
    """The circular arrow from the right side of R around below to its left side."""
    glyphs = notation.glyphs
    left, right, top, bottom = 5, 21, 4, 9
    corner = glyphs.bend
    drawing.put(left, top, corner[0] + glyphs.line * 3 + glyphs.right, before)
    drawing.put(right - 4, top, glyphs.line * 4 + corner[1], after)
    drawing.down(left, top + 1, glyphs.upright * (bottom - top - 1), before)
    drawing.down(right, top + 1, glyphs.upright * (bottom - top - 1), after)
    drawing.put(left, bottom, corner[3] + glyphs.line * (right - left - 1) + corner[2], before)
    drawing.put((left + right) // 2, bottom, glyphs.left, before)
    previous = notation.at("s", cursor - 1) if cursor else "s"
    drawing.put(left - len(previous) - 1, 6, previous, before)
    drawing.put(right + 2, 6, notation.at("s", cursor), NOW)


def notes(simulator: Simulator) -> list[tuple[str, Style]]:
    """What readers of the rolled picture trip over, said beside it."""
    if not any(layer.cell.recurrent for layer in simulator.network.layers):
        return [("No state: every timestep stands alone.", TITLE), ("W is the same at every t.", LABEL)]
    return [
        ("One R, used at every timestep.", TITLE),
        ("The s it leaves is the s it reads next:", LABEL),
        ("that is the circular arrow.", LABEL),
        ("W and U are the same at every t.", LABEL),
        ("y is the layer's output, not a prediction:", LABEL),
        ("a readout layer makes one of it.", LABEL),
    ]
