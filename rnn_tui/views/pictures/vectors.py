"""Pictures 4 and 5 of the seed: the layer as one element, and one formula for it."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.views.pictures.network import results
from rnn_tui.views.pictures.parts import Numbers, View, bracketed, edge, matrix_width, pick
from rnn_tui.views.pictures.sums import WHOLE
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN, TITLE


def element(view: View, width: int, height: int) -> Drawing | None:
    """Picture 4: x as one vector, one element with all weights in it, y as one vector."""
    plain = view.plain
    if plain is None:
        return None
    x, y, weights = view.vector_x(), results(view), view.numbers(plain.form.weights, plain.weights, None)
    word = view.shown.notation.word
    room = height - 2
    if room < 2:
        return None
    inputs, units = pick(x.shape[0], room), pick(y.shape[0], min(room - 1, 8))
    columns = pick(x.shape[0], 8)
    rows = max(len(inputs), len(units) + 1)
    names = [word("x"), word(plain.form.weights), word(view.out)]
    inner = max(2 * len(columns) - 1, len(names[1]) + 2, 11)
    sides = [max(x.width + 2, len(names[0]) + 1), max(y.width + 2, len(names[2]) + 1)]
    arrow = min((width - sum(sides) - inner - 2 - 4) // 2, 8)
    if arrow < 3:
        return None
    glyphs = view.shown.notation.glyphs
    box = sides[0] + 1 + arrow + 1
    drawing = Drawing(box + inner + 2 + 1 + arrow + 1 + sides[1], rows + 2, view.more)
    middle = 1 + (rows + 1) // 2
    for at, numbers, chosen, name in (
        (0, x, inputs, names[0]),
        (drawing.width - sides[1], y, units, names[2]),
    ):
        top = 1 + (rows - len(chosen) + 1) // 2
        drawing.put(at + 1, top - 1, name, TITLE)
        bracketed(drawing, at, top, numbers, chosen, [0], view)
    for at in (sides[0] + 1, box + inner + 3):
        drawing.put(at, middle, glyphs.line * (arrow - 1) + glyphs.right, PLAIN)
    drawing.box(box, 0, inner + 2, rows + 2, glyphs.now, NOW)
    top = 1 + (rows - len(units)) // 2
    drawing.middle(box + 1, top, inner, names[1], NOW)
    _blocks(drawing, box + 1 + (inner - 2 * len(columns) + 1) // 2, top + 1, weights, (units, columns), view)
    return drawing


def _blocks(
    drawing: Drawing,
    x: int,
    y: int,
    numbers: Numbers,
    part: tuple[Sequence[int | None], Sequence[int | None]],
    view: View,
) -> None:
    """A matrix as coloured cells, two characters each."""
    if numbers.values is None:
        return
    for line, row in enumerate(part[0], y):
        for index, column in enumerate(part[1]):
            if row is None or column is None:
                drawing.put(x + 2 * index, line, view.more, DIM)
            else:
                cell = [float(numbers.values[row, column])]
                drawing.blocks(x + 2 * index, line, cell * (1 if view.signs else 2), numbers.scale, 2, view.signs)


def element_said(view: View) -> list[str]:
    """What there is to say of picture 4."""
    plain = view.plain
    if plain is None:
        return []
    rows, columns = plain.weights.shape
    word = view.shown.notation.word
    bias = f", and {word(plain.form.bias)}" if plain.form.bias else ""
    name = word(plain.form.weights)
    return [
        f"All circles as one element: {word('x')} is {columns} numbers, {word(view.out)} is {rows}, and in between "
        f"{name}: {rows * columns} weights, one for every line of picture 2{bias}."
    ]


def product(view: View, width: int, height: int) -> Drawing | None:
    """Picture 5: f of the matrix times the vector, in brackets of numbers."""
    plain = view.plain
    room = height - 1
    if plain is None or room < 1:
        return None
    here, f = plain.form, "f" if view.f else ""
    x, y, weights = view.vector_x(), results(view), view.numbers(here.weights, plain.weights, None)
    z = view.numbers(here.target, plain.z)
    digits = view.shown.frame.look.digits
    strongest = 1.0 if plain.z is None else float(abs(plain.z).max())
    z = Numbers(None, z.values, y.shape, digits + 4, digits, strongest, y.hidden)
    dot, count = view.shown.notation.glyphs.times, x.shape[0]
    for most, has_z, has_b in (
        *((count, z, b) for z, b in ((bool(f), True), (False, True), (False, False))),
        *((most, False, False) for most in range(min(count - 1, width), 2, -1)),
    ):
        columns = pick(count, most)
        parts: list[tuple[str, Numbers | None, str]] = [
            (" = ", None, ""),
            (f + " ", None, "open") if f else ("", None, ""),
            (view.letter(here.weights), weights, ""),
            (f" {dot} ", None, ""),
            (view.letter("x"), x, ""),
        ]
        if has_b and plain.bias is not None:
            parts += [(" + ", None, ""), (view.letter(here.bias), view.numbers(here.bias, plain.bias, None), "")]
        elif plain.bias is not None:
            parts += [(f" + {view.letter(here.bias)}", None, "")]
        parts += [("", None, "close")] if f else []
        if has_z:
            parts += [(f" = {f} ", None, "open"), ("", z, ""), ("", None, "close")]
        parts = [(view.letter(view.out), y, ""), *parts]
        needed = sum(_wide(part, columns) for part in parts)
        if needed <= width:
            break
    else:
        return None
    inputs, units = pick(count, room), pick(y.shape[0], room)
    rows = max(len(inputs), len(units))
    drawing = Drawing(needed, rows + 1, view.more)
    at = 0
    for part in parts:
        text, numbers, side = part
        if numbers is None:
            drawing.put(at, 1 + (rows - 1) // 2, text, NOW if f and text.strip(" =") == f else PLAIN)
            if side:
                edge(drawing, at + len(text), 1, rows, side, view, NOW)
        else:
            chosen = inputs if numbers is x else units
            top = 1 + (rows - len(chosen)) // 2
            drawing.put(at + 1, top - 1, text, NOW if numbers in (weights, x, y) else LABEL)
            bracketed(drawing, at, top, numbers, chosen, columns if numbers is weights else [0], view)
        at += _wide(part, columns)
    return drawing


def _wide(part: tuple[str, Numbers | None, str], columns: Sequence[int | None]) -> int:
    """The characters that a part of the formula takes."""
    text, numbers, side = part
    if numbers is None:
        return len(text) + bool(side)
    return max(matrix_width(numbers, columns if numbers.shape[1] > 1 else [0]) + 2, len(text) + 1)


def product_said(view: View) -> list[str]:
    """What there is to say of picture 5."""
    here = view.form
    if here is None:
        return []
    dot = view.shown.notation.glyphs.times
    y, w, x = view.letter(view.out), view.letter(here.weights), view.letter("x")
    sum_ = f"{w}{dot}{x}" + (f" + {view.letter(here.bias)}" if here.bias else "")
    f = (f" f is {view.f}," + (" of all sums together." if view.f in WHOLE else " number by number.")) if view.f else ""
    return [
        f"{y} = {f'f({sum_})' if view.f else sum_}:{f}",
        f"A row of {w} meets {x} and makes one number of {y}: picture 3, all at once.",
    ]
