"""The seed's pictures of a recurrent layer: unrolled over time, and rolled with its circular arrow."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style

from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.learning.gradient_tables import walking_back
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.notation import Box, Notation
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE

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


def look(t: int, cursor: int, notation: Notation, back: bool = False) -> Look:
    """What is walked is solid, the cursor's copy heavy, what is to come dotted and faint; on the way back from T on."""
    glyphs = notation.glyphs
    if t == cursor:
        return Look(glyphs.now, glyphs.line, NOW, NOW)
    if (t > cursor) if back else (t < cursor):
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
    """One copy of R a timestep, x below, y above, s handed on from copy to copy.

    The picture is the same for the same cursor, however one came there. A click on a copy carries ``{"t": ...}``.
    Where `height` is below 9 the blocks are left out, then the arrows, then the names. A layer that runs backwards
    hands its state to the left; it is all computed before the first timestep is shown, and read from left to right.
    """
    shown = Shown.of(simulator, cursor, display)
    drawing = Drawing(width, HEIGHT)
    word = len(shown.notation.word("s"))
    link = max(4, len(str(len(simulator))) + 2 + word)
    margin = link + 1
    if (width - margin) // (BOX + link) < min(len(simulator), 3):
        link, margin = max(3, link - 1), link
    pitch = BOX + link
    steps = page(cursor, len(simulator), max((width - margin + link) // pitch, 1))
    for index, t in enumerate(steps):
        _copy(drawing, shown, t, margin + index * pitch)
    if shown.cell.recurrent:
        _states(drawing, shown, steps, margin, link)
    return drawing.rows(next(rows for least, rows in SHORTER if height >= least))


def _copy(drawing: Drawing, shown: Shown, t: int, x: int) -> None:
    notation, cursor, display = shown.notation, shown.cursor, shown.display
    back = walking_back(shown) is not None
    own = look(t, cursor, notation, back)
    up = notation.glyphs.up if t <= cursor or back else ("." if display.ascii else "╎")
    drawing.box(x, 3, BOX, 3, own.box, own.style)
    drawing.middle(x, 4, BOX, "R", own.letters)
    drawing.middle(x, 2, BOX, up, own.style)
    drawing.middle(x, 1, BOX, name_now("y", t, cursor, notation), own.letters)
    drawing.middle(x, 6, BOX, up, own.style)
    drawing.middle(x, 7, BOX, name_now("x", t, cursor, notation), own.letters)
    if any(hidden == t for _, hidden, _ in display.hidden):
        drawing.middle(x, 0, BOX, "???", NOW)
        drawing.middle(x, 8, BOX, "...", DIM)
    elif t <= cursor or back:
        step = shown.simulator.at(t).layers[shown.index]
        vector(drawing, x, 0, BOX, [float(value) for value in step.y[: BOX + 1]], 1.0, display)
        vector(drawing, x, 8, BOX, [float(value) for value in step.x[: BOX + 1]], shown.input_scale, display)
    else:
        drawing.middle(x, 0, BOX, "...", DIM)
        if shown.reads_sequence:
            row = [float(value) for value in shown.simulator.sequence.x[t - 1, : BOX + 1]]
            vector(drawing, x, 8, BOX, row, shown.input_scale, display)
        else:
            drawing.middle(x, 8, BOX, "...", DIM)
    drawing.mark(x, 0, BOX, HEIGHT, {"t": t})


def _states(drawing: Drawing, shown: Shown, steps: range, margin: int, link: int) -> None:
    """The arrows that hand the state on: from before the first copy in view to behind the last."""
    notation, cursor, back = shown.notation, shown.cursor, shown.layer.reverse
    glyphs = notation.glyphs
    s_style = NOW if cursor == steps.start - 1 else PLAIN if cursor >= steps.start else DIM
    if not back:
        first = notation.at("s", steps.start - 1)
        drawing.put(0, 4, first + " ", s_style)
        drawing.put(len(first) + 1, 4, glyphs.line * (margin - len(first) - 2) + glyphs.right, s_style)
    else:
        drawing.put(1, 4, glyphs.left + glyphs.line * (margin - 2), s_style)
    simulator = walking_back(shown)
    for index, t in enumerate(steps):
        own = look(t, cursor, notation)
        x = margin + index * (BOX + link) + BOX
        name = notation.at("s", t + 1 if back else t)
        if simulator is not None and not back:
            _handed_back(drawing, shown, simulator, t, x, link)
            continue
        if back:
            drawing.put(x, 4, glyphs.left + own.line * (link - 1), own.style)
        else:
            drawing.put(x, 4, own.line * (link - 1) + (glyphs.right if t <= cursor else own.line), own.style)
        if t != steps.stop - 1 or drawing.width - x >= link:
            drawing.put(x + (link - len(name)) // 2, 3, name, own.letters)


def _handed_back(drawing: Drawing, shown: Shown, simulator: LearningSimulator, t: int, x: int, link: int) -> None:
    """The arrow that hands dL/ds_t back from t + 1 to t; a wall where a window ends, which only values pass."""
    glyphs = shown.notation.glyphs
    walked = t >= shown.cursor
    style = NOW if t == shown.cursor else PLAIN if walked else DIM
    window = simulator.update_at(t).window
    if t == len(simulator):
        return
    if t == window.first + len(window) - 1:
        for row in (3, 4, 5):
            drawing.middle(x, row, link, "H" if shown.display.ascii else "║", LABEL)
        return
    drawing.put(x, 4, glyphs.left + (glyphs.line if walked else glyphs.dotted) * (link - 1), style)
    name = shown.notation.at("ds", t)
    drawing.put(x + max((link - len(name)) // 2, 0), 3, name[:link], style)


def name_now(name: str, t: int, cursor: int, notation: Notation) -> str:
    """A name with its time; in ASCII, where the cursor's copy has no colour, set between > and <."""
    text = notation.at(name, t)
    return f">{text}<" if notation.ascii and t == cursor else text


def vector(drawing: Drawing, x: int, y: int, width: int, values: list[float], scale: float, display: Display) -> None:
    """A vector as blocks, centred in `width`."""
    shown = min(len(values), width)
    signs = display.ascii or display.signs
    drawing.blocks(x + (width - shown) // 2, y, values, scale, width, signs)


def rolled(simulator: Simulator, cursor: int, display: Display, width: int, height: int = 10) -> Drawing:
    """One R with the circular arrow: the s it leaves is the s it reads at the next timestep.

    Where there is room beside it, what readers trip over is said there. Below 10 rows, the blocks are left out, then
    the names of x and y.
    """
    shown = Shown.of(simulator, cursor, display)
    notation, step = shown.notation, shown.step
    glyphs = notation.glyphs
    drawing = Drawing(width, ROLLED[1])
    x, live = 10, cursor > 0
    style = NOW if live else DIM
    drawing.middle(x, 1, BOX, name_now("y", cursor, cursor, notation) if live else notation.word("y"), style)
    drawing.middle(x, 2, BOX, glyphs.up, style)
    drawing.box(x, 3, BOX, 3, glyphs.now if live else glyphs.future, style)
    drawing.middle(x, 4, BOX, "R", style)
    drawing.middle(x, 6, BOX, glyphs.up, style)
    drawing.middle(x, 7, BOX, name_now("x", cursor, cursor, notation) if live else notation.word("x"), style)
    if live:
        vector(drawing, x, 0, BOX, [float(value) for value in step.y[: BOX + 1]], 1.0, display)
        vector(drawing, x, 8, BOX, [float(value) for value in step.x[: BOX + 1]], shown.input_scale, display)
    if shown.cell.recurrent:
        _loop(drawing, shown, PLAIN if live else DIM, style)
    for row, (text, own) in enumerate(notes(shown) if height >= HEIGHT else ()):
        if width >= ROLLED[0] + len(text) + 2:
            drawing.put(ROLLED[0] + 2, row + 2, text, own)
    return drawing.rows(next(rows for least, rows in SHORTER_ROLLED if height >= least))


def _loop(drawing: Drawing, shown: Shown, before: Style, after: Style) -> None:
    """The circular arrow from the right side of R around below to its left side."""
    notation, cursor = shown.notation, shown.cursor
    glyphs = notation.glyphs
    left, right, top, bottom = 5, 21, 4, 9
    corner = glyphs.bend
    drawing.put(left, top, corner[0] + glyphs.line * 3 + glyphs.right, before)
    drawing.put(right - 4, top, glyphs.line * 4 + corner[1], after)
    drawing.down(left, top + 1, glyphs.upright * (bottom - top - 1), before)
    drawing.down(right, top + 1, glyphs.upright * (bottom - top - 1), after)
    drawing.put(left, bottom, corner[3] + glyphs.line * (right - left - 1) + corner[2], before)
    drawing.put((left + right) // 2, bottom, glyphs.left, before)
    earlier = cursor + 1 if shown.layer.reverse else cursor - 1
    previous = notation.at("s", earlier) if cursor else notation.word("s")
    drawing.put(left - len(previous) - 1, 6, previous, before)
    drawing.put(right + 2, 6, notation.at("s", cursor), NOW)


def notes(shown: Shown) -> list[tuple[str, Style]]:
    """What readers of the rolled picture trip over, said beside it, in the names that the screen uses."""
    word = shown.notation.word
    if not shown.cell.recurrent:
        return [("No state: every timestep stands alone.", TITLE), ("Its parameters are the same at every t.", LABEL)]
    state, output = word("s"), word("y")
    return [
        ("One R, used at every timestep.", TITLE),
        (f"The {state} it leaves is the {state} it reads next:", LABEL),
        ("that is the circular arrow.", LABEL),
        ("Its weights are the same at every t.", LABEL),
        (f"{output} is the layer's output, not a prediction:", LABEL),
        ("a readout layer makes one of it.", LABEL),
    ]
