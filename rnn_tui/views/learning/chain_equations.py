"""The equations of the way back: how dL/dz comes from dL/ds, and dL/dW from dL/dz."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.core.equations import Apply, Expression, Name
from rnn_tui.core.moment import sums_of
from rnn_tui.core.softmax import softmax_of
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import chosen, gathers
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.sheet.palette import NOW, PLAIN
from rnn_tui.views.sheet.pen import Phrase


def chain_equations(frame: Frame) -> list[Phrase]:
    """``dL/dz₃ = dL/ds₃ ⊙ (1 − s₃²)   dL/dW = dL/dz₃·x₃ᵀ   dL/db = dL/dz₃`` of the chosen sum, at this t."""
    teaching, group, notation = frame.back, chosen(frame), Shown(frame).notation
    if teaching is None or group.equation is None:
        return []
    body, target = group.equation.expression, notation.at(group.equation.target, frame.t)
    of = f"dL/d{notation.at(group.inside or group.equation.target, frame.t)}"
    phrases: list[Phrase] = []
    if group.inside and isinstance(body, Apply):
        softmax = softmax_of(frame.cell)
        joint = softmax is not None and sums_of(frame.cell).get(softmax.logits) == group.inside
        if joint and teaching.adjoint(frame.index, frame.t).joint:
            how = f"{target} {notation.glyphs.minus} target"
        else:
            how = f"dL/d{target} {notation.glyphs.each} {_derivative(body.operation.name, target, frame.look.ascii)}"
        phrases.append(Phrase.of(NOW, f" {of} = {how}"))
        body = body.operands[0]
    sign = "+=" if gathers(frame) else "="
    for name, vector in _read(body):
        if name.name in group.parameters:
            times = f"{notation.glyphs.times}{notation.expression(vector, frame.t)}'" if vector is not None else ""
            gap = "   " if phrases else " "
            phrases.append(Phrase.of(PLAIN, f"{gap}dL/d{notation.word(name.name)} {sign} {of}{times}", rank=2))
    return phrases


def _derivative(function: str, y: str, ascii_only: bool) -> str:
    """A derivative by what it makes, where a textbook writes it so."""
    minus, square = ("-", "^2") if ascii_only else ("−", "²")
    return {"tanh": f"(1 {minus} {y}{square})", "sigmoid": f"{y}(1 {minus} {y})"}.get(function, f"{function}'")


def _read(expression: Expression) -> Iterator[tuple[Name, Expression | None]]:
    """The parameters that are added up, each with the vector that it is multiplied with, or None."""
    if isinstance(expression, Name):
        if expression.offset is None:
            yield expression, None
    elif isinstance(expression, Apply):
        first = expression.operands[0]
        if expression.operation.name == "@" and isinstance(first, Name):
            yield first, expression.operands[1]
        elif expression.operation.name == "+":
            for operand in expression.operands:
                yield from _read(operand)
