"""The memory of a cell: which of its states keep a part of themselves as it is, and add to it.

The cell state of an LSTM is ``c[t] = f[t] * c[t-1] + i[t] * g[t]`` (Hochreiter and Schmidhuber 1997, with the forget
gate of Gers et al. 2000), the state of a GRU ``s[t] = (1 - z[t]) * n[t] + z[t] * s[t-1]``, that of a leaky unit
``s[t] = (1 - a) * s[t-1] + a * h[t]``. Nothing here knows a cell: whatever the order of terms and factors, and however
many there are, a line is read as ``state[t] = keep * state[t-1] + write``, number by number. Written out over time that
is a sum with a term for every timestep: what was written at k times all that was kept since.
"""

from __future__ import annotations

from functools import lru_cache

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name, Number, applied
from rnn_tui.core.operations import OPERATIONS

MOST_OPERATIONS = 1000
"""Operations of a line once what it is made of is put in; a longer one is not taken apart."""
ONE, NOTHING = Number(1.0), Number(0.0)


@dataclass(frozen=True)
class Memory:
    """``state[t] = keep * state[t-1] + write``, number by number.

    Attributes:
        state: the state.
        keep: what of each number is kept; a vector, or a single number for all of them.
        write: what is added.
    """

    state: str
    keep: Expression
    write: Expression

    @property
    def mixes(self) -> bool:
        """Whether a number of it is made of those of other units as well, as in ``W @ x[t]``."""
        return any(
            each.operation.kind in ("matrix", "rearrangement") or each.operation.mixes
            for side in (self.keep, self.write)
            for each in applied(side)
        )


@lru_cache(maxsize=256)
def memory_of(cell: Cell, name: str, given: frozenset[str] = frozenset()) -> Memory | None:
    """The memory that a quantity is, or is a copy of; None where it is none: a gate, or a state made anew each time.

    Args:
        cell: R.
        name: the quantity.
        given: what is not always what its equation says, and so is not taken apart, and no copy.
    """
    for state in cell.copies(name):
        if state in cell.states:
            keep, write = _Line(cell, state, given).parts(Name(state, 0))
            if keep is not None:
                return Memory(state, keep, NOTHING if write is None else write)
        elif state in given:
            return None
    return None


Parts = tuple[Expression | None, Expression | None]
"""What is multiplied with the state before, and what is added; None where there is nothing of it."""


class _Line:
    """Takes apart what a state is made of."""

    def __init__(self, cell: Cell, state: str, given: frozenset[str]) -> None:
        self.before = Name(state, -1)
        self.made = {each.target: each.expression for each in cell.equations if each.target not in given - {state}}
        self.known: dict[str, Parts] = {}

    def parts(self, expression: Expression) -> Parts:
        """An expression as ``keep * before + write``; all of it is written where it does not have that form."""
        if expression == self.before:
            return ONE, None
        if isinstance(expression, Name):
            return self._named(expression)
        if not isinstance(expression, Apply) or expression.operation.kind not in ("sum", "product"):
            return None, expression
        first, *more = map(self.parts, expression.operands)
        how = {"*": _product, "/": _quotient}.get(expression.operation.name)
        found = _sum(expression.operation.name, first, *more) if how is None else how(expression, first, *more)
        if found is None or found[0] is None or _size(found) > MOST_OPERATIONS:
            return None, expression
        return found

    def _named(self, name: Name) -> Parts:
        """What a quantity of this timestep is made of, where the state before is in it; else the quantity itself."""
        if name.offset != 0 or name.name not in self.made:
            return None, name
        if name.name not in self.known:
            found = self.parts(self.made[name.name])
            self.known[name.name] = found if found[0] is not None else (None, name)
        return self.known[name.name]


def _sum(name: str, first: Parts, second: Parts = (None, None)) -> Parts:
    """A sum, a difference, or what is taken away, part by part."""
    if name == "negative":
        return _minus(None, first[0]), _minus(None, first[1])
    join = _plus if name == "+" else _minus
    return join(first[0], second[0]), join(first[1], second[1])


def _product(whole: Apply, first: Parts, second: Parts) -> Parts | None:
    """A product of which one factor has the state before in it, written out; None where both have."""
    left, right = whole.operands
    if first[0] is not None and second[0] is not None:
        return None
    if first[0] is not None:
        return _times(first[0], right), _times(first[1], right)
    return _times(left, second[0]), _times(left, second[1])


def _quotient(whole: Apply, first: Parts, second: Parts) -> Parts | None:
    """A quotient of which the dividend has the state before in it, written out; None where the divisor has."""
    by = whole.operands[1]
    return None if second[0] is not None else (_over(first[0], by), _over(first[1], by))


def _over(first: Expression | None, by: Expression) -> Expression | None:
    return None if first is None else Apply(OPERATIONS["/"], (first, by))


def _plus(first: Expression | None, second: Expression | None) -> Expression | None:
    if first is None or second is None:
        return second if first is None else first
    return Apply(OPERATIONS["+"], (first, second))


def _minus(first: Expression | None, second: Expression | None) -> Expression | None:
    if second is None:
        return first
    if first is not None:
        return Apply(OPERATIONS["-"], (first, second))
    if isinstance(second, Apply) and second.operation.name == "negative":
        return second.operands[0]
    return Number(-second.value) if isinstance(second, Number) else Apply(OPERATIONS["negative"], (second,))


def _times(first: Expression | None, second: Expression | None) -> Expression | None:
    if first is None or second is None:
        return None
    if ONE in (first, second):
        return second if first == ONE else first
    return Apply(OPERATIONS["*"], (first, second))


def _size(parts: Parts) -> int:
    """Operations in all."""
    return sum(1 for side in parts if side is not None for _ in applied(side))
