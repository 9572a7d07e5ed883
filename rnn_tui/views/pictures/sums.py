"""Picture 3 of the seed: every sum written out with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from math import prod

import numpy as np
from rich.style import Style

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import free
from rnn_tui.views.pictures.network import results
from rnn_tui.views.pictures.parts import View, pick
from rnn_tui.views.pictures.plain import Plain
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN

WHOLE = ("softmax", "layernorm")
"""Functions that need all sums of a layer at once."""


@dataclass(frozen=True)
class Sum:
    """A row of the layer written out: symbols over numbers, ``None`` for terms that are left out.

    Attributes:
        symbols, figures: what is added, one above the other.
        total: the sum.
        value: what f makes of it.
        exact: whether the figures add up to the total, and f of that to the value, in the digits shown.
    """

    symbols: tuple[str, ...]
    figures: tuple[str, ...]
    total: str
    value: str
    exact: bool


def written(view: View, plain: Plain, row: int, columns: Sequence[int | None]) -> Sum:
    """The sum of a row; the columns left out are one term, the rest of the sum."""
    here, digits, dot = plain.form, view.shown.frame.look.digits, "*" if view.ascii else "·"
    x = view.vector_x()
    symbols, figures = [], []
    told: list[str] = []

    def shown(value: float) -> str:
        return free(value, digits)

    for column in columns:
        if column is None:
            others = sorted(set(range(plain.weights.shape[1])).difference(columns))
            rest = "..." if plain.x is None else shown(float(plain.weights[row, others] @ plain.x[others]))
            symbols.append(view.more)
            figures.append(rest)
            told.append(rest)
            continue
        symbols.append(f"{view.element(here.weights, row, column)}{dot}{view.element('x', column)}")
        pair = (shown(float(plain.weights[row, column])), x.text(column))
        figures.append(dot.join(pair))
        told.append("*".join(pair))
    if plain.bias is not None:
        symbols.append(view.element(here.bias, row))
        figures.append(shown(float(plain.bias[row])))
        told.append(figures[-1])
    if plain.z is None or plain.y is None:
        return Sum(tuple(symbols), tuple(figures), "...", "...", True)
    if row in results(view).hidden:
        return Sum(tuple(symbols), tuple(figures), "?", "?", True)
    total, value = shown(float(plain.z[row])), shown(float(plain.y[row]))
    return Sum(tuple(symbols), tuple(figures), total, value, _adds_up(told, total, value, plain, digits))


def _adds_up(told: Sequence[str], total: str, value: str, plain: Plain, digits: int) -> bool:
    """Whether somebody with a calculator gets from the digits shown to the digits shown."""
    try:
        added = sum((prod(map(Decimal, term.split("*"))) for term in told), Decimal(0))
        if free(float(added), digits) != total:
            return False
    except InvalidOperation:
        return True
    function = plain.form.function
    if function is None or plain.z is None or function.operation.name in WHOLE:
        return True
    made = np.asarray(function.operation.apply(np.array([float(total)]), *plain.settings))
    return free(float(made[0]), digits) == value


def sums(view: View, width: int, height: int) -> Drawing | None:
    """Picture 3: all rows of the sum, each as symbols, as numbers, and as what comes out."""
    plain = view.plain
    if plain is None:
        return None
    opening, closing = _around(view)
    rows = pick(plain.weights.shape[0], height // 3)
    chosen = [row for row in rows if row is not None]
    head = max((len(view.element(view.out, row)) for row in chosen), default=0)
    if not chosen:
        return None
    count = plain.weights.shape[1]
    left = head + 3 + len(opening)
    for most in range(min(count, max(width // 6, 2)), 0 if count == 1 else 1, -1):
        columns = pick(count, most)
        made = {row: written(view, plain, row, columns) for row in chosen}
        widths = [
            max(len(text) for s in made.values() for text in (s.symbols[i], s.figures[i]))
            for i in range(len(made[chosen[0]].symbols))
        ]
        needed = left + sum(widths) + 3 * (len(widths) - 1) + len(closing)
        if needed <= width:
            break
    else:
        return None
    ends = [head + 1 + sum(len(text) for text, _ in _outcome(view, row, made[row])) for row in chosen]
    spaced = len(rows) * 4 - 1 <= height
    drawing = Drawing(min(max(needed, *ends), width), min(len(rows) * (3 + spaced) - spaced, height), view.more)
    y = 0
    for row in rows:
        if row is None:
            drawing.put(head + 1, y, view.more, DIM)
            y += 1 + spaced
            continue
        _sum(drawing, view, y, row, made[row], widths, head)
        y += 3 + spaced
    return drawing


def _sum(drawing: Drawing, view: View, y: int, row: int, made: Sum, widths: Sequence[int], head: int) -> None:
    """Three lines: a row as symbols, as numbers, and its total and value."""
    opening, closing = _around(view)
    name = view.element(view.out, row)
    label = "z" + name[len(view.letter(view.out)) :] if view.f in WHOLE else name
    drawing.put(0, y, label.rjust(head), NOW)
    for line, (texts, style) in enumerate(((made.symbols, LABEL), (made.figures, PLAIN)), y):
        aligned = [
            text.center(wide) if line == y else text.rjust(wide) for text, wide in zip(texts, widths, strict=True)
        ]
        drawing.put(head + 1, line, f"= {opening}{' + '.join(aligned)}{closing}", style)
    x = head + 1
    for text, style in _outcome(view, row, made):
        drawing.put(x, y + 2, text, style)
        x += len(text)


def _around(view: View) -> tuple[str, str]:
    """What stands before and after a sum that f is put on."""
    return ("f( ", " )") if view.f and view.f not in WHOLE else ("", "")


def _outcome(view: View, row: int, made: Sum) -> list[tuple[str, Style]]:
    """The third line: what a sum comes to, and what f makes of it."""
    opening, closing = _around(view)
    nearly = "=" if made.exact else "~" if view.ascii else "≈"
    if not view.f:
        return [(f"{nearly} {made.value}", NOW)]
    if view.f in WHOLE:
        share = f"{view.element(view.out, row)} = {made.value}"
        return [(f"{nearly} {made.total},   its share of all: ", PLAIN), (share, NOW)]
    return [(f"{nearly} {opening}{made.total}{closing} = ", PLAIN), (made.value, NOW)]


def sums_said(view: View) -> list[str]:
    """What there is to say of picture 3."""
    plain = view.plain
    if plain is None:
        return []
    f = f"f is {view.f}. " if view.f else ""
    said = [f"{f}A weighted sum, no average: nothing is divided."]
    rows, columns = plain.weights.shape
    if rows * columns <= 400 and not all(written(view, plain, i, range(columns)).exact for i in range(rows)):
        said.append(f"{'~' if view.ascii else '≈'}: nearly, for the digits shown are rounded.")
    return said
