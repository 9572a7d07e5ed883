"""The way back through one run of a layer: through time, with what can be done for all t at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.calls import DURING, STATIC, Block, Call, Value
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.reverse_loop import Columns, Factors, Loop
from rnn_tui.core.reverse_plan import changing, operation, reverse_plan_of
from rnn_tui.core.routine import Routine, adjoining
from rnn_tui.core.runner import Run

Array = NDArray[Any]
State = Mapping[str, Array]


@dataclass(frozen=True)
class Asked:
    """What is asked for beside the gradients by the parameters.

    Attributes:
        inputs: those by the inputs.
        before: those by the state before the run.
        states: those by the states at every timestep.
    """

    inputs: bool = True
    before: bool = True
    states: bool = True


EVERYTHING = Asked()


class Reverse:
    """The gradients of a loss by what a run of n timesteps was computed from.

    Attributes:
        parameters: name to the sum over the timesteps.
        inputs: name to (n, size), in the direction of the layer.
        before: name to (size,), by the states before the run.
        read: for every state (n + 1, size): row k is dL/ds as timestep k + 1 reads it, in the direction of the layer;
            the last row is what comes from after the run.
    """

    def __init__(
        self,
        run: Run,
        dy: Array,
        dz: Array | None = None,
        later: State | None = None,
        asked: Asked = EVERYTHING,
        routine: Routine | None = None,
        into: Mapping[str, Array] | None = None,
    ) -> None:
        """Walks back.

        Args:
            run: with every value kept.
            dy: (n, O), dL/dy in the direction of the layer.
            dz: (n, O), where y is a softmax, in its place dL/dz of what that is of.
            later: dL/ds as it comes from after the run; zeros where it is not given.
            asked: what is wanted; the rest may be missing.
            routine: keeps the calls.
            into: arrays that the gradients by the parameters are written into.
        """
        self._run, self._plan = run, reverse_plan_of(run.runner.plan)
        self._routine = Routine() if routine is None else routine
        self._length, self._dtype, self._into, self._asked = run.length, run.runner.dtype, into, asked
        self._adjoints: dict[int, Array] = {}
        self._columns: dict[int, Columns] = {}
        self._static: dict[int, Array] = {}
        self._sums: dict[int, Array] = {}
        self._factors = Factors(run, self._routine)
        leaves = {name: self._plan.leaf(name, 0) for name in self._plan.plan.cell.inputs}
        self._unasked = set() if asked.inputs else {id(value) for value in leaves.values()}
        with np.errstate(all="ignore"):
            read = self._walk(dy, dz, later)
            for name, array in (into or {}).items():
                found = self._gradient(name)
                if not np.may_share_memory(found, array):
                    self._routine.do(np.copyto, array, found)
        self.parameters = {name: self._gradient(name) for name in run.runner.parameters} if into is None else into
        self.inputs = {name: self._by_input(name, value) for name, value in leaves.items()} if asked.inputs else {}
        self.before = {name: rows[0] for name, rows in read.items()}
        self.read = read if asked.states else {}
        del self._adjoints, self._columns, self._static, self._sums, self._factors, self._run, self._routine

    def _walk(self, dy: Array, dz: Array | None, later: State | None) -> dict[str, Array]:
        plan, y = self._plan, self._plan.y
        if dz is None:
            self._add(y, dy)
        else:
            self._add(y.operands[0], dz)
        for unit in plan.after:
            self._hand_on(unit)
        for name, value in plan.plan.states:
            if later is not None and plan.leaf(name, -1) is None:  # of use after the run only
                self._add(value, self._last(later[name]))
        read = {name: self._after_all(name, later) for name in plan.plan.cell.states}
        for value in plan.passed:
            if id(value) in self._adjoints:
                self._hand(value, self._adjoints[id(value)], inside=True)
        found = Loop(self._run, plan, self._routine, self._factors, self._adjoints, read, self._asked.before)
        for place, columns in found.columns.items():
            self._adjoints[place], self._columns[place] = columns.rows(self._length), columns
        for unit in plan.outward:
            self._hand_on(unit)
        for name, value in plan.plan.states:
            if value not in plan.edges and plan.leaf(name, -1) is not None:
                self._add(value, read[name][1:])
        for unit in (*plan.before, *plan.static):
            self._hand_on(unit)
        return read

    def _after_all(self, state: str, later: State | None) -> Array:
        """The adjoints of what is read of a state that no state needs, (n + 1, size), or room for those of another."""
        size, dtype = self._run.states[state].shape[1], self._dtype
        last = np.zeros(size, dtype) if later is None else later[state]
        brief = state in self._plan.brief and not self._asked.states
        read = self._routine.room((1 if brief else self._length + 1, size), dtype)
        self._routine.do(np.copyto, read[-1], last)
        leaf = self._plan.leaf(state, -1)
        if leaf is None or leaf not in self._plan.edges:
            found = None if leaf is None else self._adjoints.get(id(leaf))
            self._routine.do(np.copyto, read[:-1], 0 if found is None else found)
        return read

    def _last(self, part: Array) -> Array:
        """(n, size), something that comes back to the last timestep alone."""
        rows = np.zeros((self._length, len(part)), self._dtype)
        self._routine.do(np.copyto, rows[-1], part)
        return rows

    def _add(self, value: Value, part: Array, columns: Columns | None = None) -> None:
        """Adds a part to the adjoint of a value; of one that is the same at every t, the sum over the timesteps."""
        known = self._adjoints
        if value.phase == STATIC:
            known, part = self._static, self._summed(part, self._run.array(value).shape, columns)
        if id(value) in known:
            known[id(value)] = self._routine.made(self._dtype, np.add, known[id(value)], part)
            self._columns.pop(id(value), None)
        else:
            known[id(value)] = part
            if columns is not None:
                self._columns[id(value)] = columns

    def _summed(self, part: Array, shape: tuple[int, ...], columns: Columns | None) -> Array:
        """What is left of a gradient of many timesteps by something that is the same at all of them."""
        if part.shape == shape or part.ndim < 2:
            return part
        if columns is not None:  # of all that lie side by side at once
            area = columns.area[: self._length]
            if id(columns.area) not in self._sums:
                self._sums[id(columns.area)] = self._column_sums(area)
            part = self._sums[id(columns.area)][columns.first : columns.end]
        else:
            part = self._column_sums(part)
        return part if part.shape == shape else self._routine.made(self._dtype, np.sum, part)

    def _column_sums(self, array: Array) -> Array:
        if self._length == 1:
            first: Array = array[0]
            return first
        return self._routine.made(self._dtype, np.dot, np.ones(self._length, self._dtype), array)

    def _hand_on(self, unit: Call) -> None:
        """Hands the adjoint of a value on to what it was computed from; in the loop, to what lies outside it."""
        if isinstance(unit, Block):
            self._hand_on_products(unit)
        elif unit.phase == STATIC:
            if id(unit) in self._static:
                self._hand(unit, self._static[id(unit)])
        else:
            adjoint = self._whole(unit) if unit.phase == DURING else self._adjoints.get(id(unit))
            if adjoint is not None:
                self._hand(unit, adjoint)

    def _hand(self, value: Value, adjoint: Array, inside: bool = False) -> None:
        """Hands an adjoint on: from a value of the loop to those in it, or to those that are not."""
        made, arrays = operation(value), [self._run.array(each) for each in (value, *value.operands)]
        for index, operand in enumerate(value.operands):
            wanted = value not in self._plan.edges or (operand in self._plan.edges) == inside
            if not wanted or not changing(operand) or id(operand) in self._unasked:
                continue
            slope = made.slopes[index] if made.slopes else None
            if slope == 1 and operand.shape == value.shape:
                self._add(operand, adjoint, self._columns.get(id(value)))
            elif slope != 0:
                self._add(operand, self._routine.made(self._dtype, made.back, index, adjoint, *arrays))

    def _whole(self, value: Value) -> Array | None:
        """The adjoint of a value of the loop at all timesteps, after it."""
        if id(value) in self._columns:
            return self._adjoints[id(value)]
        same = self._plan.alike.get(value)
        if same is not None:
            self._adjoints[id(value)], self._columns[id(value)] = self._adjoints[id(same)], self._columns[id(same)]
            return self._adjoints[id(value)]
        for source, factor in self._plan.edges[value].items():
            by = self._factors.array(factor)
            self._add(value, self._routine.made(self._dtype, np.multiply, by, self._adjoints[id(source)]))
        return self._adjoints.get(id(value))

    def _hand_on_products(self, block: Block) -> None:
        """Hands the adjoints of products of one vector on to the matrices and, outside the loop, to the vector."""
        vector = block.parts[0].operands[1]
        vectors = self._run.array(vector)
        for parts in self._groups(block):
            adjoints = self._side_by_side(parts)
            gradient = self._room(parts, (adjoints.shape[1], vectors.shape[1]))
            if self._length == 1:
                self._routine.do(np.multiply, adjoints[0][:, None], vectors[0], gradient)
            else:
                self._routine.do(np.matmul, adjoints.T, vectors, gradient)
            at = 0
            for part in parts:
                rows = self._run.runner.size(part)
                self._add(part.operands[0], gradient[at : at + rows])
                at += rows
            if vector not in self._plan.edges or block.phase != DURING:
                self._by_vector(vector, adjoints, self._matrix(block, parts))

    def _by_vector(self, vector: Value, adjoints: Array, matrix: Array) -> None:
        if id(vector) in self._unasked:
            return
        found = self._routine.room((self._length, matrix.shape[1]), self._dtype)
        if self._length == 1:
            self._routine.do(np.dot, matrix.T, adjoints[0], found[0])
        else:
            self._routine.do(np.matmul, adjoints, matrix, found)
        self._add(vector, found)

    def _groups(self, block: Block) -> Iterator[list[Value]]:
        """The products of a block whose adjoint there is: all of them together, or each by itself."""
        there = [part for part in block.parts if id(part) in self._adjoints]
        yield from [there] if len(there) == len(block.parts) else [[part] for part in there]

    def _matrix(self, block: Block, parts: list[Value]) -> Array:
        if len(parts) == len(block.parts):
            return self._run.runner.stacked(block)
        return self._run.array(parts[0].operands[0])

    def _side_by_side(self, parts: list[Value]) -> Array:
        """(n, size of all), the adjoints of some products."""
        arrays = [self._adjoints[id(part)] for part in parts]
        columns = [self._columns.get(id(part)) for part in parts]
        lying = [each for each in columns if each is not None]
        if len(lying) == len(parts) and all(a.area is b.area and a.end == b.first for a, b in pairwise(lying)):
            return lying[0].area[: self._length, lying[0].first : lying[-1].end]
        if len(arrays) == 1:
            return arrays[0]
        found = self._routine.room((self._length, sum(array.shape[1] for array in arrays)), self._dtype)
        self._routine.do(np.concatenate, arrays, 1, found)
        return found

    def _room(self, parts: list[Value], shape: tuple[int, int]) -> Array:
        """Where the gradients by the matrices of some products are written: where they are wanted, if they lie so."""
        matrices = [part.operands[0] for part in parts]
        if self._into is not None and all(self._plan.used_once(matrix) for matrix in matrices):
            lying = adjoining([self._into[str(matrix.expression)] for matrix in matrices])
            if lying is not None:
                return lying
        return self._routine.room(shape, self._dtype)

    def _gradient(self, name: str) -> Array:
        leaf = self._plan.leaf(name, None)
        if leaf is None or id(leaf) not in self._static:
            return np.zeros_like(self._run.runner.parameters[name])
        return self._static[id(leaf)]

    def _by_input(self, name: str, leaf: Value | None) -> Array:
        found = None if leaf is None else self._adjoints.get(id(leaf))
        return np.zeros_like(self._run.inputs[name]) if found is None else found
