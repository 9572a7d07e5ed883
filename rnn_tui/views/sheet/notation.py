"""How quantities are written: names, times, equations, and the characters that drawings are made of."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_tui.core.equations import STRENGTH, Apply, Equation, Expression, Name
from rnn_tui.session.model import SCHEMES

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


SEED, PYTORCH, KERAS, TEXTBOOK = SCHEMES

WORDS = {
    SEED: {},
    PYTORCH: {"x": "input", "y": "output", "s": "h", "W": "weight_ih", "U": "weight_hh", "b": "bias", "P": "weight_hr"},
    KERAS: {"x": "inputs", "y": "output", "s": "h", "W": "kernel", "U": "recurrent_kernel", "b": "bias"},
    TEXTBOOK: {"s": "h", "W": "W_xh", "U": "W_hh", "b": "b_h"},
}
"""What each scheme calls the letters of a recurrent cell; a gate's letter goes behind: weight_ih_f."""

READOUT_WORDS = {
    SEED: {},
    PYTORCH: {"x": "input", "y": "output", "W": "weight", "b": "bias", "E": "weight"},
    KERAS: {"x": "inputs", "y": "output", "W": "kernel", "b": "bias", "E": "embeddings"},
    TEXTBOOK: {"x": "h", "W": "W_hy", "b": "b_y"},
}
"""The same for a layer without a state."""

GATED_TEXTBOOK = {"W": "W_x", "U": "W_h", "b": "b_"}


@dataclass(frozen=True)
class Notation:
    """One way to write names.

    Attributes:
        ascii: ``s[3]`` and ``.`` instead of ``s₃`` and ``·``.
        names: the scheme, one of `SCHEMES`.
        recurrent: whether the layer it is about keeps a state.
        reverse: whether that layer runs backwards in time, so that ``s[t-1]`` is the s of t + 1.
    """

    ascii: bool = False
    names: str = SEED
    recurrent: bool = True
    reverse: bool = False

    @property
    def glyphs(self) -> Glyphs:
        """The characters to draw with."""
        return ASCII if self.ascii else UNICODE

    def word(self, name: str) -> str:
        """What the scheme calls a quantity that the equations call `name`."""
        words = (WORDS if self.recurrent else READOUT_WORDS)[self.names]
        if name in words:
            return words[name]
        letter, bar, gate = name.partition("_")
        if bar and self.names == TEXTBOOK and letter in GATED_TEXTBOOK:
            return GATED_TEXTBOOK[letter] + gate
        if bar and letter in words:
            return f"{words[letter]}_{gate}"
        if name == "c_n" and self.names in (PYTORCH, KERAS):
            return "bias_hh_n" if self.names == PYTORCH else "recurrent_bias_n"
        return name

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
        return None if name.offset is None else t + (-name.offset if self.reverse else name.offset)

    def name(self, name: Name, t: int) -> str:
        """A name of an equation at timestep t: ``s₂`` for ``s[t-1]`` at t = 3, in ASCII ``s[2]``."""
        time = self.time(name, t)
        if time is None:
            return self.word(name.name)
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
            "*": "*" if self.ascii else "⊙",
            "-": f" {self.glyphs.minus} ",
            "+": " + ",
        }[name]
        left = self._bracketed(operands[0], STRENGTH[name], t)
        return left + sign + self._bracketed(operands[1], STRENGTH[name] + 1, t)

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


def printable(label: str, plain: bool) -> str:
    """A label with white space made visible and nothing that a terminal would obey; with `plain`, in ASCII."""
    if label.strip() == "":
        label = label.translate({32: "_", 10: "/", 9: ">"} if plain else {32: "␣", 10: "⏎", 9: "⇥"})
    return "".join(c if c.isprintable() and (c.isascii() or not plain) else "?" for c in label)
