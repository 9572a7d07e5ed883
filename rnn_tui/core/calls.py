"""The calls of a plan: single values, and blocks of values that one call computes."""

from __future__ import annotations

from dataclasses import field

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression
from rnn_tui.core.operations import Shape

STATIC, BEFORE, DURING, AFTER = "static", "before", "during", "after"
"""When a value is computed: once, for all t before the states, with the states, or for all t after them."""


@dataclass(eq=False)
class Value:
    """One value of the plan.

    Attributes:
        expression: what it is.
        shape: in letters, of one timestep.
        phase: when it is computed.
        operands: the values it is computed from.
        block: the block it is a part of, or None; `at` is its number in it.
    """

    expression: Expression
    shape: Shape
    phase: str
    operands: tuple[Value, ...] = ()
    block: Block | None = None
    at: int = 0


@dataclass(eq=False)
class Block:
    """Values side by side in one array, computed by one call.

    Attributes:
        kind: ``product``: matrices on one vector, stacked. ``sum``: a part of `left` and a part of `right` added.
            ``activation``: one function of a run of parts of another block.
        parts: the values, in order.
        first: where the parts of `left` begin that a sum or an activation is of; of a sum, the same in `right`.
    """

    kind: str
    phase: str
    parts: list[Value] = field(default_factory=list)
    left: Block | None = None
    right: Block | None = None
    first: int = 0

    def add(self, value: Value) -> None:
        """Puts a value behind the others."""
        value.block, value.at = self, len(self.parts)
        self.parts.append(value)


Call = Value | Block


def operation(value: Value) -> str:
    """The name of the operation that makes a value; empty where it is given."""
    return value.expression.operation.name if isinstance(value.expression, Apply) else ""


def activation(value: Value) -> bool:
    """Whether a value is a function of one operand, number by number."""
    expression = value.expression
    return (
        isinstance(expression, Apply)
        and expression.operation.kind == "activation"
        and expression.operation.arity == 1
        and not expression.operation.mixes
    )
