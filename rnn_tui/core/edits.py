"""Edits: what a person changes in a run, one line of text each, which the session keeps and others can read.

``x[2][1] = 0`` is number 1 of x at t = 2, ``x[2] = 0`` all of that x, ``x[*][3] = 0`` its third number at every t, and
``x[2] = "o"`` the x of the letter o. ``W[2][3] = 0.5``, ``W[2] = 0``, ``W[*][3] = 0``, ``U = identity * 0.9`` and ``b
*= 2`` are parameters; ``s[0][1] = 1`` is what a state begins with. ``s[3][1] = 0`` gives a computed number another
value, ``f[*][2] = 1`` at every t, ``f = 1`` all of it: whatever reads it reads that. ``reset 5`` lets every state begin
afresh before t = 5, ``reset *`` before every one. ``reverse``, ``shuffle 7`` and ``repeat 2`` put the timesteps of the
sequence into another order, where 7 is the seed of a drawing, and 2 a timestep that comes twice. ``generate 12`` goes
on past the end for 12 timesteps whose x is what y said, ``generate 40 at 0.8 seed 7`` draws it at a temperature, and
``free 5`` lets x be what y said from t = 5 on, although the sequence has its own. ``2:U = 0`` is of layer 2.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line

ALL = None
"""A place that stands for every row, column or timestep; written ``*``."""
LONGEST = 4000
"""Characters of an edit."""
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?|[+-]?inf|[+-]?nan"
NAN = float("nan")
"""The one that edits have, so that two with it are equal."""
ASSIGNMENT = re.compile(
    r"(?:(?P<layer>\d{1,4}):)?(?P<name>[A-Za-z][A-Za-z0-9_]*)(?P<places>(?:\[(?:\d{1,9}|\*)\])*)"
    r"\s*(?P<how>[-+*/]?=)\s*(?P<value>.+)",
    re.ASCII | re.DOTALL,
)
ORDERS = {"reset": True, "reverse": False, "shuffle": True, "repeat": True, "generate": True, "free": True}
"""What is done to a run or to its sequence, and whether a number goes with it."""
GENERATE, FREE = SPOKEN = ("generate", "free")
"""What lets x be what y said: past the end, or from a timestep on."""
DRAWN = re.compile(rf"(?P<number>[0-9]{{1,9}})(?:\s+at\s+(?P<heat>{NUMBER})(?:\s+seed\s+(?P<seed>[0-9]{{1,9}}))?)?")
"""How many or from when, and at which temperature and by which seed the letters are drawn."""
RIGHT = 'write one like x[2][1] = 0, U = 0, f[*][2] = 1, x[2] = "o", reset 5, shuffle 7, repeat 2 or generate 12'


class EditError(InputError):
    """An edit that cannot be understood, or that does not fit the run."""


@dataclass(frozen=True)
class Value:
    """What is assigned.

    Attributes:
        numbers: one for all places, or one for each of a row.
        identity: whether it is the identity matrix, times the number.
        label: the name of a column of x instead, whose x is 1 there and 0 elsewhere; or empty.
    """

    numbers: tuple[float, ...] = ()
    identity: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        numbers = (NAN if np.isnan(number) else float(number) + 0.0 for number in self.numbers)  # no -0 to be seen
        object.__setattr__(self, "numbers", tuple(numbers))

    @property
    def finite(self) -> bool:
        """Whether it has no infinity and no NaN."""
        return bool(np.isfinite(self.numbers).all())

    def __str__(self) -> str:
        if self.label:
            return '"' + self.label.replace("\\", "\\\\").replace('"', '\\"') + '"'
        texts = [_short(number) for number in self.numbers]
        if self.identity:
            return "identity" if self.numbers == (1.0,) else f"identity * {texts[0]}"
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


@dataclass(frozen=True)
class Assignment:
    """Numbers that are given another value.

    Attributes:
        layer: from 1; 0 where the name says which.
        name: the quantity, as the equations write it.
        places: as written, counted from 1, a timestep first where the quantity has one; None stands for all.
        how: ``=``, ``*=``, ``/=``, ``+=`` or ``-=``.
        value: what is assigned.
    """

    layer: int
    name: str
    places: tuple[int | None, ...]
    how: str
    value: Value

    @property
    def target(self) -> str:
        """What is assigned to, as it is written."""
        places = "".join(f"[{'*' if place is ALL else place}]" for place in self.places)
        return (f"{self.layer}:" if self.layer else "") + self.name + places

    def __str__(self) -> str:
        return f"{self.target} {self.how} {self.value}"


@dataclass(frozen=True)
class Order:
    """What is done to a run or to its sequence.

    Attributes:
        what: one of `ORDERS`.
        number: a timestep, a seed, or how many timesteps; of a reset 0 is before every timestep, else 0 is where none
            goes with it.
        temperature, seed: of what lets x be what y said: how evenly letters are drawn, 0 for the most likely one
            without drawing, and what the drawing comes from.
    """

    what: str
    number: int = 0
    temperature: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.temperature:
            object.__setattr__(self, "temperature", 0.0)
            object.__setattr__(self, "seed", 0)  # nothing is drawn

    def __str__(self) -> str:
        number = "*" if self.what == "reset" and not self.number else self.number
        drawn = f" at {_short(self.temperature)}" + (f" seed {self.seed}" if self.seed else "")
        return (f"{self.what} {number}" if ORDERS[self.what] else self.what) + (drawn if self.temperature else "")


Change = Assignment | Order


@dataclass(frozen=True)
class Edit:
    """One line of the list of edits.

    Attributes:
        change: what is changed.
        enabled: whether it counts.
        both: whether it is so in the run beside as well, that one compares with: what is seen is then not its effect.
    """

    change: Change
    enabled: bool = True
    both: bool = False

    @classmethod
    def parse(cls, text: str, enabled: bool = True, both: bool = False) -> Edit:
        """Reads an edit. Raises EditError."""
        return cls(change_of(text), enabled, both)

    @property
    def goes_on(self) -> bool:
        """Whether it says how far the run goes, and not what is otherwise in it."""
        return isinstance(self.change, Order) and self.change.what == GENERATE

    @property
    def free(self) -> bool:
        """Whether it lets x be what y said where the sequence has its own."""
        return isinstance(self.change, Order) and self.change.what == FREE

    @property
    def text(self) -> str:
        """As it is written."""
        return str(self.change)


@lru_cache(maxsize=1024)
def change_of(text: str) -> Change:
    """What a text changes. Raises EditError."""
    text = text.strip()
    if len(text) > LONGEST:
        raise EditError("", "edit", f"is longer than {LONGEST} characters", RIGHT)
    words = text.split()
    if words and words[0] in ORDERS and not re.match(r"\s*[-+*/]?=|\[", text[len(words[0]) :]):
        return _order(text, words)
    written = ASSIGNMENT.fullmatch(text)
    if written is None:
        raise _wrong(text, "is no edit", RIGHT)
    layer, places = written["layer"], re.findall(r"\[(\d+|\*)\]", written["places"])
    if layer and not int(layer):
        raise _wrong(text, "there is no layer 0", "layers count from 1")
    if len(places) > 2:
        raise _wrong(text, "has too many places", "a vector has a timestep and a unit, a matrix row and column")
    where = tuple(ALL if place == "*" else int(place) for place in places)
    while where and where[-1] is ALL:
        where = where[:-1]
    value, how = _value(text, written["value"].strip()), written["how"]
    if how != "=" and (value.label or value.identity or len(value.numbers) != 1):
        target = text[: written.start("how")].strip()
        raise _wrong(text, f"{how} takes one number", f"write {target} {how} 2")
    if how == "/=" and value.numbers == (0.0,):
        raise _wrong(text, "divides by 0", "write = 0 to set it to 0")
    return Assignment(int(layer or 0), written["name"], where, how, value)


def _order(text: str, words: list[str]) -> Order:
    what, *rest = words
    if not ORDERS[what]:
        if rest:
            raise _wrong(text, f"{what} takes nothing after it", f"write {what}")
        return Order(what)
    if what == "reset" and rest == ["*"]:
        return Order(what)
    if what in SPOKEN:
        return _spoken(text, what, " ".join(rest))
    right = "a seed from 0 to 999999999" if what == "shuffle" else "a timestep, 1 or more"
    if len(rest) != 1 or not re.fullmatch(r"[0-9]{1,9}", rest[0]) or (what != "shuffle" and not int(rest[0])):
        raise _wrong(text, f"{what} needs {right}", f"write {what} 2")
    return Order(what, int(rest[0]))


def _spoken(text: str, what: str, rest: str) -> Order:
    """What lets x be what y said."""
    written = DRAWN.fullmatch(rest)
    if written is None and re.fullmatch(r"[0-9]{10,}.*", rest):
        raise _wrong(text, "these are more timesteps than there can be", "write fewer")
    if written is None:
        least, right = ("how many timesteps", "12") if what == GENERATE else ("the timestep that it begins at", "5")
        raise _wrong(text, f"{what} needs {least}", f"write {what} {right}, or {what} {right} at 0.8 seed 7")
    number, heat = int(written["number"]), _number(text, written["heat"] or "0")
    if what == FREE and number < 2:
        raise _wrong(text, "there is no y before t = 1", "write free 2")
    if not (np.isfinite(heat) and heat >= 0):
        raise _wrong(text, f"{written['heat']} is no temperature", "0 is the most likely letter, 1 draws as y says")
    return Order(what, number, heat, int(written["seed"] or 0))


def _value(text: str, value: str) -> Value:
    if len(value) > 1 and value[0] == value[-1] == '"':
        label = re.sub(r'\\(["\\])', r"\1", value[1:-1])
        if not label or label != one_line(label):
            raise _wrong(text, "has no label between the quotes")
        return Value(label=label)
    if re.fullmatch(NUMBER, value):
        return Value((_number(text, value),))
    scaled = re.fullmatch(rf"identity(?:\s*\*\s*({NUMBER}))?|({NUMBER})\s*\*\s*identity", value)
    if scaled:
        return Value((_number(text, scaled[1] or scaled[2] or "1"),), identity=True)
    if value[0] == "[" and value[-1] == "]":
        parts = [part.strip() for part in value[1:-1].split(",")]
        if all(re.fullmatch(NUMBER, part) for part in parts):
            return Value(tuple(_number(text, part) for part in parts))
    raise _wrong(
        text, f"{_brief(value)} is no number", "write a number, [0.1, 0.2], identity * 0.9, or a label in quotes"
    )


def _number(text: str, written: str) -> float:
    number = float(written)
    if np.isinf(number) and "inf" not in written:
        raise _wrong(text, f"{written} is larger than any number there is", "1.8e308 is the largest")
    return number


def _short(number: float) -> str:
    """A number so that it reads back to the same bits, whole ones without a point."""
    return str(int(number)) if number == np.floor(number) and abs(number) < 1e15 else repr(number)


def _wrong(text: str, why: str, hint: str = "") -> EditError:
    return EditError("", _brief(text), why, hint)


def _brief(text: str) -> str:
    return one_line(repr(text if len(text) <= 60 else text[:57] + "..."))
