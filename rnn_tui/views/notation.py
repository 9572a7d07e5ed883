"""How quantities are written: names, times, equations, and the characters that drawings are made of."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.core.equations import STRENGTH, Apply, Equation, Expression, Name

SUBSCRIPTS = str.maketrans("0123456789-+", "₀₁₂₃₄₅₆₇₈₉₋₊")


@dataclass(frozen=True)
class Box:
    """The eight characters of a box: corners from top left clockwise, then top, right, bottom and left."""

    corners: str
    sides: str


@dataclass(frozen=True)
class Glyphs:
    """The characters of one way to draw."""

    past: Box
    now: Box
    future: Box
    line: str
    dotted: str
    upright: str
    bend: str
    right: str
    up: str
    left: str
    times: str
    to: str
    minus: str
    more: str


UNICODE = Glyphs(
    past=Box("╭╮╯╰", "─│─│"),
    now=Box("┏┓┛┗", "━┃━┃"),
    future=Box("┌┐┘└", "╌╎╌╎"),
    line="─",
    dotted="╌",
    upright="│",
    bend="╭╮╯╰",
    right="→",
    up="↑",
    left="←",
    times="·",
    to="→",
    minus="−",
    more="…",
)
ASCII = Glyphs(
    past=Box("++++", "-|-|"),
    now=Box("####", "=#=#"),
    future=Box("....", "...."),
    line="-",
    dotted=".",
    upright="|",
    bend="++++",
    right=">",
    up="^",
    left="<",
    times=".",
    to="=>",
    minus="-",
    more="~",
)


@dataclass(frozen=True)
class Notation:
    """One way to write names.

    Attributes:
        ascii: ``s[3]`` and ``.`` instead of ``s₃`` and ``·``.
    """

    ascii: bool = False

    @property
    def glyphs(self) -> Glyphs:
        """The characters to draw with."""
        return ASCII if self.ascii else UNICODE

    def at(self, name: str, t: int | None) -> str:
        """A quantity at a time, as a heading: ``s₃``, in ASCII ``s3``; a parameter where t is None."""
        if t is None:
            return name
        return f"{name}{t}" if self.ascii else name + str(t).translate(SUBSCRIPTS)

    def name(self, name: Name, t: int) -> str:
        """A name of an equation at timestep t: ``s₂`` for ``s[t-1]`` at t = 3, in ASCII ``s[2]``."""
        if name.offset is None:
            return name.name
        return f"{name.name}[{t + name.offset}]" if self.ascii else self.at(name.name, t + name.offset)

    def expression(self, expression: Expression, t: int) -> str:
        """An expression with its times filled in: ``tanh(W·x₃ + U·s₂ + b)``."""
        if isinstance(expression, Name):
            return self.name(expression, t)
        if not isinstance(expression, Apply):
            return str(expression)
        name, operands = expression.operation.name, expression.operands
        if name not in STRENGTH:
            return f"{name}({', '.join(self.expression(operand, t) for operand in operands)})"
        if name == "negative":
            return self.glyphs.minus + self._bracketed(operands[0], STRENGTH[name], t)
        sign = {
            "@": self.glyphs.times,
            "*": " * " if self.ascii else "⊙",
            "-": f" {self.glyphs.minus} ",
            "+": " + ",
        }[name]
        left = self._bracketed(operands[0], STRENGTH[name], t)
        return left + sign + self._bracketed(operands[1], STRENGTH[name] + 1, t)

    def _bracketed(self, operand: Expression, least: int, t: int) -> str:
        text = self.expression(operand, t)
        own = STRENGTH.get(operand.operation.name, 9) if isinstance(operand, Apply) else 9
        return f"({text})" if own < least else text

    def equation(self, equation: Equation, t: int) -> tuple[str, str]:
        """The two sides of an equation at timestep t."""
        return self.name(Name(equation.target, 0), t), self.expression(equation.expression, t)

    def timeless(self, equation: Equation) -> tuple[str, str]:
        """The two sides of an equation for any t: ``sₜ`` and ``tanh(W·xₜ + U·sₜ₋₁ + b)``."""
        left, right = str(equation).split(" = ", 1)
        if self.ascii:
            return left, right
        for old, new in (("[t-1]", "ₜ₋₁"), ("[t]", "ₜ"), (" @ ", "·"), (" * ", "⊙")):
            left, right = left.replace(old, new), right.replace(old, new)
        return left, right
