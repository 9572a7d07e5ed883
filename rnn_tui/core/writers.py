"""Who wrote a number of a memory: the terms of ``c_t = sum over k of (product of keep from k + 1 to t) * write_k``.

That is ``c[t] = keep[t] * c[t-1] + write[t]`` written out (for an LSTM: Hochreiter and Schmidhuber 1997). What stood
there in the beginning is a term like those of the timesteps; and so is what is not taken apart: of all that was written
up to e it is known what is left, for that is what is left of c_e. So the terms always add up, but for the rounding of
the run itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.carried import change, course
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.memory import Memory, memory_of
from rnn_tui.core.run import Walk

Array = NDArray[Any]
RANKED = 64
"""Writers that are told one by one at most."""
OPENED = 6
"""Chunks that are run again for one number, where what they did is not noted."""
MOST_WINDOWS = 8192
"""Windows of an epoch that are run again for one number."""
NEGLIGIBLE = 2.0**-53
"""Of a number, what cannot be told from nothing in float64."""
TENTH = 0.1
"""The share of a number from which on its age is worth telling."""
BLOCK = 256


@dataclass(frozen=True)
class Writer:
    """One term.

    Attributes:
        t: when it was written; the beginning is before the first timestep, in a layer that runs backwards T + 1.
        write: what was written.
        kept: how much of that is left.
        begins: whether it is what a layer begins with, or begins afresh with at the timestep after t.
        given: whether it is what the number was forced to be.
    """

    t: int
    write: float
    kept: float
    begins: bool = False
    given: bool = False

    @property
    def value(self) -> float:
        """What it still comes to."""
        return self.write * self.kept


@dataclass(frozen=True)
class Rest:
    """The writers that are not taken apart: those from the beginning on.

    Attributes:
        t: the last of them, in the direction of the layer.
        count: how many there are.
        value: what they come to.
    """

    t: int
    count: int
    value: float


@dataclass(frozen=True, eq=False)
class Ledger:
    """All that a number of a memory is made of.

    Attributes:
        value: the number, as the run computed it.
        writers: those that matter most, the largest first; at least one.
        count: how many there are in all, but for the rest.
        total: what they all come to.
        rest: what is not taken apart; None where that is nothing.
        older: a number of timesteps, and what of the number was written before those; None where there is none.
    """

    value: float
    writers: tuple[Writer, ...]
    count: int
    total: float
    rest: Rest | None = None
    older: tuple[int, float] | None = None

    @property
    def rounding(self) -> float:
        """What the run itself rounded away on the way."""
        return self.value - self.total - (self.rest.value if self.rest is not None else 0.0)


def memory_in(walk: Walk, layer: int, name: str) -> Memory | None:
    """The memory that a quantity of a layer (index from 0) is in this run, in which some may be forced."""
    return memory_of(walk.network.layers[layer].cell, name, walk.run.interventions.names(layer))


def ledger(walk: Walk, layer: int, name: str, row: int, t: int) -> Ledger:
    """Who wrote a number.

    Args:
        walk: the run.
        layer: index from 0.
        name: a memory of it, or a copy of one, as `memory_in` knows it.
        row: which number, from 0.
        t: 1 to the last that is walked.

    Raises:
        KeyError: the layer has no such memory.
        InputError: as `Walk.at`.
    """
    passed = int(walk.tape.carried.passed.sum())
    key = ("writers", walk.epoch, layer, name, row, t, passed if walk.network.layers[layer].reverse else 0)
    return walk.memo.get(key, lambda: _Past(walk, layer, name, row, t).ledger())


def last_change(walk: Walk, layer: int, name: str, row: int, t: int, least: float) -> int | None:
    """When a number of a state changed last by more than `least`; None where it never did.

    Args:
        walk: the run.
        layer: index from 0.
        name: a state of it.
        row: which number, from 0.
        t: the timestep that is looked back from, itself included; in a layer that runs backwards that is towards T, as
            far as the run has come.
        least: 0 or more.

    Raises:
        KeyError: the layer has no such state.
        InputError: as `Walk.at`.
    """
    tape = walk.tape
    noted = tape.carried.changes(layer, name, row)
    for index in _indices(walk, layer, t):
        if tape.carried.passed[index] and noted[index] <= least:
            continue
        chunk = tape.chunk(index)
        changes = change(chunk.runs[layer], name)[:, row]
        first, reverse = chunk.first, chunk.network.layers[layer].reverse
        times = first + np.arange(chunk.length)[:: -1 if reverse else 1]
        found = times[~(changes <= least) & ((times >= t) if reverse else (times <= t))]
        if found.size:
            return int(found[-1])
    return None


def _indices(walk: Walk, layer: int, t: int) -> Iterator[int]:
    """The chunks from that of t back in the direction of a layer, as far as the run has come."""
    tape = walk.tape
    here = tape.cuts.of(t)
    tape.chunk(here)  # which passes it, and all before it
    if not walk.network.layers[layer].reverse:
        yield from range(here, -1, -1)
        return
    yield from range(here, max(tape.done, here + 1))


class _Past:
    """A number, and what was kept of it and written, from t back in the direction of its layer."""

    def __init__(self, walk: Walk, layer: int, name: str, row: int, t: int) -> None:
        memory = memory_in(walk, layer, name)
        if memory is None:
            raise KeyError(f"{walk.network.layers[layer].cell.name} has no memory {name}")
        self.walk, self.layer, self.memory, self.row, self.t = walk, layer, memory, row, t
        self.reverse = walk.network.layers[layer].reverse
        self.way = 1 if self.reverse else -1
        self.value = float(walk.at(t).layers[layer].state[memory.state][row])
        own = len(walk) - t if self.reverse else t - 1
        cuts = np.asarray(walk.run.interventions.cuts(1, len(walk), self.reverse), int)
        self.count = own + 1 - int(cuts[cuts <= own].max(initial=0))
        """Timesteps from t back to where the state began."""

    def ledger(self) -> Ledger:
        """All that it is made of."""
        keep, write, before = self.terms()
        whole = len(keep) >= self.count
        if whole:
            first = self.walk.at(self.t + self.way * (self.count - 1)).layers[self.layer]
            before = float(first.state_prev[self.memory.state][self.row])
        keep, write, given = self.forced(keep[: self.count], write[: self.count])
        with np.errstate(all="ignore"):
            left = np.concatenate(([1.0], np.multiply.accumulate(keep)))
            write = np.append(write, before)
            values = write * left
        taken = values if whole else values[:-1]
        writers = tuple(
            Writer(self.t + self.way * age, float(write[age]), float(left[age]), age == self.count, age in given)
            for age in _largest(taken, RANKED)
        )
        edge = self.t + self.way * len(keep)
        rest = None if whole else Rest(edge, self.count - len(keep) + 1, float(values[-1]))
        return Ledger(self.value, writers, len(taken), _total(taken), rest, self.older(values))

    def forced(self, keep: Array, write: Array) -> tuple[Array, Array, set[int]]:
        """The same where the number itself was forced: nothing is kept, and that is written; and where, from t back."""
        forces = [f for f in self.walk.run.interventions.of(self.layer) if f.name == self.memory.state]
        given: set[int] = set()
        for force in (each for each in forces if each.row in (None, self.row)):
            first, count = (1, len(self.walk)) if force.t is None else (force.t, force.count)
            size = self.walk.initial_state[self.layer][force.name].shape
            values = np.broadcast_to(force.value, (count, *size))[:, self.row]
            ages = self.way * (np.arange(first, first + count) - self.t)
            there = (ages >= 0) & (ages < len(keep))
            if there.any() and not given:
                keep, write = keep.copy(), write.copy()
            keep[ages[there]], write[ages[there]] = 0.0, values[there]
            given.update(ages[there].tolist())
        return keep, write, given

    def older(self, values: Array) -> tuple[int, float] | None:
        """The largest power of ten such that a tenth of the number is older, or 1; and what is."""
        found, steps = None, 1
        while steps + 1 < len(values):
            share = _total(values[steps + 1 :])
            if found is not None and not abs(share) >= TENTH * abs(self.value):
                break
            found, steps = (steps, share), 10 * steps
        return found

    def terms(self) -> tuple[Array, Array, float]:
        """What was kept and what was written at t and before, the nearest first, and the number before the last of
        these; of the timesteps before the state began it says nothing."""
        tape = self.walk.tape
        began = tape.cuts.of(self.t + self.way * (self.count - 1))
        indices = [i for i in _indices(self.walk, self.layer, self.t) if (i <= began if self.reverse else i >= began)]
        learned = self.walk.teaching is not None  # any window of an epoch is there
        unknown = [i for i in indices if not tape.carried.passed[i] and (i < tape.done or learned)]
        if learned and len(unknown) > MOST_WINDOWS:
            return self.opened(indices)
        for index in unknown:
            tape.carried.add(index, tape.chunk(index))
        known = tape.carried.course(self.layer, self.memory.state, self.row)
        if known is None:
            return self.opened(indices)
        edge = tape.cuts.passed(indices[-1] + 1) if self.reverse else 0
        keep, write = (side[self.t - 1 : edge] if self.reverse else side[: self.t][::-1] for side in known)
        if len(keep) >= self.count:
            return keep, write, 0.0
        return keep, write, float(self.walk.at(edge).layers[self.layer].state_prev[self.memory.state][self.row])

    def opened(self, indices: list[int]) -> tuple[Array, Array, float]:
        """The same of the nearest chunks alone, as far back as it matters."""
        tape = self.walk.tape
        keeps, writes, left, before = [], [], 1.0, 0.0
        for index in indices[:OPENED]:
            chunk = tape.chunk(index)
            times = chunk.first + np.arange(chunk.length)
            own = (times >= self.t if self.reverse else times <= self.t).nonzero()[0][:: self.way]
            keep, write = (side[own, self.row] for side in course(chunk, self.layer, self.memory))
            keeps.append(keep)
            writes.append(write)
            before = float(chunk.runs[self.layer].states[self.memory.state][0, self.row])
            left *= float(np.prod(keep))
            if abs(left * before) <= NEGLIGIBLE * abs(self.value) or sum(map(len, keeps)) >= self.count:
                break
        return np.concatenate(keeps), np.concatenate(writes), before


def _largest(values: Array, most: int) -> list[int]:
    """Where the largest by amount are, in that order, of equal ones the first; what is not a number is larger.

    What is zero is not among them, but the first where all are.
    """
    sizes = np.where(np.isnan(values), np.inf, np.abs(values))
    if len(sizes) > most:
        least = np.partition(sizes, len(sizes) - most)[len(sizes) - most]
        above, equal = np.flatnonzero(sizes > least), np.flatnonzero(sizes == least)
        places = np.concatenate((above, equal[: most - len(above)]))
    else:
        places = np.arange(len(sizes))
    ordered = places[np.argsort(-sizes[places], kind="stable")]
    found: list[int] = ordered[: max(int(np.count_nonzero(sizes[ordered])), 1)].tolist()
    return found


def _total(values: Array) -> float:
    """The sum, as exact as a float can be; as plain additions find it where it is not finite."""
    if not len(values):
        return 0.0
    with np.errstate(all="ignore"):
        parts = np.add.reduceat(values, np.arange(0, len(values), BLOCK)).tolist()
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        return float(sum(parts))
