"""The softmax at the end of a network: what it is of, so that it and cross-entropy can be gone through in one step."""

from __future__ import annotations

from functools import lru_cache

from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, names


@dataclass(frozen=True)
class Softmax:
    """A y that is the softmax of something, and of use for nothing else in its cell.

    Attributes:
        logits: what the softmax is of.
        names: what the softmax is called: y, and what y is a copy of; the last is the softmax itself.
    """

    logits: Expression
    names: tuple[str, ...]


@lru_cache(maxsize=256)
def softmax_of(cell: Cell) -> Softmax | None:
    """The softmax that y is; None where y is none, or is read again, as a state or in another equation."""
    called = cell.copies("y")
    expression = cell.made[called[-1]]
    if not isinstance(expression, Apply) or expression.operation.name != "softmax":
        return None
    reads = [name.name for equation in cell.equations for name in names(equation.expression)]
    if any(name in cell.states for name in called) or any(reads.count(name) > (name != "y") for name in called):
        return None
    return Softmax(expression.operands[0], called)
