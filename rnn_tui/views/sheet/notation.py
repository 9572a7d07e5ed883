"""How quantities are written: names, times, equations, and the characters that drawings are made of."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import STRENGTH, Apply, Equation, Expression, Name
from rnn_tui.core.interventions import NOTHING, Interventions
from rnn_tui.session.model import SEED
from rnn_tui.stepper.orientation import turned, written
from rnn_tui.views.sheet.words import words

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
    down: str
    each: str
    times: str
    to: str
    minus: str
    more: str
    gap: str


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
    down="↓",
    each="⊙",
    times="·",
    to="→",
    minus="−",
    more="…",
    gap="⋮",
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
    down="v",
    each="*",
    times=".",
    to="=>",
    minus="-",
    more="~",
    gap=":",
)


@dataclass(frozen=True)
class Notation:
    """One way to write names.

    Attributes:
        ascii: ``s[3]`` and ``.`` instead of ``s₃`` and ``·``.
        names: the scheme, one of `SCHEMES`.
        cell: the cell whose quantities they are; None where no quantity of a cell is written.
        handed: whether its x is the state of the layer below.
        reverse: whether its layer runs backwards in time, so that ``s[t-1]`` is the s of t + 1.
        learns: whether parameters have a time as well, ``W₃``.
        done, begin: what says where its states begin afresh, and the time of what they begin with.
        given: what of its inputs is the y of another layer, and what that is called: x is ``1:y``, as references say.
    """

    ascii: bool = False
    names: str = SEED
    cell: Cell | None = None
    handed: bool = False
    reverse: bool = False
    learns: bool = False
    given: tuple[tuple[str, str], ...] = ()
    done: Interventions = NOTHING
    begin: int = 0

    @property
    def glyphs(self) -> Glyphs:
        """The characters to draw with."""
        return ASCII if self.ascii else UNICODE

    def word(self, name: str) -> str:
        """What the scheme calls a quantity that the equations call `name`."""
        own = words(self.cell, self.names, self.handed).get(name, name) if self.cell else name
        return dict(self.given).get(name, own)

    @property
    def turned(self) -> frozenset[str]:
        """The parameters that the scheme keeps the other way round, and writes behind what they stand on."""
        return turned(self.cell, self.names) if self.cell else frozenset()

    def behind(self, expression: Expression) -> bool:
        """Whether it is a parameter that the scheme has turned."""
        return isinstance(expression, Name) and expression.offset is None and expression.name in self.turned

    def place(self, expression: Expression, places: Sequence[str]) -> str:
        """Where in a quantity a number stands, the row first: ``[2,1]``; of what the scheme has turned, ``[1,2]``."""
        places = places[::-1] if self.behind(expression) else places
        return f"[{','.join(places)}]" if places else ""

    def at(self, name: str, t: int | None) -> str:
        """A quantity at a time, as a heading: ``s₃``, in ASCII ``s3``; a parameter where t is None."""
        word = self.word(name)
        if t is None:
            return word
        return f"{word}{t}" if self.ascii else word + str(t).translate(SUBSCRIPTS)

    def now(self, name: str, t: int, cursor: int) -> str:
        """A quantity at a time; in ASCII, where the cursor's copy has no colour, set between > and <."""
        text = self.at(name, t)
        return f">{text}<" if self.ascii and t == cursor else text

    def time(self, name: Name, t: int) -> int | None:
        """The timestep that a name of an equation at t speaks of."""
        if name.offset == -1 and self.done.afresh(t, self.reverse):
            return self.begin
        return None if name.offset is None else t + (-name.offset if self.reverse else name.offset)

    def name(self, name: Name, t: int) -> str:
        """A name of an equation at timestep t: ``s₂`` for ``s[t-1]`` at t = 3, in ASCII ``s[2]``."""
        time = self.time(name, t)
        if time is None:  # the parameters of a network that learns are other ones at every t
            return self.at(name.name, (t or None) if self.learns else None)
        return f"{self.word(name.name)}[{time}]" if self.ascii else self.at(name.name, time)

    def expression(self, expression: Expression, t: int | None) -> str:
        """An expression with its times filled in: ``tanh(W·x₃ + U·s₂ + b)``; for any t where t is None."""
        if isinstance(expression, Name):
            return self.name(expression, t) if t is not None else self._timeless(expression)
        if not isinstance(expression, Apply):
            return str(expression)
        name, operands = expression.operation.name, expression.operands
        if name not in STRENGTH:
            return f"{name}({', '.join(self.expression(operand, t) for operand in operands)})"
        if name == "negative":
            return self.glyphs.minus + self._bracketed(operands[0], STRENGTH[name], t)
        sign = {
            "@": self.glyphs.times,
            "*": self.glyphs.each,
            "/": "/",
            "-": f" {self.glyphs.minus} ",
            "+": " + ",
        }[name]
        first, second = written(expression, self.turned)
        left = self._bracketed(first, STRENGTH[name] + (first is not operands[0]), t)
        return left + sign + self._bracketed(second, STRENGTH[name] + 1, t)

    def _bracketed(self, operand: Expression, least: int, t: int | None) -> str:
        text = self.expression(operand, t)
        own = STRENGTH.get(operand.operation.name, 9) if isinstance(operand, Apply) else 9
        return f"({text})" if own < least else text

    def _timeless(self, name: Name) -> str:
        """A name for any t: ``s[t-1]``, or ``sₜ₋₁``."""
        word, offset = self.word(name.name), (name.offset or 0) * (-1 if self.reverse else 1)
        if name.offset is None:
            return word
        tail = {0: "", -1: "-1", 1: "+1"}[offset]
        return f"{word}[t{tail}]" if self.ascii else f"{word}ₜ{tail.translate(SUBSCRIPTS)}"

    def equation(self, equation: Equation, t: int | None) -> tuple[str, str]:
        """The two sides of an equation at timestep t, or for any t."""
        return self.expression(Name(equation.target, 0), t), self.expression(equation.expression, t)


def mark(plain: bool) -> str:
    """What stands for what is left out; `plain`, in ASCII."""
    return (ASCII if plain else UNICODE).more


def gap(plain: bool) -> str:
    """What stands between two rows or columns where others are left out; `plain`, in ASCII."""
    return (ASCII if plain else UNICODE).gap


def said_mark(plain: bool) -> str:
    """What stands before an x that is generated; `plain`, in ASCII."""
    return ">" if plain else "»"


LONGEST_LABEL = 12
"""Columns of the label of a timestep."""


def printable(label: str, plain: bool) -> str:
    """A label with white space made visible and nothing that a terminal would obey; with `plain`, in ASCII."""
    if label.strip() == "":
        label = label.translate({32: "_", 10: "/", 9: ">"} if plain else {32: "␣", 10: "⏎", 9: "⇥"})
    return "".join(c if c.isprintable() and (c.isascii() or not plain) else "?" for c in label)
