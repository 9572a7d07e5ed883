"""Pictures 1 and 2 of the seed: a standard network, and its second hidden layer close up."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style

from rnn_tui.views.pictures.parts import Numbers, View, pick, spread
from rnn_tui.views.pictures.wires import Wires
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import ACCENT, DIM, LABEL, NOW, PLAIN, TITLE

NETWORK_GAP = (6, 13)
"""The least and the most columns between two columns of nodes."""
HEADS = (
    ("input", "hidden layer #1", "hidden layer #2", "output"),
    ("input", "hidden #1", "hidden #2", "output"),
    ("in", "#1", "#2", "out"),
)
EDGE = (10, 36)
"""The least columns of the edges of the close-up behind their weights, and the most in all."""
EDGES = Style(color=ACCENT)


def network(view: View, width: int, height: int) -> Drawing | None:
    """Picture 1: four columns of nodes; the third is the layer, x stands at the nodes before it, y at its own."""
    x, y = view.vector_x(), results(view)
    gap = min((width - x.width - y.width - 14) // 3, NETWORK_GAP[1])
    most = min((height - 1) // 2 + 1, 5)
    if gap < NETWORK_GAP[0] or most < 2:
        return None
    counts = [pick(3, most), pick(x.shape[0], most), pick(y.shape[0], most), pick(2, most)]
    rows = min(max(3 * max(map(len, counts)) - 2, 5), height - 1)
    at = [0, gap + 1, 2 * gap + x.width + 4, 3 * gap + x.width + y.width + 7]
    drawing = Drawing(at[3] + 1 + 2 * 3, rows + 1, view.more)
    places = [[row + 1 for row in spread(len(nodes), rows)] for nodes in counts]
    ends = [2, at[1] + x.width + 3, at[2] + y.width + 3]
    at = [column + 3 for column in at]
    wires = Wires(view.ascii)
    for column, (end, style) in enumerate(zip(ends, (DIM, PLAIN, DIM), strict=True)):
        _fan(wires, (end + 3, at[column + 1] - 2), counts, places, column, style)
    wires.draw(drawing)
    heads = next(h for h in HEADS if all(len(text) < gap + 6 for text in h) or h is HEADS[-1])
    node, own = ("o", "O") if view.ascii else ("○", "●")
    for column, (nodes, spots) in enumerate(zip(counts, places, strict=True)):
        lit = column == 2
        style = NOW if lit else PLAIN if column == 1 else LABEL
        left = at[column] - len(heads[column]) // 2 + (x.width // 2 if column in (1, 2) else 0)
        drawing.put(max(left, 0), 0, heads[column], NOW if lit else LABEL)
        for index, row in zip(nodes, spots, strict=True):
            drawing.put(at[column], row, view.more if index is None else own if lit else node, style)
            if index is not None and column in (1, 2):
                (x if column == 1 else y).put(drawing, at[column] + 2, row, index)
    return drawing


def _fan(
    wires: Wires,
    span: tuple[int, int],
    counts: Sequence[Sequence[int | None]],
    places: Sequence[Sequence[int]],
    column: int,
    style: Style,
) -> None:
    """The lines from every node of a column to every node of the next."""
    for index, row in zip(counts[column], places[column], strict=True):
        for other, end in zip(counts[column + 1], places[column + 1], strict=True):
            if index is not None and other is not None:
                wires.line((span[0], row), (span[1], end), style)


def network_said(view: View) -> list[str]:
    """What there is to say of picture 1."""
    x, y = view.letter("x"), view.letter(view.out)
    return [
        "Every circle hands its number to every circle of the next column.",
        f"Lit: hidden layer #2, the one that runs here. {x} goes into it, {y} comes out.",
    ]


def results(view: View, click: bool = True) -> Numbers:
    """What the layer makes: of the plain layer where there is one."""
    if view.plain is not None and view.form is not None:
        return view.numbers(view.form.target, view.plain.y, click=click)
    return view.numbers("y", view.shown.frame.step.y if view.known else None, click=click)


def selected(view: View) -> int:
    """The row that the selected number is in, from 0."""
    focus, here = view.shown.frame.gaze.focus, view.form
    if focus is None or here is None or focus.name not in (here.target, here.weights, here.bias, view.out):
        return 0
    return min(focus.row, int(view.shown.frame.step.parameters[here.weights].shape[0]) - 1)


def close_up(view: View, width: int, height: int) -> Drawing | None:
    """Picture 2: x on the left, the weights of the selected row on its edges, a sum and f in every node, y right."""
    plain, here = view.plain, view.form
    if plain is None or here is None or height < 3:
        return None
    x, y, weights = view.vector_x(), results(view), view.numbers(here.weights, plain.weights, None)
    row, most = selected(view), min((height + 1) // 2, 5)
    inputs, units = pick(x.shape[0], most), pick(y.shape[0], most)
    if row not in units and len(units) > 2:
        units[0 if row < y.shape[0] - 1 else -1] = row
    names = [view.element("x", i) for i in inputs if i is not None]
    outs = [view.element(view.out, i) for i in units if i is not None]
    labels = [view.element(here.weights, row, i) for i in inputs if i is not None]
    letter, edge_label = max(map(len, names)), max(map(len, labels)) + 1 + weights.width
    node = f"( {'sum' if view.ascii else 'Σ'}{' f' if view.f else ''} )"
    arrow = ("->" if view.ascii else "─→") + " "
    fixed = letter + 1 + x.width + 3 + 1 + len(node) + 1 + len(arrow) + max(map(len, outs)) + 1 + y.width
    gap = min(width - fixed, EDGE[1])
    if gap < edge_label + EDGE[0]:
        return None
    rows = min(max(len(inputs), len(units)) * 3 - 2, height)
    drawing = Drawing(fixed + gap, rows, view.more)
    left, line = letter + 1 + x.width + 3, view.shown.notation.glyphs.line
    turn = left + edge_label + 4
    from_rows, to_rows = spread(len(inputs), rows), spread(len(units), rows)
    wires = Wires(view.ascii)
    every = [(i, a, u, b) for i, a in zip(inputs, from_rows, strict=True) for u, b in zip(units, to_rows, strict=True)]
    for i, a, u, b in sorted(every, key=lambda line: line[2] == row):
        if i is not None and u is not None and (u == row or not view.ascii):
            wires.line((turn if u == row else left, a), (left + gap - 1, b), EDGES if u == row else DIM)
    wires.draw(drawing)
    for i, a in zip(inputs, from_rows, strict=True):
        if i is None:
            drawing.put(letter + 1, a, view.more, DIM)
            continue
        drawing.put(0, a, view.element("x", i), PLAIN)
        x.put(drawing, letter + 1, a, i)
        drawing.put(letter + 2 + x.width, a, "o" if view.ascii else "○", PLAIN)
        text = view.element(here.weights, row, i)
        drawing.put(left, a, line * 2 + f" {text} ", NOW)
        weights.put(drawing, left + 4 + len(text), a, row, i)
        drawing.put(left + 3 + edge_label, a, " ")
    for u, b in zip(units, to_rows, strict=True):
        _unit(drawing, view, left + gap + 1, b, u, node, arrow)
    return drawing


def _unit(drawing: Drawing, view: View, x: int, y: int, unit: int | None, node: str, arrow: str) -> None:
    """A node of the close-up and its y; below the selected one its bias and its sum."""
    plain, here = view.plain, view.form
    if unit is None or plain is None or here is None:
        drawing.put(x + len(node) // 2, y, view.more, DIM)
        return
    lit = unit == selected(view)
    style, name = NOW if lit else LABEL, view.element(view.out, unit)
    drawing.put(x, y, node + " " + arrow + name, style)
    results(view).put(drawing, x + len(node) + 2 + len(arrow) + len(name), y, unit)
    if not lit:
        return
    if plain.bias is not None:
        bias = view.numbers(here.bias, plain.bias, None).text(unit)
        drawing.put(
            x + 2, y + 1 if y + 1 < drawing.height else y - 1, f"+ {view.element(here.bias, unit)} {bias}", TITLE
        )


def close_up_said(view: View) -> list[str]:
    """What there is to say of picture 2."""
    row, here = selected(view), view.form
    if here is None:
        return []
    y, x = view.element(view.out, row), view.letter("x")
    bias = f", adds {view.element(here.bias, row)}" if here.bias else ""
    apply, f = (" and puts f on the sum", f"f is {view.f}. ") if view.f else ("", "")
    others = "The others do the same" if view.ascii else "The faint lines do the same for the others"
    return [f"{y} takes every {x} times a weight of its own{bias}{apply}.", f"{f}{others}, with other weights."]
