"""A number of a run without one x: what it would be if x_k were zeros and all else as it is.

It is found by running again what x_k can change and the number is computed from, chunk by chunk, each whole and just as
the tape runs it: to the bit what a run over the changed sequence finds. A layer that chooses a row of a table by its x
takes no zeros; without x_k it gives zeros in place of the row, which is what the edit ``1:y[3] = 0`` does.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cell import Cell
from rnn_tui.core.chunk import Chunk
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Apply
from rnn_tui.core.paths import SEQUENCE, Paths
from rnn_tui.core.plan import plan_of
from rnn_tui.core.references import Ref
from rnn_tui.core.run import Walk
from rnn_tui.core.runner import Run, Runner
from rnn_tui.core.stretches import Place, stretch
from rnn_tui.core.tokens import chooses

Array = NDArray[Any]
CALL = 3000
"""Nanoseconds, about, that an equation takes at a timestep; a multiplication takes one more."""
ROW_OF_MORE = "x chooses a row of a table in a layer that does more, and zeros choose none"


def effort(walk: Walk, layer: int) -> int:
    """What a timestep of a layer (from 0) takes, in nanoseconds, about."""
    own = walk.network.layers[layer]
    return CALL * (1 + len(own.cell.equations)) + sum(array.size for array in own.parameters.values())


@dataclass(frozen=True, eq=False)
class Removal:
    """A number, to be found without one x or another.

    Attributes:
        walk: the run; where it learns, the parameters stay those that it used.
        number: of a layer (from 1) at a timestep, with its row.
        paths: the ways that lead to it.
    """

    walk: Walk
    number: Ref
    paths: Paths

    @cached_property
    def tables(self) -> frozenset[int]:
        """The layers that are nothing but a table whose row the sequence chooses."""
        return frozenset(index for index in self._readers if _table(self._cell(index)))

    @cached_property
    def why_not(self) -> str:
        """Why no x can be taken away; empty where it can."""
        choosing = any(chooses(self._cell(index)) for index in self._readers)
        return ROW_OF_MORE if choosing and len(self.tables) < len(self._readers) else ""

    def effort(self, k: int) -> int:
        """What `without` takes, in nanoseconds, about."""
        length = self.walk.tape.cuts.longest
        return sum(len(chunks) * length * effort(self.walk, index) for index, chunks in self._again(k).items())

    def without(self, k: int) -> Generator[int, None, float]:
        """The number without x_k (1 to T); it pauses after every chunk of a layer, with what that takes.

        Raises:
            InputError: the file that the sequence is in has become shorter.
        """
        self.walk.sequence.check_there()
        found: dict[int, dict[int, Array]] = {}
        home, value = self._chunk_of(self.number.t or 0), self.value(None)
        for index, chunks in self._again(k).items():
            found[index], state = {}, None
            for place in chunks:
                chunk = self.walk.tape.chunk(place)
                if index in self.tables:
                    named = {"y": _with_zeros(chunk.runs[index].named["y"], k - chunk.first)}
                else:
                    before = {name: array[0] for name, array in chunk.runs[index].states.items()}
                    ran = self._run(index, chunk, self._given(index, place, chunk, k, found), state or before)
                    named, state = dict(ran.named), {name: array[-1] for name, array in ran.states.items()}
                found[index][place] = named["y"]
                if index == self.number.layer - 1 and place == home:
                    value = self.value(named)
                yield chunk.length * effort(self.walk, index)
        return value

    def value(self, named: dict[str, Array] | None) -> float:
        """The number, from what its layer computed in its chunk; None is as the walk has it."""
        t, index = self.number.t or 0, self.number.layer - 1
        chunk = self.walk.chunk_at(t)
        array = (chunk.runs[index].named if named is None else named)[self.number.name]
        return float(array[chunk.row(index, t), self.number.row or 0])

    @property
    def _readers(self) -> list[int]:
        """The layers on the ways that read the sequence."""
        return [index for index in self.paths.layers if SEQUENCE in self.walk.network.reads[index]]

    def _cell(self, index: int) -> Cell:
        return self.walk.network.layers[index].cell

    def _chunk_of(self, t: int) -> int:
        return self.walk.tape.cuts.of(t)

    def _again(self, k: int) -> dict[int, range]:
        """For every layer that x_k can change the chunks that are run again, in its direction."""
        changed, found = {SEQUENCE: (self._chunk_of(k), self._chunk_of(k))}, {}
        for index in self.paths.layers:
            layer = self.walk.network.layers[index]
            given = [changed[source] for source in self.walk.network.reads[index] if source in changed]
            if not given:
                continue
            first, last = min(span[0] for span in given), max(span[1] for span in given)
            needed = [self._chunk_of(t) for t in self.paths.spans[index]]
            if layer.cell.recurrent:
                first, last = (needed[0], last) if layer.reverse else (first, needed[1])
            first, last = max(first, needed[0]), min(last, needed[1])
            if first <= last:
                changed[index] = first, last
                found[index] = range(last, first - 1, -1) if layer.reverse else range(first, last + 1)
        return found

    def _given(
        self, index: int, place: int, chunk: Chunk, k: int, found: dict[int, dict[int, Array]]
    ) -> dict[str, Array]:
        """What a layer reads in a chunk without x_k, in its own direction."""
        walk, layer, given = self.walk, self.walk.network.layers[index], {}
        for source, name in zip(walk.network.reads[index], layer.cell.inputs, strict=True):
            if source == SEQUENCE:
                first = chunk.first - 1
                rows = np.ascontiguousarray(walk.sequence.x[first : first + chunk.length], walk.network.dtype)
                array = _with_zeros(rows, k - chunk.first)
            else:
                array = found.get(source, {}).get(place, chunk.runs[source].named["y"])
                array = chunk.in_time(source, array)
            given[name] = np.ascontiguousarray(array[::-1]) if layer.reverse else array
        return given

    def _run(self, index: int, chunk: Chunk, given: dict[str, Array], before: dict[str, Array]) -> Run:
        walk, layer = self.walk, chunk.network.layers[index]
        runner = walk.tape.runners[index]
        if chunk.network is not walk.tape.network:  # learned since
            runner = Runner(plan_of(layer.cell), layer.parameters, walk.sizes[index], walk.network.dtype)
        where, initial = Place(index, chunk.first, chunk.length, layer.reverse), walk.initial_state[index]
        if walk.teaching is not None:  # a window that begins afresh does so with what is learned by then
            initial = {name: array[0] for name, array in chunk.runs[index].states.items()}
        return stretch(runner, given, before, initial, walk.run.interventions, where)


def _table(cell: Cell) -> bool:
    """Whether a cell is nothing but a table whose row x chooses."""
    made = cell.equations[0].expression
    return chooses(cell) and len(cell.equations) == 1 and isinstance(made, Apply) and made.operation.name == "row"


def _with_zeros(rows: Array, row: int) -> Array:
    """Rows, with zeros in one of them where it is one of them."""
    if not 0 <= row < len(rows):
        return rows
    copy = np.array(rows)
    copy[row] = 0
    return copy
