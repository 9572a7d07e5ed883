"""Runs a layer over a stretch of timesteps and records every value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.calls import DURING, STATIC, Block, Call, Value
from rnn_tui.core.constants import Constants
from rnn_tui.core.elementary import written
from rnn_tui.core.equations import Apply, Name
from rnn_tui.core.held import Held
from rnn_tui.core.interventions import Afresh
from rnn_tui.core.routine import Instruction, Room, Routine, Rows, read_only

Array = NDArray[Any]


class Runner(Constants):
    """Runs one layer. A run writes into new arrays and keeps nothing."""

    def run(
        self,
        inputs: Mapping[str, Array],
        state: Mapping[str, Array],
        routine: Routine | None = None,
        afresh: Afresh | None = None,
    ) -> Run:
        """A stretch of timesteps in the direction of the layer.

        Args:
            inputs: name to (n, size).
            state: name to the state before the first.
            routine: keeps the calls, and the run keeps every value then, not only those that have a name.
            afresh: where the states begin afresh, where no routine keeps the calls; None for nowhere.

        Returns:
            Every named value and the states, with n rows.
        """
        return Run(self, inputs, state, routine, afresh)


class Run:
    """What a stretch of n timesteps computed.

    Attributes:
        named: every named quantity in the order computed, (n, size), read-only.
        states: name to (n + 1, size), read-only: row k is the state that timestep k + 1 began with, which is what the
            one before it left unless it begins afresh; the last row is the state after all.
        kept: whether every value is there.
    """

    def __init__(
        self,
        runner: Runner,
        inputs: Mapping[str, Array],
        state: Mapping[str, Array],
        routine: Routine | None = None,
        afresh: Afresh | None = None,
    ) -> None:
        self.runner, self.kept = runner, routine is not None
        self.length = len(next(iter(inputs.values())))
        self._arrays: dict[int, Array] = {}
        self._rows: dict[int, list[Array]] = {}
        self.inputs = inputs
        self._passing = runner.plan.unread if self.kept else runner.plan.passing
        self._routine, self._lasting = Routine() if routine is None else routine, Room()
        plan = runner.plan
        self._held = Held(self.length, afresh)
        for name, value in plan.states:
            self._held.hold(name, self._new((self._held.rows, runner.size(value)), True))
        self.states: Mapping[str, Array] = self._held.arrays
        self._ends = {name: (array[0], array[-1]) for name, array in self.states.items()}
        self.begin(state)
        with np.errstate(all="ignore"):  # what is not finite is shown and marked, not warned about
            for call in plan.before:
                self._whole(call)
            self._loop()
            for call in plan.after:
                self._whole(call)
        self.named = {name: read_only(self._every(value)) for name, value in plan.named}
        self.states = self._held.recorded()
        del self._rows, self._routine, self._lasting
        if not self.kept:
            del self._arrays, self._held

    @classmethod
    def of(cls, length: int, named: Mapping[str, Array], states: Mapping[str, Array]) -> Run:
        """A run that was recorded."""
        run = object.__new__(cls)
        run.length, run.kept, run.named, run.states = length, False, dict(named), dict(states)
        return run

    def begin(self, state: Mapping[str, Array]) -> None:
        """Takes the state before the first timestep, from which the calls of the routine go on."""
        for name, (array, _) in self._ends.items():
            array[...] = state[name]

    def go_on(self) -> None:
        """Takes the state after the last timestep as the one before the first."""
        for first, last in self._ends.values():
            first[...] = last

    def _new(self, shape: tuple[int, int], recorded: bool) -> Array:
        """Room for values; what is recorded lasts longer than the rest."""
        if not self.kept:
            return np.empty(shape, self.runner.dtype)
        return (self._lasting.array if recorded else self._routine.room)(shape, self.runner.dtype)

    def _shape(self, value: Value) -> tuple[int, int]:
        return self.length, self.runner.size(value)

    def _every(self, value: Value) -> Array:
        """The numbers of a value, (n, size), also where it is the same at every t."""
        array, shape = self.array(value), self._shape(value)
        return array if array.shape == shape else np.broadcast_to(array, shape)

    def array(self, value: Value) -> Array:
        """The numbers of a value: (n, size), or without n where it is the same at every t."""
        if value.phase == STATIC:
            return self.runner.static(value)
        if isinstance(value.expression, Name):
            name = value.expression
            return self.inputs[name.name] if name.offset == 0 else self.states[name.name][self._held.read]
        if id(value) in self._passing:
            return np.broadcast_to(np.asarray(np.nan, self.runner.dtype), self._shape(value))
        if value.block is None:
            home = self._home(value)
            return self._arrays[id(value)] if home is None else self.states[home][self._held.left]
        block = self._block(value.block)
        first = sum(self.runner.size(part) for part in value.block.parts[: value.at])
        return block[:, first : first + self.runner.size(value)]

    def _block(self, block: Block) -> Array:
        """The array of a block, made when first asked for."""
        if id(block) not in self._arrays:
            size = sum(self.runner.size(part) for part in block.parts)
            rows = min(self.length, 1) if id(block.parts[0]) in self._passing else self.length
            self._arrays[id(block)] = self._new((rows, size), id(block.parts[0]) in self.runner.plan.recorded)
        return self._arrays[id(block)]

    def _whole(self, call: Call) -> None:
        """One call for all timesteps at once."""
        if isinstance(call, Block):
            vectors, matrix, out = self.array(call.parts[0].operands[1]), self.runner.stacked(call), self._block(call)
            if self.length == 1:
                self._routine.do(matrix.dot, vectors[0], out[0])
            else:
                self._routine.do(np.matmul, vectors, matrix.T, out)
            return
        assert isinstance(call.expression, Apply)
        operands = [self.array(operand) for operand in call.operands]
        if call.expression.operation.name == "concat":
            operands = [np.broadcast_to(a, (self.length, a.shape[-1])) for a in operands]
        if call.block is None:
            self._arrays[id(call)] = self._new(self._shape(call), id(call) in self.runner.plan.recorded)
        for function, arrays in written(call, operands, self.array(call)):
            self._routine.do(function, *arrays)

    def _loop(self) -> None:
        """What the states need, one timestep after the other."""
        instructions = [i for call in self.runner.plan.during for i in self._instructions(call)]
        for name, value in self.runner.plan.states:
            if self._home(value) != name:
                instructions.append((np.positive, (self._list(value), self._held.each(name, self._held.left))))
        self._routine.loop(instructions, self.length)

    def _home(self, value: Value) -> str | None:
        """The state whose array a value is written into, so that it need not be copied there."""
        if value.block is not None or value.phase != DURING or isinstance(value.expression, Name):
            return None
        return next((name for name, target in self.runner.plan.states if target is value), None)

    def _list(self, value: Value) -> list[Array]:
        """One array a timestep."""
        if id(value) not in self._rows:
            home, name = self._home(value), value.expression
            if value.phase == STATIC:
                array = self.runner.static(value)
                self._rows[id(value)] = [array] * self.length
            elif home is not None:
                self._rows[id(value)] = self._held.each(home, self._held.left)
            elif isinstance(name, Name) and name.offset == -1:
                self._rows[id(value)] = self._held.each(name.name, self._held.read)
            elif id(value) in self._passing and value.block is None:
                self._rows[id(value)] = [np.empty(self.runner.size(value), self.runner.dtype)] * self.length
            else:
                if value.block is None and not isinstance(value.expression, Name) and id(value) not in self._arrays:
                    self._arrays[id(value)] = self._new(self._shape(value), id(value) in self.runner.plan.recorded)
                self._rows[id(value)] = self._rows_of(value)
        return self._rows[id(value)]

    def _rows_of(self, value: Value) -> list[Array]:
        return list(self.array(value)) if value.block is None else self._span(value.block, value.at, 1)

    def _span(self, block: Block, first: int, count: int) -> list[Array]:
        """One array a timestep over some parts of a block."""
        sizes = [self.runner.size(part) for part in block.parts]
        begin, end = sum(sizes[:first]), sum(sizes[: first + count])
        columns = self._block(block)[:, begin:end]
        return [columns[0]] * self.length if len(columns) < self.length else list(columns)

    def _instructions(self, call: Call) -> Iterable[Instruction]:
        """A call as functions that write into their last operand."""
        if isinstance(call, Value):
            assert isinstance(call.expression, Apply)
            name, out = call.expression.operation.name, self._list(call)
            operands = tuple(self._operand(operand, call) for operand in call.operands)
            if name == "@":
                yield np.dot, (*operands, out)
            else:
                yield from self._function(call, operands, out)
            return
        count = len(call.parts)
        out = self._span(call, 0, count)
        if call.kind == "product":
            yield self.runner.stacked(call).dot, (self._list(call.parts[0].operands[1]), out)
        elif call.kind == "sum":
            assert call.left is not None
            assert call.right is not None
            yield np.add, (self._span(call.left, 0, count), self._span(call.right, 0, count), out)
        else:
            assert call.left is not None
            yield from self._function(call.parts[0], (self._span(call.left, call.first, count),), out)

    def _operand(self, operand: Value, call: Value) -> Rows:
        """The operand of a call, a single number spread out to the size of the result."""
        if operand.phase == STATIC and not operand.shape and len(call.operands) == 2:
            return [np.broadcast_to(self.runner.static(operand), self.runner.size(call))] * self.length
        return self._list(operand)

    def _function(self, call: Value, operands: tuple[Rows, ...], out: list[Array]) -> Iterable[Instruction]:
        """An operation number by number."""
        if not out:
            return
        for function, arrays in written(call, operands, out):
            spread = [
                [np.full(out[0].shape, each, out[0].dtype)] * self.length if isinstance(each, float) else each
                for each in arrays
            ]
            yield function, tuple(spread)
