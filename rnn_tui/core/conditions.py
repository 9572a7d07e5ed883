"""Conditions: questions about a timestep with a yes or a no, in the language of the equations.

``any(abs(s) > 0.95)``, ``min(f) < 0.05``, ``x[2] == 1``, ``label == "l"``, ``t % 50 == 0``, ``nonfinite``,
``changed(argmax(y))``, ``abs(c[3] - prev(c[3])) > 0.1``, ``max(f) < 0.1 for 20 steps``. The names are those of the
shown layer's equations; ``x[2]`` counts from 1, as the screen does. ``prev(...)`` is what something was one timestep
earlier. At t = 1 there is none: a comparison with it is false, a yes or no of it is a no, and nothing has changed.
Text is parsed by `ast` against a whitelist and never executed; a condition is answered for many timesteps at once.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import DEEPEST, LONGEST_LINE
from rnn_tui.core.errors import ConditionError
from rnn_tui.core.lasting import lasting
from rnn_tui.core.nearest import nearest

Array = NDArray[Any]

NUMBER, YESNO, TEXT = "number", "yes or no", "text"


@dataclass(frozen=True)
class Kind:
    """What a part of a condition is.

    Attributes:
        type: one of three.
        many: how many there are at a timestep; 0 is one.
        missing: at the first so many timesteps there is none, as it speaks of earlier ones.
        back: how many timesteps it looks back.
    """

    type: str
    many: int = 0
    missing: int = 0
    back: int = 0


Moment = Mapping[str, Any]
"""The values of n timesteps in a row: name to (n, size), with t (n,), label (n,) and nonfinite (n,)."""
Answer = Callable[[Moment], Any]
Part = tuple[Kind, Answer]

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
REDUCTIONS: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "any": (YESNO, YESNO, lambda v: v.any(axis=-1)),
    "all": (YESNO, YESNO, lambda v: v.all(axis=-1)),
    "min": (NUMBER, NUMBER, lambda v: v.min(axis=-1)),
    "max": (NUMBER, NUMBER, lambda v: v.max(axis=-1)),
    "sum": (NUMBER, NUMBER, lambda v: v.sum(axis=-1)),
    "mean": (NUMBER, NUMBER, lambda v: v.mean(axis=-1)),
    "norm": (NUMBER, NUMBER, lambda v: np.sqrt((v * v).sum(axis=-1))),
    "argmax": (NUMBER, NUMBER, lambda v: v.argmax(axis=-1) + 1.0),
    "argmin": (NUMBER, NUMBER, lambda v: v.argmin(axis=-1) + 1.0),
}
"""Functions of several numbers: what they take, what they give; argmax and argmin count from 1."""
FUNCTIONS = (*REDUCTIONS, "abs", "changed", "prev")


@dataclass(frozen=True, eq=False)
class Condition:
    """A question about a timestep.

    Attributes:
        text: as it was written.
        names: the quantities it speaks of.
        needs: those, and of t, label and nonfinite what it asks for.
        back: how many timesteps it looks back.
        steps: at how many timesteps in a row it has to hold before it counts.
    """

    text: str
    names: tuple[str, ...]
    needs: tuple[str, ...]
    back: int
    steps: int
    _answer: Answer

    @classmethod
    def parse(cls, text: str, sizes: Mapping[str, int]) -> Condition:
        """Reads a condition over the quantities in `sizes` (name to how many numbers it has).

        Raises:
            ConditionError: names the place, what is wrong and what would be right.
        """
        return _Reader(text.strip(), sizes).condition()

    @property
    def once(self) -> Condition:
        """The same one, which counts wherever it holds."""
        return replace(self, text=lasting(self.text)[0], steps=1)

    def holds(self, moment: Moment) -> Array:
        """For each of the n timesteps whether it holds there, for the first time or not.

        Of the first `back` that is right only where they are the first of the run.
        """
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(self._answer(moment), bool), np.shape(moment["t"]))


class _Reader:
    def __init__(self, text: str, sizes: Mapping[str, int]) -> None:
        self.text, self.sizes = text, sizes
        self.used: dict[str, None] = {}
        self.changing = False

    def error(self, node: ast.AST | None, why: str, hint: str = "") -> ConditionError:
        return ConditionError.at(self.text, getattr(node, "col_offset", 0), why, hint)

    def condition(self) -> Condition:
        if len(self.text) > LONGEST_LINE:
            raise self.error(None, f"the condition is longer than {LONGEST_LINE} characters")
        text, steps = lasting(self.text)
        try:
            with warnings.catch_warnings():  # Python warns of odd but harmless text, such as "\\d"
                warnings.simplefilter("ignore")
                tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self.error(None, "this is no condition", "write one like any(abs(s) > 0.95)") from None
        kind, answer = self.part(tree, 0)
        if kind.type != YESNO:
            raise self.error(tree, f"this is a {kind.type}, not a yes or no", "compare it with something")
        if kind.many:
            raise self.error(tree, "this is a yes or no for each of several numbers", "put any(...) or all(...) around")
        names = tuple(name for name in self.used if name in self.sizes)
        return Condition(self.text, names, tuple(self.used), kind.back, steps, answer)

    def part(self, node: ast.expr, depth: int) -> Part:
        if depth > DEEPEST:
            raise self.error(node, f"the condition is nested more than {DEEPEST} deep")
        match node:
            case ast.Name(id=name):
                return self.name(node, name)
            case ast.Constant(value=bool(value)):
                return Kind(YESNO), lambda moment: value
            case ast.Constant(value=int() | float() as value) if abs(value) < 1e300:
                number = np.float64(value)  # whose division by zero is quiet, as that of the run's numbers
                return Kind(NUMBER), lambda moment: number
            case ast.Constant(value=str(value)):
                return Kind(TEXT), lambda moment: value
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=index)) if type(index) is int:
                return self.item(node, name, index)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                kind, answer = self.wanted(operand, YESNO, depth)
                return replace(kind, missing=0), lambda moment: np.logical_not(answer(moment))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                kind, answer = self.wanted(operand, NUMBER, depth)
                return kind, lambda moment: -answer(moment)
            case ast.BoolOp(op=op, values=values):
                combine = np.logical_and if isinstance(op, ast.And) else np.logical_or
                kind, answer = self.folded(node, [self.wanted(v, YESNO, depth) for v in values], combine)
                return replace(kind, missing=0), answer
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                parts = [self.wanted(side, NUMBER, depth) for side in (left, right)]
                return self.folded(node, parts, ARITHMETIC[type(op)])
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARISONS for op in ops):
                return self.compared(node, [left, *others], ops, depth)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
                return self.called(node, name, argument, depth)
        what = type(node).__name__.lower()
        raise self.error(node, f"this ({what}) is no part of a condition", "use names, numbers, < == and or, any(...)")

    def name(self, node: ast.expr, name: str) -> Part:
        if name in ("t", "nonfinite", "label"):
            self.used[name] = None
            types = {"t": NUMBER, "nonfinite": YESNO, "label": TEXT}
            return Kind(types[name]), lambda moment: moment[name] * 1.0 if name == "t" else moment[name]
        if name not in self.sizes:
            known = (*self.sizes, "t", "label", "nonfinite")
            raise self.error(node, f"{name} is no quantity of this layer", nearest(name, known))
        self.used[name] = None
        return Kind(NUMBER, self.sizes[name]), lambda moment: moment[name]

    def item(self, node: ast.expr, name: str, index: int) -> Part:
        kind, answer = self.name(node, name)
        if not kind.many:
            raise self.error(node, f"{name} is a single {kind.type}", f"write {name}")
        if not 1 <= index <= self.sizes[name]:
            raise self.error(node, f"{name} has no number {index}", f"it has 1 to {self.sizes[name]}")
        return Kind(NUMBER), lambda moment: answer(moment)[:, index - 1]

    def wanted(self, node: ast.expr, type_: str, depth: int) -> Part:
        kind, answer = self.part(node, depth + 1)
        if kind.type != type_:
            raise self.error(node, f"a {type_} is needed here, and this is a {kind.type}")
        return kind, answer

    def folded(self, node: ast.expr, parts: list[Part], combine: Callable[[Any, Any], Any]) -> Part:
        """Parts combined from left to right; one number a timestep stands against each of several."""
        counts = sorted({kind.many for kind, _ in parts if kind.many})
        if len(counts) > 1:
            raise self.error(node, f"{counts[0]} numbers stand against {counts[1]}", "as many are needed, or one")
        many = counts[0] if counts else 0

        def answer(moment: Moment) -> Any:
            return reduce(combine, (_spread(each(moment), many > 0 and not kind.many) for kind, each in parts))

        missing, back = (max(each) for each in zip(*((kind.missing, kind.back) for kind, _ in parts), strict=True))
        return Kind(parts[0][0].type, many, missing, back), answer

    def compared(self, node: ast.expr, sides: list[ast.expr], ops: list[ast.cmpop], depth: int) -> Part:
        parts = [self.part(side, depth + 1) for side in sides]
        answers: list[Part] = []
        for (left, first), op, (right, second) in zip(parts, ops, parts[1:], strict=False):
            if left.type != right.type:
                raise self.error(node, f"a {left.type} cannot be compared with a {right.type}")
            if left.type != NUMBER and not isinstance(op, ast.Eq | ast.NotEq):
                raise self.error(node, f"a {left.type} is neither smaller nor larger", "use == or !=")
            kind, answer = self.folded(node, [(left, first), (right, second)], COMPARISONS[type(op)])
            answers.append(_there(replace(kind, type=YESNO), answer))
        kind, answer = self.folded(node, answers, np.logical_and)
        return replace(kind, missing=0), answer

    def called(self, node: ast.expr, name: str, argument: ast.expr, depth: int) -> Part:
        if name not in FUNCTIONS:
            raise self.error(node, f"the function {name} is not known", nearest(name, FUNCTIONS))
        if name == "changed":
            return self.changed(node, argument, depth)
        kind, answer = self.part(argument, depth + 1)
        if name == "prev":
            return _there(_earlier(kind), lambda moment: _before(answer(moment)))
        if name == "abs":
            if kind.type != NUMBER:
                raise self.error(argument, f"a number is needed here, and this is a {kind.type}")
            return kind, lambda moment: np.abs(answer(moment))
        takes, gives, function = REDUCTIONS[name]
        if kind.type != takes or not kind.many:
            found = f"several of type {kind.type}" if kind.many else f"one {kind.type}"
            raise self.error(argument, f"{name} takes several of type {takes}, and this is {found}")
        return replace(kind, type=gives, many=0), lambda moment: function(answer(moment))

    def changed(self, node: ast.expr, argument: ast.expr, depth: int) -> Part:
        if self.changing:
            raise self.error(node, "changed(...) looks one timestep back and cannot stand in another changed(...)")
        self.changing = True
        kind, answer = self.part(argument, depth + 1)
        self.changing = False
        found = _earlier(kind)

        def differs(moment: Moment) -> Any:
            return _changed(answer(moment), kind.many > 0, moment["t"]) & (moment["t"] > found.missing)

        return Kind(YESNO, back=found.back), differs


def _spread(values: Any, spread: bool) -> Any:
    """One value a timestep as a column, where it stands against several."""
    return values[:, None] if spread and np.ndim(values) else values


def _earlier(kind: Kind) -> Kind:
    """What something is one timestep earlier."""
    return replace(kind, missing=kind.missing + 1, back=kind.back + 1)


def _there(kind: Kind, answer: Answer) -> Part:
    """A yes or no that is a no where there is none; anything else as it is."""
    if kind.type != YESNO or not kind.missing:
        return kind, answer
    return kind, lambda moment: np.logical_and(answer(moment), _spread(moment["t"] > kind.missing, kind.many > 0))


def _before(values: Any) -> Any:
    """The values of the timesteps before; the first, before which none is known, stays."""
    return np.concatenate((values[:1], values[:-1])) if np.ndim(values) else values


def _changed(values: Any, many: bool, t: Array) -> Array:
    """For each timestep but the first whether something differs from the one before. NaN is NaN still."""
    rows = np.asarray(values) if many else np.broadcast_to(np.asarray(values), t.shape)
    now, before = rows[1:], rows[:-1]
    differs = (now != before) & ~((now != now) & (before != before))
    return np.concatenate(([False], differs.any(axis=-1) if many else differs))
