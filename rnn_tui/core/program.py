"""A cell's equations as a straight line of operations over numbered places.

The trees are walked once, when a cell is first used. A timestep is then one pass over a list of calls, and every named
quantity is in one of the places when it is over. The sum inside an activation has no name in a textbook's equation but
is what a reader asks for next, so it gets one: ``z``, or ``z_i`` for the gate ``i`` where a cell has several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Apply, Expression, Name, Number

Array = NDArray[Any]


@dataclass(frozen=True)
class Instruction:
    """One operation: places[result] = apply(*places[operands])."""

    apply: Callable[..., Array]
    operands: tuple[int, ...]
    result: int


@dataclass(frozen=True, eq=False)
class Program:
    """What a timestep of a cell computes, in order.

    Attributes:
        inputs: where x, the states before and the parameters are put: (kind, name, place); kind is ``x``, ``state``
            or ``parameter``.
        start: the places before a timestep, numbers of the equations filled in.
        instructions: the operations in order.
        named: each named quantity in the order computed, and its place.
    """

    inputs: tuple[tuple[str, str, int], ...]
    start: tuple[Any, ...]
    instructions: tuple[Instruction, ...]
    named: tuple[tuple[str, int], ...]

    def run(self, parameters: Mapping[str, Array], x: Array, state: Mapping[str, Array]) -> dict[str, Array]:
        """One timestep.

        Args:
            parameters: as the cell declares them.
            x: (I,).
            state: name to the state before, s[t-1].

        Returns:
            Every named quantity, in the order computed; read-only.
        """
        places: list[Any] = list(self.start)
        for kind, name, place in self.inputs:
            places[place] = x if kind == "x" else parameters[name] if kind == "parameter" else state[name]
        with np.errstate(all="ignore"):  # what is not finite is shown and marked, not warned about
            for step in self.instructions:
                places[step.result] = step.apply(*(places[operand] for operand in step.operands))
        values = {}
        for name, place in self.named:
            value = np.asarray(places[place]).view()
            value.flags.writeable = False
            values[name] = value
        return values


@lru_cache(maxsize=256)
def compile_cell(cell: Cell) -> Program:
    """The program of a cell; the same one for the same cell."""
    return _Compiler(cell).program()


def sum_names(cell: Cell) -> dict[str, str]:
    """Target of an equation to the name of the sum inside its activation, where it has one: ``{"s": "z"}``."""
    targets = [e.target for e in cell.equations if _squashed(e.expression)]
    taken = {"x", *cell.parameters, *cell.shapes}
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


class _Compiler:
    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.places: dict[Expression, int] = {}
        self.start: list[Any] = []
        self.inputs: list[tuple[str, str, int]] = []
        self.instructions: list[Instruction] = []
        self.named: list[tuple[str, int]] = []

    def program(self) -> Program:
        inner = sum_names(self.cell)
        for equation in self.cell.equations:
            expression = equation.expression
            if equation.target in inner and isinstance(expression, Apply):
                self.named.append((inner[equation.target], self.place(expression.operands[0])))
            place = self.place(expression)
            self.named.append((equation.target, place))
            self.places[Name(equation.target, 0)] = place
        return Program(tuple(self.inputs), tuple(self.start), tuple(self.instructions), tuple(self.named))

    def new(self, value: Any = None) -> int:
        self.start.append(value)
        return len(self.start) - 1

    def place(self, expression: Expression) -> int:
        """Where the value of an expression will be; equal expressions are computed once."""
        if expression not in self.places:
            self.places[expression] = self.compute(expression)
        return self.places[expression]

    def compute(self, expression: Expression) -> int:
        if isinstance(expression, Number):
            return self.new(expression.value)
        if isinstance(expression, Name):
            kind = {None: "parameter", 0: "x", -1: "state"}[expression.offset]
            place = self.new()
            self.inputs.append((kind, expression.name, place))
            return place
        operands = tuple(self.place(operand) for operand in expression.operands)
        result = self.new()
        self.instructions.append(Instruction(expression.operation.apply, operands, result))
        return result
