"""Picture 6 of the seed: the layer turned upright and repeated, once a sample, with nothing between the copies."""

from __future__ import annotations

from rnn_tui.views.pictures.network import results
from rnn_tui.views.pictures.parts import View
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import shortened

COPY = 9
"""The width of an element of picture 6."""
SLOT = 24
"""The most columns that a sample of picture 6 takes."""


def samples(view: View, width: int, height: int) -> Drawing | None:
    """Picture 6: the element turned, x below and y above, once a sample, and nothing between them."""
    shown, notation = view.shown, view.shown.notation
    if height < 5 or width < COPY + 2 or (view.form is None and shown.frame.cell.recurrent):
        return None
    count = len(shown.frame.walk)
    slots = min(3, count, (width + 2) // (COPY + 2)) or 1
    first = min(max(view.t - 1, 1), count - slots + 1)
    wide = max(min((width + 2) // slots - 2, _needed(view)), COPY)
    drawing = Drawing(slots * (wide + 2) - 2, 9 if height >= 9 else 7 if height >= 7 else 5, view.more)
    side = COPY
    tall, bare = drawing.height == 9, drawing.height == 5
    for slot in range(slots):
        t, x = first + slot, slot * (wide + 2)
        now = t == shown.frame.t
        style, box = (NOW, notation.glyphs.now) if now else (PLAIN, notation.glyphs.past)
        sample = view.at(t)
        y_row = 0
        texts = [notation.at(name, t) for name in (view.out, _weights(view), "x")]
        if view.ascii and now:
            texts = [f">{text}<" for text in texts]
        top = 3 if tall else 2 if not bare else 1
        if not bare:
            results(sample, click=False).across(drawing, x, y_row, wide, view)
            drawing.middle(x, 1, wide, texts[0], style)
            numbers = sample.numbers("x", sample.shown.frame.step.inputs["x"], click=False)
            numbers.across(drawing, x, drawing.height - 1, wide, view)
            drawing.middle(x, drawing.height - 2, wide, texts[2], style)
        else:
            drawing.middle(x, 0, wide, texts[0], style)
            drawing.middle(x, 4, wide, texts[2], style)
        if tall:
            drawing.middle(x, 2, wide, notation.glyphs.up, style)
            drawing.middle(x, 6, wide, notation.glyphs.up, style)
        side = max(COPY, min(len(texts[1]) + 4, wide))
        left = x + (wide - side + 1) // 2
        drawing.box(left, top, side, 3, box, style)
        drawing.middle(left + 1, top + 1, side - 2, shortened(texts[1], side - 2, view.more), style)
        drawing.mark(x, 0, wide, drawing.height, {"t": t})
    middle = (drawing.height - 1) // 2
    for x, more in ((0, first > 1), (drawing.width - 3, first + slots <= count)):
        if more and wide >= side + 8:
            drawing.put(x, middle, "..." if view.ascii else "···", LABEL)
    return drawing


def _needed(view: View) -> int:
    """The columns that the numbers of a sample and its result ask for."""
    x, y = view.vector_x(), view.numbers("y", None)
    return max(x.room(SLOT), y.room(SLOT), COPY)


def _weights(view: View) -> str:
    """The matrix that stands for the layer in picture 6."""
    cell = view.shown.frame.cell
    matrices = [name for name, shape in cell.parameters.items() if len(shape) == 2]
    return view.form.weights if view.form else matrices[0] if matrices else view.title


def samples_said(view: View) -> list[str]:
    """What there is to say of picture 6."""
    notation, t = view.shown.notation, view.t
    x, y, w = (notation.word(name) for name in ("x", view.out, _weights(view)))
    size = view.vector_x().shape[0]
    said = [
        f"The index is now the time: {notation.at('x', t)} is all {size} numbers of sample {t}, a timestep.",
        f"Nothing joins the samples: each {y} comes from its own {x}, in any order.",
    ]
    if _weights(view) not in view.shown.frame.step.parameters:
        return said
    if view.shown.frame.teaching:
        said.append(f"{notation.at(_weights(view), t)}: this network learns, so {w} changes as time goes on.")
    else:
        said.append(f"{notation.at(_weights(view), t)} is one and the same {w} at every t: only learning changes it.")
    return said
