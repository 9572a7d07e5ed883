"""The part of the way back that needs the order of time: the adjoints of states, timestep by timestep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.calls import STATIC, Block, Value
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.core.operations import Operation
from rnn_tui.core.reverse_plan import Factor, Kept, ReversePlan, Slope, operation
from rnn_tui.core.routine import Instruction, Routine, Rows
from rnn_tui.core.runner import Run

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Columns:
    """Adjoints as columns of an array that has those of other values beside them.

    Attributes:
        area: (n or more, size), one row a timestep.
        first, end: which columns; one past the last.
    """

    area: Array
    first: int
    end: int

    def rows(self, count: int) -> Array:
        """The first rows."""
        return self.area[:count, self.first : self.end]


class Factors:
    """The factors of a run, each computed once for all timesteps."""

    def __init__(self, run: Run, routine: Routine) -> None:
        self._run, self._routine = run, routine
        self._known: dict[Factor, Array] = {}

    def array(self, factor: Factor) -> Array:
        """A factor: (n, size), or less where it is the same for all timesteps or units."""
        waiting = [factor]
        while waiting:
            here = waiting[-1]
            parts = () if isinstance(here, int | Slope) else (here.left, here.right)
            missing = [part for part in parts if part not in self._known]
            if not missing:
                self._known[waiting.pop()] = self._made(here)
            waiting += missing
        return self._known[factor]

    def _made(self, factor: Factor) -> Array:
        if factor in self._known:
            return self._known[factor]
        dtype = self._run.runner.dtype
        if isinstance(factor, int):
            return np.asarray(factor, dtype)
        if isinstance(factor, Slope):
            value = factor.value
            slope = operation(value).slopes[factor.operand]
            assert callable(slope)
            return self._routine.made(dtype, slope, self._run.array(value), *map(self._run.array, value.operands))
        combine = np.multiply if factor.how == "*" else np.add
        return self._routine.made(dtype, combine, self._known[factor.left], self._known[factor.right])


class Loop:
    """Walks the kept adjoints of a run from its last timestep to its first.

    Attributes:
        columns: where the adjoint of each kept value is that is of use afterwards, by its id.
    """

    def __init__(
        self,
        run: Run,
        plan: ReversePlan,
        routine: Routine,
        factors: Factors,
        given: Mapping[int, Array],
        read: Mapping[str, Array],
        before: bool = True,
    ) -> None:
        """Walks.

        Args:
            run: forwards.
            plan: of its cell.
            routine: takes the calls.
            factors: of the run.
            given: by id of a value (n, size), what comes from outside the loop.
            read: for every state (n + 1, size), the adjoint of what each timestep reads of it, the last row being what
                comes from after the run; or (1, size), where the loop goes on from that row and leaves the first there.
            before: whether the adjoint of the state before the first timestep is asked for.
        """
        self._run, self._plan, self._routine, self._factors = run, plan, routine, factors
        self._given, self._read, self._length = given, read, run.length
        self.columns: dict[int, Columns] = {}
        self._lists: dict[int, list[Array]] = {}
        self._together: dict[int, list[Kept]] = {}
        self._by_value = {id(kept.value): kept for kept in plan.kept}
        for kept in plan.kept:
            for block in kept.products:
                self._place_block(block)
        self._kept = [k for k in plan.kept if before or run.length > 1 or not isinstance(k.value.expression, Name)]
        routine.loop(self._instructions(), self._length)

    def _size(self, value: Value) -> int:
        return self._run.runner.size(value)

    def _place_block(self, block: Block) -> None:
        """Makes room for the adjoints of products with one vector side by side."""
        sizes = [self._size(part) for part in block.parts]
        area = self._routine.room((self._length, sum(sizes)), self._dtype)
        at = 0
        for part, size in zip(block.parts, sizes, strict=True):
            self.columns[id(part)] = Columns(area, at, at + size)
            at += size
        for _, same in groupby((self._by_value[id(part)] for part in block.parts), _multiple_of):
            members = list(same)
            self._together |= {id(member.value): members for member in members if member.source is not None}

    @property
    def _dtype(self) -> np.dtype[Any]:
        return self._run.runner.dtype

    def _rows(self, value: Value) -> list[Array]:
        """The adjoint of a kept value, one array a timestep, the last first."""
        if id(value) not in self._lists:
            self._lists[id(value)] = self._listed(value)
        return self._lists[id(value)]

    def _listed(self, value: Value) -> list[Array]:
        name, size = value.expression, self._size(value)
        if isinstance(name, Name):
            return self._rows_read(name.name, 0)
        if id(value) not in self.columns and id(value) not in self._plan.needed:
            return [np.empty(size, self._dtype)] * self._length
        if id(value) not in self.columns:
            self.columns[id(value)] = Columns(self._routine.room((self._length, size), self._dtype), 0, size)
        return _backwards(self.columns[id(value)].rows(self._length))

    def _rows_read(self, state: str, later: int) -> list[Array]:
        """What each timestep reads of a state, or the one after it."""
        read = self._read[state]
        if len(read) == 1:
            return [read[0]] * self._length
        return _backwards(read[later : later + self._length])

    def _instructions(self) -> Iterator[Instruction]:
        done: set[int] = set()
        for kept in self._kept:
            if id(kept.value) in done:
                continue
            if kept.source is not None:
                members = self._together.get(id(kept.value), [kept])
                done |= {id(member.value) for member in members}
                yield self._scaled(members)
            else:
                yield from self._sum(kept)

    def _scaled(self, members: list[Kept]) -> Instruction:
        """Adjoints side by side, each a multiple of the same one."""
        found = [kept.source for kept in members if kept.source is not None]
        source = found[0][0]
        if len(members) == 1:
            return np.multiply, (self._rows(source), self._spread(found[0][1], source), self._rows(members[0].value))
        size, count, n = self._size(source), len(members), self._length
        many = self._routine.room((n, count, size), self._dtype)
        for place, (_, factor) in enumerate(found):
            self._routine.do(np.copyto, many[:, place], self._factors.array(factor))
        first, last = (self.columns[id(kept.value)] for kept in (members[0], members[-1]))
        out = first.area[:n, first.first : last.end].reshape(n, count, size)
        return np.multiply, (self._rows(source), _backwards(many), _backwards(out))

    def _spread(self, factor: Factor, source: Value) -> list[Array]:
        return _backwards(np.broadcast_to(self._factors.array(factor), (self._length, self._size(source))))

    def _sum(self, kept: Kept) -> Iterator[Instruction]:
        """An adjoint of several parts."""
        parts: list[Rows] = []
        out, size = self._rows(kept.value), self._size(kept.value)
        if kept.given and id(kept.value) in self._given:
            parts.append(_backwards(np.broadcast_to(self._given[id(kept.value)], (self._length, size))))
        parts += [self._rows_read(state, 1) for state in kept.later]
        parts += [self._rows(source) for source, factor in kept.sources if factor == 1]
        made = [(source, factor) for source, factor in kept.sources if factor != 1]
        alone = len(parts) + len(made) + len(kept.products) + len(kept.others) == 1
        room = out if alone else None
        for source, factor in made:
            parts.append(self._room(room, size))
            yield np.multiply, (self._rows(source), self._spread(factor, source), parts[-1])
        for block in kept.products:
            parts.append(self._room(room, size))
            yield self._run.runner.stacked(block).T.dot, (self._side_by_side(block), parts[-1])
        for value, operand in kept.others:
            parts.append(self._room(room, size))
            values = [self._values(each) for each in (value, *value.operands)]
            yield _into(operation(value), operand), (self._rows(value), *values, parts[-1])
        if not parts:
            yield np.copyto, (out, [np.zeros(size, self._dtype)] * self._length)
        elif len(parts) == 1 and parts[0] is not out:
            yield np.positive, (parts[0], out)
        elif len(parts) > 1:
            yield np.add, (parts[0], parts[1], out)
            for part in parts[2:]:
                yield np.add, (out, part, out)

    def _room(self, out: list[Array] | None, size: int) -> Rows:
        """Where a part is written: where the whole is if it is the only one, else into one array at every timestep."""
        return [np.empty(size, self._dtype)] * self._length if out is None else out

    def _side_by_side(self, block: Block) -> list[Array]:
        return _backwards(self.columns[id(block.parts[0])].area)

    def _values(self, value: Value) -> Rows:
        """What a value was, one array a timestep, the last first."""
        array = self._run.array(value)
        return [array] * self._length if value.phase == STATIC else _backwards(array)


def _backwards(array: Array) -> list[Array]:
    """The rows from the last to the first."""
    return list(array[::-1])


def _multiple_of(kept: Kept) -> int | None:
    """The adjoint that one is a multiple of, by its id."""
    return None if kept.source is None else id(kept.source[0])


def _into(function: Operation, operand: int) -> Callable[..., None]:
    """The gradient by an operand, written into the last of what is given."""

    def call(*operands: Array) -> None:
        operands[-1][...] = function.back(operand, *operands[:-1])

    return call
