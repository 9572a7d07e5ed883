"""The seed's nine pictures, from an ordinary network to a recurrent cell, drawn from the numbers of the shown layer.

Pictures 1 to 6 are of the layer without its state, ``y = f(W @ x + b)``; from 7 on it has one. Where there is no state
yet, as at t = 1 after zeros, both are the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.pictures.network import close_up, close_up_said, network, network_said
from rnn_tui.views.pictures.parts import View
from rnn_tui.views.pictures.recurrent import (
    equation,
    equation_said,
    recursive,
    recursive_said,
    rolled_said,
    rolled_up,
)
from rnn_tui.views.pictures.samples import samples, samples_said
from rnn_tui.views.pictures.sums import sums, sums_said
from rnn_tui.views.pictures.vectors import element, element_said, product, product_said
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import LABEL, TITLE

PICTURES = {
    1: "A standard network",
    2: "Its hidden layer #2, close up",
    3: "Every sum written out",
    4: "The layer as one element",
    5: "One formula for the layer",
    6: "Once a sample, each on its own",
    7: "R: a second input, a second output",
    8: "R as an equation",
    9: "Rolled up: the circular arrow",
}
"""What each picture is called."""
USUAL = Display()
LARGEST = (78, 14)
"""The columns and rows that a picture can use at most."""
Draw = Callable[[View, int, int], Drawing | None]
Say = Callable[[View], list[str]]
PAGES: dict[int, tuple[Draw, Say]] = {
    1: (network, network_said),
    2: (close_up, close_up_said),
    3: (sums, sums_said),
    4: (element, element_said),
    5: (product, product_said),
    6: (samples, samples_said),
    7: (recursive, recursive_said),
    8: (equation, equation_said),
    9: (rolled_up, rolled_said),
}
LEAST = {1: 11, 2: 10, 3: 11, 4: 6, 5: 5, 6: 9, 7: 11, 8: 5, 9: 9}
"""The rows below which what is said makes way for the picture."""
WITHOUT_STATE = range(1, 7)
WEIGHTED = range(2, 6)
"""The pictures of a weighted sum."""


def picture(number: int, simulator: Simulator, cursor: int, display: Display, width: int, height: int) -> Drawing:
    """One of the nine pictures, of the shown layer at the cursor, made to fit.

    What does not fit is left out: first what is said below, then numbers and nodes, in the end all but a line.
    A click on a sample carries ``{"t": ...}``, one on a number ``{"focus": ...}``.

    Args:
        number: 1 to 9.
        simulator, cursor, display: as the screen has them.
        width, height: of the drawing.
    """
    view = View(Shown.of(simulator, cursor, display))
    draw, _ = PAGES[number]
    room = max(min(width, LARGEST[0]) - 2, 0)
    texts = [wrap(text, max(room, 10), break_on_hyphens=False) for text in said(view, number)]
    alone = draw(view, room, max(height, 0))
    least = min(LEAST[number], alone.height) if alone else 0
    for kept in range(len(texts), -1, -1):
        lines = [line for text in texts[:kept] for line in text]
        body = draw(view, room, max(height - len(lines) - bool(lines), 0))
        if body is not None and (not lines or body.height >= least):
            return _composed(body, lines, width, height)
    drawing = Drawing(width, height)
    for row, line in enumerate([PICTURES[number], *(line for text in texts for line in text)]):
        drawing.put(0, row, line, LABEL if row else TITLE)
    return drawing


def said(view: View, number: int) -> list[str]:
    """What stands below a picture, the most important first: what is new in it, and what its numbers are."""
    cell, form = view.shown.cell, view.form
    start = f"t = 0: step on, {view.shown.notation.at('x', 1)} is the first sample."
    if form is None and (number in WEIGHTED or (number == 6 and cell.recurrent)):
        sides = view.short.equation(view.shown.equation, view.t)
        return [f"{view.title} makes no weighted sum of its {view.letter('x')}: {' = '.join(sides)}"]
    first, *others = PAGES[number][1](view)
    notes = []
    if form is not None and number in WITHOUT_STATE:
        if number in WEIGHTED and number != 4:
            notes += view.key(form.weights, "x", form.bias, view.out)
        y = view.letter(view.out)
        if view.out != "y":
            count = len(view.shown.sums)
            notes.append(f"{y} is a part of R" + (f", one of its {count} sums." if count > 1 else "."))
        if view.plain is not None and not view.plain.same:
            notes.append(f"Without the state (picture 7): {view.title} itself has another {y}.")
    return [*([] if view.known else [start]), first, *notes, *others]


def _composed(body: Drawing, lines: list[str], width: int, height: int) -> Drawing:
    """A picture in the middle, what is said of it below."""
    drawing = Drawing(width, height)
    left = max((min(width, LARGEST[0]) - body.width) // 2, 0)
    for row, segments in enumerate(body.lines()):
        x = left
        for segment in segments:
            drawing.put(x, row, segment.text, segment.style or LABEL)
            x += segment.cell_length
    for row, text in enumerate(lines, body.height + 1):
        drawing.put(1, row, text, LABEL)
    return drawing


def picture_size(number: int, simulator: Simulator, display: Display = USUAL) -> tuple[int, int]:
    """The columns and rows that a picture would like, at most 78 by 14; the same at every t."""
    rows = 1
    for t in range(1, min(len(simulator), 2) + 1):
        lines = picture(number, simulator, t, display, *LARGEST).lines()
        rows = max(rows, *(row for row, line in enumerate(lines, 1) if any(s.text.strip() for s in line)))
    return LARGEST[0], rows
