"""A cell's equations turned once into straight NumPy calls over many timesteps.

What needs no state is computed for all timesteps at once (W @ x becomes one product for every gate and every t); what
the next state needs is computed one timestep after the other, with the products of one operand stacked into one and
equal activations side by side in one call; what only shows the state is computed for all timesteps again. Each value is
written into the array that records it, so there is no second, unrecorded path whose bits could differ.

The sum inside an activation has no name in a textbook's equation but is what a reader asks for next, so it gets one:
``z``, or ``z_i`` for the gate ``i`` where a cell has several.

A plan knows names and letters only; `core.tape` gives it numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from rnn_tui.core.calls import AFTER, BEFORE, DURING, STATIC, Block, Call, Value
from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply, Expression, Name, Number, names
from rnn_tui.core.interventions import AS, FORCED, WHERE
from rnn_tui.core.operations import OPERATIONS
from rnn_tui.core.shapes import shape_of
from rnn_tui.core.stacking import stack


@dataclass(frozen=True, eq=False)
class Plan:
    """What a cell computes, in order.

    Attributes:
        cell: the cell.
        static, before, during, after: the calls of each phase, in order.
        named: each named quantity in the order computed, and its value.
        states: name of each state to the value it takes.
        order: every value that is computed, after those it is computed from.
        leaves: every name that is given (an input, a state before, a parameter), and its value.
        recorded: values, by their id, that have a name.
        passing: values, by their id, that are of use within one timestep only, forwards; they need not be recorded.
        unread: those of them that the way back does not read either.
    """

    cell: Cell
    static: tuple[Call, ...]
    before: tuple[Call, ...]
    during: tuple[Call, ...]
    after: tuple[Call, ...]
    named: tuple[tuple[str, Value], ...]
    states: tuple[tuple[str, Value], ...]
    order: tuple[Value, ...]
    leaves: Mapping[Name, Value]
    recorded: frozenset[int]
    passing: frozenset[int]
    unread: frozenset[int]

    @property
    def products(self) -> tuple[Block, ...]:
        """Matrices by one vector, those that are made in one call together."""
        calls = (*self.before, *self.during, *self.after)
        return tuple(call for call in calls if isinstance(call, Block) and call.kind == "product")


@lru_cache(maxsize=256)
def plan_of(cell: Cell, forced: frozenset[str] = frozenset()) -> Plan:
    """The plan of a cell; the same one for the same cell.

    Args:
        cell: the cell.
        forced: targets of its equations that are given a value somewhere; each has two more inputs, which say where
            and which.
    """
    return _Planner(cell, forced).plan()


def terms(expression: Expression) -> Iterator[Expression]:
    """The terms of a sum of pluses; anything else is one term."""
    if isinstance(expression, Apply) and expression.operation.name == "+":
        for operand in expression.operands:
            yield from terms(operand)
    else:
        yield expression


def total(parts: Iterable[Expression]) -> Expression:
    """The sum of some terms, from left to right."""
    whole: Expression | None = None
    for part in parts:
        whole = part if whole is None else Apply(OPERATIONS["+"], (whole, part))
    assert whole is not None
    return whole


@lru_cache(maxsize=256)
def sum_names(cell: Cell) -> Mapping[str, str]:
    """Target of an equation to the name of the sum inside its activation, where it has one: ``{"s": "z"}``."""
    targets = [e.target for e in cell.equations if _squashed(e.expression)]
    taken = {*cell.inputs, *cell.parameters, *cell.shapes}
    if len(targets) == 1 and "z" not in taken:
        return {targets[0]: "z"}
    return {target: f"z_{target}" for target in targets if f"z_{target}" not in taken}


def _squashed(expression: Expression) -> bool:
    """Whether this is an activation of something that has no name of its own."""
    return (
        isinstance(expression, Apply)
        and expression.operation.kind == "activation"
        and isinstance(expression.operands[0], Apply)
    )


class _Planner:
    def __init__(self, cell: Cell, forced: frozenset[str]) -> None:
        self.cell, self.forced = cell, forced
        self.values: dict[Expression, Value] = {}
        self.order: list[Value] = []
        known = {Name(name, 0): shape for name, shape in [*cell.inputs.items(), *cell.shapes.items()]}
        known |= {Name(name): shape for name, shape in cell.parameters.items()}
        known |= {Name(name, -1): shape for name, shape in cell.states.items()}
        known |= {Name(name + end, 0): cell.shapes[name] for name in forced for end in (WHERE, AS)}
        self.known = known

    def plan(self) -> Plan:
        inner = sum_names(self.cell)
        named: list[tuple[str, Value]] = []
        for equation in self.cell.equations:
            expression = self.regrouped(equation.expression)
            if equation.target in inner and isinstance(expression, Apply):
                named.append((inner[equation.target], self.value(expression.operands[0])))
            value = self.value(expression)
            if equation.target in self.forced:
                value = self.given(equation.target, expression, value)
            self.values[Name(equation.target, 0)] = value
            named.append((equation.target, value))
        targets = dict(named)
        states = tuple((name, targets[name]) for name in self.cell.states)
        self.phase([value for _, value in states])
        stack(self.order)
        leaves = {e: value for e, value in self.values.items() if isinstance(e, Name) and value.expression == e}
        recorded = frozenset(id(value) for _, value in named)
        passing, unread = self.passing(recorded), self.passing(recorded | self.read_back())
        return Plan(
            cell=self.cell,
            static=self.calls(STATIC),
            before=self.calls(BEFORE),
            during=self.calls(DURING),
            after=self.calls(AFTER),
            named=tuple(named),
            states=states,
            order=tuple(self.order),
            leaves=leaves,
            recorded=recorded,
            passing=passing,
            unread=unread,
        )

    def regrouped(self, expression: Expression) -> Expression:
        """The same expression with the terms of every sum that need no state before those that do."""
        if not isinstance(expression, Apply):
            return expression
        if expression.operation.name == "+":
            parts = [self.regrouped(term) for term in terms(expression)]
            late = [part for part in parts if self.late(part)]
            early = [part for part in parts if not self.late(part)]
            return total([total(early), total(late)]) if early and late else total(parts)
        return Apply(expression.operation, tuple(self.regrouped(o) for o in expression.operands), expression.place)

    def late(self, expression: Expression) -> bool:
        """Whether an expression needs a state."""
        return any(
            name.offset == -1 or (name in self.values and self.values[name].phase == DURING)
            for name in names(expression)
        )

    def value(self, expression: Expression) -> Value:
        """The value of an expression; equal expressions are one."""
        if expression not in self.values:
            self.values[expression] = self.made(expression)
        return self.values[expression]

    def given(self, name: str, expression: Expression, value: Value) -> Value:
        """A value, but where it is forced what is given in its place."""
        inputs = (Name(name + WHERE, 0), Name(name + AS, 0))
        operands = (value, *map(self.value, inputs))
        phase = DURING if value.phase == DURING else BEFORE
        found = Value(Apply(FORCED, (expression, *inputs)), value.shape, phase, operands)
        self.order.append(found)
        return found

    def made(self, expression: Expression) -> Value:
        if isinstance(expression, Number):
            return Value(expression, (), STATIC)
        if isinstance(expression, Name):
            phase = {None: STATIC, 0: BEFORE, -1: DURING}[expression.offset]
            return Value(expression, self.known[expression], phase)
        operands = tuple(self.value(operand) for operand in expression.operands)
        phases = {operand.phase for operand in operands}
        phase = DURING if DURING in phases else BEFORE if BEFORE in phases else STATIC
        shape = shape_of(expression, self.known, self.cell.name, self.cell.equations[0])
        value = Value(expression, shape, phase, operands)
        self.order.append(value)
        return value

    def phase(self, targets: list[Value]) -> None:
        """Takes out of the loop what no state needs."""
        needed: set[int] = set()
        waiting = list(targets)
        while waiting:
            value = waiting.pop()
            if id(value) not in needed:
                needed.add(id(value))
                waiting += value.operands
        for value in self.order:
            if value.phase == DURING and id(value) not in needed:
                value.phase = AFTER

    def passing(self, kept: frozenset[int]) -> frozenset[int]:
        """What is computed with the states and read by nothing that is computed after them, but for what is kept."""
        kept = kept | {id(operand) for value in self.order if value.phase == AFTER for operand in value.operands}
        found = {id(value) for value in self.order if value.phase == DURING and id(value) not in kept}
        for value in self.order:  # values side by side are recorded together
            if value.block is not None and not all(id(part) in found for part in value.block.parts):
                found -= {id(value)}
        return frozenset(found)

    def read_back(self) -> frozenset[int]:
        """The values that the derivatives are made of."""
        read: set[int] = set()
        for value in self.order:
            assert isinstance(value.expression, Apply)
            operation = value.expression.operation
            if not operation.constant:
                read |= {id(value)} if operation.by_result else {id(operand) for operand in value.operands}
        return frozenset(read)

    def calls(self, phase: str) -> tuple[Call, ...]:
        """The calls of a phase in an order in which everything is there when it is needed."""
        done: set[int] = set()
        ordered: list[Call] = []

        def visit(value: Value) -> None:
            call: Call = value.block if value.block is not None and value.block.kind != "side" else value
            if id(call) in done or value.phase != phase or not value.operands:
                return
            done.add(id(call))
            for part in call.parts if isinstance(call, Block) else (value,):
                for operand in part.operands:
                    visit(operand)
            ordered.append(call)

        for value in self.order:
            visit(value)
        return tuple(ordered)
