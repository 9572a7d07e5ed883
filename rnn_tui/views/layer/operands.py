"""An equation as its tables stand in a row, and along which axes the rows and columns of each are counted."""

from __future__ import annotations

from rnn_tui.core.contributions import Axis
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import STRENGTH, Apply, Equation, Expression, Name, Number
from rnn_tui.stepper.orientation import written
from rnn_tui.views.sheet.notation import Notation


@dataclass(frozen=True)
class Operand:
    """A name in an equation, which becomes a table.

    Attributes:
        name: the quantity.
        rows: what its rows are counted along.
        columns: the same for its columns, of a matrix.
    """

    name: Name
    rows: Axis = None
    columns: Axis = None


Token = str | Operand


def tokens(
    expression: Expression, notation: Notation, least: int = 0, rows: Axis = None, columns: Axis = None
) -> list[Token]:
    """An expression as names with operators between them; names become tables."""
    if isinstance(expression, Name):
        return [Operand(expression, rows, columns)]
    if isinstance(expression, Number):
        return [str(expression)]
    name, operands = expression.operation.name, expression.operands
    axes = _axes(expression, rows, columns)
    if name not in STRENGTH:
        inside = [tokens(operand, notation, 0, *own) for operand, own in zip(operands, axes, strict=True)]
        return [f"{name}(", *[token for each in inside for token in (",", *each)][1:], ")"]
    strength = STRENGTH[name]
    sign = {"@": notation.glyphs.times, "*": notation.glyphs.each, "negative": "-"}.get(name, name)
    if name == "negative":
        inner = [sign, *tokens(operands[0], notation, strength, *axes[0])]
    else:
        behind = written(expression, notation.turned)[0] is not operands[0]
        (first, own), (second, other) = list(zip(operands, axes, strict=True))[:: -1 if behind else 1]
        inner = [*tokens(first, notation, strength + behind, *own), sign]
        inner += tokens(second, notation, strength + 1, *other)
    return ["(", *inner, ")"] if strength < least else inner


def _axes(expression: Apply, rows: Axis, columns: Axis) -> list[tuple[Axis, Axis]]:
    """What the rows and the columns of every operand are counted along."""
    name, operands = expression.operation.name, expression.operands
    if name == "@":
        return [(rows, operands[1]), (operands[1], None)]
    if name == "row":
        return [(operands[1], rows), (operands[1], None)]
    if expression.operation.kind in ("rearrangement", "reduction"):
        return [(operand, None) for operand in operands]
    return [(rows, columns)] * len(operands)


def summands(equation: Equation) -> Expression:
    """What is summed up before the activation, if there is one."""
    expression = equation.expression
    if isinstance(expression, Apply) and expression.operation.kind == "activation":
        return expression.operands[0]
    return expression
