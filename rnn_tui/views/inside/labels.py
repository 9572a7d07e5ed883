"""What stands in the boxes of the inside of R: the sign of an operation, with what is the same at every t beside it."""

from __future__ import annotations

from rnn_tui.core.equations import Expression, Number
from rnn_tui.views.inside.graph import COPY, GATE, Part
from rnn_tui.views.sheet.notation import Notation

SYMBOLS = {"sigmoid": "σ", "hard_sigmoid": "hard σ", "identity": "id", GATE: "Σ"}
ASCII_SYMBOLS = {"sigmoid": "sig", "hard_sigmoid": "hard sig", "identity": "id", GATE: "sum"}


def label(part: Part, notation: Notation, gap: str) -> str:
    """The sign of an operation as a person writes it: ``W·``, ``+``, ``+ b``, ``1 −``, ``σ``; `gap` beside signs."""
    glyphs = notation.glyphs
    constants = [_factor(each, notation) for each in part.constants]
    match part.sign:
        case "@" if notation.behind(part.constants[0]):
            return f"{glyphs.times}{constants[0]}"
        case "@":
            return f"{constants[0]}{glyphs.times}"
        case "*":
            return (constants[0] if constants else "") + glyphs.each
        case "/" if constants:
            return f"{constants[0]}{gap}/" if part.flipped else f"/{gap}{constants[0]}"
        case "+":
            return f"+{gap}" + f"{gap}+{gap}".join(constants) if constants else "+"
        case "-" if constants and part.flipped:
            return f"{constants[0]}{gap}{glyphs.minus}"
        case "-":
            return gap.join([glyphs.minus, *constants])
        case "negative":
            return glyphs.minus
        case "":
            return notation.expression(part.value, None)
        case "row":
            return f"row of {constants[0]}"
        case "concat" if constants:
            return f"{constants[0]}, ..." if part.flipped else f"..., {constants[0]}"
    return COPY if part.sign == COPY else (ASCII_SYMBOLS if notation.ascii else SYMBOLS).get(part.sign, part.sign)


def _factor(expression: Expression, notation: Notation) -> str:
    """Something that is the same at every t, in brackets where it is more than a name."""
    text = notation.expression(expression, None)
    return f"({text})" if " " in text or (isinstance(expression, Number) and expression.value < 0) else text
