"""A person with a calculator who reads the arithmetic on the screen: line by line, nothing but what is written.

Knows how the lines are made (`LABEL = NUMBER    so far NUMBER`, a foot below them, `f(NUMBER) = NUMBER`), and nothing
of how they came about. Every product, quotient, function and difference that stands on the left of an equals sign must
come to what stands on its right, once it is rounded to the last digit there; every "so far" must be exactly the sum of
the numbers above it; the numbers of a sum must add up exactly to the number under them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from itertools import pairwise
from typing import Any

import numpy as np

NUMBER = r"-?(?:\d+(?:\.\d+)?(?:e-?\d+)?|inf)|nan"
ALONE = re.compile(rf"(?:{NUMBER})\Z")
LAYER = re.compile(r"(?<![\w.])\d+:(?=[^\W\d])")
"""What stands before a number of another layer: ``1:y₃[2]``."""
LINE = re.compile(rf"(?P<label>.*\S)\s+=\s+(?P<number>{NUMBER})(?:\s+so far\s+(?P<far>{NUMBER}))?\Z")
FOOT = re.compile(rf"(?P<word>z|sum)\s+=\s+(?P<number>{NUMBER})(?:\s{{3,}}(?P<then>.+))?\Z")
TIME = re.compile(r"(?:from|part of) t = \d+\Z")
NAMED = re.compile(rf"(?:\S.*\s)?(?P<number>{NUMBER})\Z")
HEADS = ("= the sum of", "z being the sum of", "exp(z - largest z)", "sum of the chain-rule products", "its parts from",
         "the sum of what this timestep and the next hand back", "numbers, their sum being",
         "its part from above and the chain-rule products")  # fmt: skip
PROSE = (
    "A parameter",
    "The sequence gives it",
    "The layer below",
    "The state that",
    "It comes from the layer above",
    "There is no target",
    "The target is 0 here",
    "0: the window ends",
    "t = 0:",
)
SILENT = ("nothing at this t reads it",)
ROUNDING, OWN = "rounding of the digits shown", ("rounding of float32 itself", "rounding of float64 itself")
NOISE = Decimal("2e-15")
"""What a calculator of float64 may be wrong by."""
LARGEST = Decimal("1.7976931348623157e308")


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": lambda z: math.exp(z) if z < 700 else math.inf,
    "abs": abs,
    "tanh": math.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: z if math.isnan(z) else max(z, 0.0),
    "identity": lambda z: z,
    "softsign": lambda z: z / (1 + abs(z)),
    "softplus": lambda z: z if z > 700 else math.log1p(math.exp(z)),
    "elu": lambda z, a: z if z > 0 else a * math.expm1(z),
    "hard_sigmoid": lambda z, a, b: min(max(a * z + b, 0.0), 1.0),
    "sqrt": np.sqrt,
    "clip": lambda z, bound: min(max(z, -bound), bound),
}


NAMES = {**FUNCTIONS, "float64": np.float64}


@dataclass
class Reader:
    """Reads one explanation; `problems` says what is not so, `read` counts the lines."""

    within: Decimal = Decimal("0.5001")
    """Units of the last digit that a result may be off by: what rounding does; a run in float32 rounds by itself."""
    problems: list[str] = field(default_factory=list)
    read: int = 0
    total: Decimal = Decimal(0)
    terms: int = 0
    scale: Decimal = Decimal(0)
    """The largest number of a sum, which says how much of it a float rounds away."""
    last: Decimal | None = None
    first: Decimal | None = None
    """What the first sum or statement comes to: the number that is explained."""
    unit: Decimal | None = None

    def lines(self, lines: Sequence[str]) -> None:
        """Reads lines from top to bottom."""
        for line in lines:
            text = line.strip()
            if text:
                self.read += 1
                with localcontext(Context(prec=700)):
                    self.line(text)
        self.first = self.last if self.first is None else self.first

    def wrong(self, text: str, why: str) -> None:
        self.problems.append(f"{text!r}: {why}")

    def line(self, text: str) -> None:
        if self.first is None and text.startswith("where "):
            self.first = self.last
        if any(head in text for head in HEADS) or (text.startswith("where ") and text.endswith("…")):
            self.total, self.terms, self.scale, self.unit = Decimal(0), 0, Decimal(0), None
            return
        if text.startswith(PROSE) or any(words in text for words in SILENT):
            return
        if foot := FOOT.match(text):
            self.foot(text, foot)
            return
        line = LINE.match(text)
        if line is not None and self.inside(line["label"], line["far"] is not None):
            self.term(text, line)
            return
        for statement in text.split(",  "):
            self.statement(text, statement)

    def inside(self, label: str, so_far: bool) -> bool:
        """Whether this is the line of a sum: a statement of its own begins with a name and has its numbers after it."""
        share = re.match(rf"(?:(?:{NUMBER}) / (?:{NUMBER})|\(\S+ [-+] \S+\) / sqrt\(\S+ \+ 1e-05\))\Z", label)
        call = re.match(r"[a-z_]+\(.*\)\Z", label) or (share and not so_far)
        return " = " not in TIME.sub("", label) and not label.startswith("where ") and not call

    def term(self, text: str, line: re.Match[str]) -> None:
        number = Decimal(line["number"])
        if self.unit is None and number.is_finite() and line["number"] != "0":
            self.unit = unit_of(line["number"])
        label = line["label"]
        if label in (ROUNDING, *OWN):
            unit = self.unit or Decimal(0)
            most = unit * (self.terms + 2)
            if label in OWN:
                most = unit * 2 + self.scale * Decimal("1e-5" if label == OWN[0] else "1e-13")
            if abs(number) > most:
                self.wrong(text, f"more than {self.terms} roundings can be")
        else:
            self.terms += 1
            if self.unit is not None and not TIME.search(label):
                self.holds(text, label, line["number"], self.unit)
        self.total = plus(self.total, number)
        every = [abs(Decimal(found)) for found in re.findall(rf"(?<![\w.])(?:{NUMBER})(?![\w.])", label)]
        self.scale = max([self.scale, *(each for each in every if each.is_finite())])
        if line["far"] is not None and not same(Decimal(line["far"]), self.total):
            self.wrong(text, f"what stands above comes to {self.total}")
        self.last = number

    def foot(self, text: str, foot: re.Match[str]) -> None:
        number = Decimal(foot["number"])
        if not same(number, self.total):
            self.wrong(text, f"what stands above comes to {self.total}")
        self.last = number
        if foot["then"]:
            self.statement(text, foot["then"])

    def statement(self, text: str, statement: str) -> None:
        """``A = B = C``: neighbours that can be reckoned agree."""
        sides = [side.strip() for side in statement.split(" = ")]
        for left, right in pairwise(sides):
            if ALONE.match(right):
                self.holds(text, left, right, unit_of(right))
        found = reckoned(sides[-1])
        if found is not None:
            self.last = Decimal(found)

    def holds(self, text: str, left: str, right: str, unit: Decimal) -> None:
        found, told = reckoned(left), Decimal(right)
        if found is None:
            return
        if not isinstance(found, Decimal):
            found = Decimal(found)
        if not (found.is_finite() and told.is_finite()):
            too_large = told.is_infinite() and found.is_finite() and abs(found) > LARGEST / 10
            if not (same(found, told) or too_large):
                self.wrong(text, f"it comes to {found}")
        elif abs(found - told) > unit * self.within + abs(told) * NOISE:
            self.wrong(text, f"it comes to {found:.12g}, {abs(found - told) / unit:.3g} units off")


def unit_of(text: str) -> Decimal:
    """What the last digit of a number stands for."""
    number = Decimal(text)
    return Decimal(1).scaleb(int(number.as_tuple().exponent)) if number.is_finite() else Decimal(1)


def plus(left: Decimal, right: Decimal) -> Decimal:
    if left.is_finite() and right.is_finite():
        return left + right
    return Decimal(float(left) + float(right))


def same(left: Decimal, right: Decimal) -> bool:
    return (left.is_nan() and right.is_nan()) or left == right


def reckoned(text: str) -> Decimal | float | None:
    """What a side of an equals sign comes to; None where it is words."""
    text = LAYER.sub("", text.split(": ")[-1].strip())
    if ALONE.match(text):
        return Decimal(text)
    negative = text.startswith("-(") and text.endswith(")")
    inner = text[2:-1] if negative else text
    first, *others = re.split(r" (×|x|/) ", inner)
    parts, signs = [first, *others[1::2]], ["×", *others[::2]]
    factors = [NAMED.match(part.strip()) for part in parts]
    if all(factors) and not any(re.match(r"-?\d\S* |.* [-+] \S+\Z", each.strip()) for each in parts):
        return product([Decimal(f["number"]) for f in factors if f is not None], signs, negative)
    return formula(text)


def product(numbers: list[Decimal], signs: list[str], negative: bool) -> Decimal:
    """From left to right; of numbers that are not finite, and over 0, what floats make of it."""
    plain = all(number.is_finite() and (number or sign != "/") for number, sign in zip(numbers, signs, strict=True))
    start = -1 if negative else 1
    whole: Any = Decimal(start) if plain else np.float64(start)
    with np.errstate(all="ignore"):
        for number, sign in zip(numbers, signs, strict=True):
            own: Any = number if plain else np.float64(number)
            whole = whole / own if sign == "/" else whole * own
    return Decimal(whole)


def formula(text: str) -> float | None:
    """Numbers, operators, and functions by name; a name before a number says what it is."""
    plain = re.sub(rf"(?<![\w.])[^\W\d_][\w.\[\],₀-₉]*\s(?={NUMBER})", "", text)
    plain = re.sub(r"\|([^|]*)\|", r"abs(\1)", plain).replace("²", "**2").replace("^2", "**2")
    plain = re.sub(r"(?<=\d) (?=\()", "*", plain)  # 2 (y - target)
    plain = plain.replace("×", "*").replace(") x (", ")*(").replace(" x ", " * ")
    words = set(re.findall(r"[A-Za-z_]\w*", re.sub(NUMBER, " ", plain)))
    if not words <= FUNCTIONS.keys() or not re.search(r"\d|nan|inf", plain):
        return None
    plain = re.sub(rf"(?<![\w.])({NUMBER.replace('-?', '')})", r"float64('\1')", plain)
    try:
        with np.errstate(all="ignore"):
            return float(eval(plain, {"__builtins__": {}}, NAMES))  # noqa: S307, our own screen, in a test
    except OverflowError:
        return math.inf
    except SyntaxError:
        return None
