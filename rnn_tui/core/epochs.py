"""Epochs: what a walk through the sequence computed while the weights changed, window by window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.gradients import Judged, WayBack, judged, way_back
from rnn_tui.core.initial_state import State
from rnn_tui.core.layout import Layout
from rnn_tui.core.memo import Memo
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import Memory
from rnn_tui.core.routine import read_only
from rnn_tui.core.runner import Run
from rnn_tui.core.window import Window

Array = NDArray[Any]
Span = tuple[int, int]
"""A window as rows: first, and one past the last."""
Copy = tuple[Array, Array]
"""From, and to."""


@dataclass(frozen=True, eq=False)
class Aims:
    """What a network learns from.

    Attributes:
        x: (T, I).
        targets: (T, O).
        loss, reduction: what they are judged by.
        windows: the spans.
    """

    x: Array
    targets: Array
    loss: str
    reduction: str
    windows: Rows[Span]


@dataclass(frozen=True, eq=False)
class Update:
    """One window of an epoch: forwards with one set of parameters, back, and the parameters after it.

    Attributes:
        window: the run; its network has the parameters that were used.
        aims: what it was judged by.
        after: the network with the parameters of the next window.
        norm: of all gradients together, before clipping.
    """

    window: Window
    aims: Aims
    after: Network
    norm: float

    @cached_property
    def judged(self) -> Judged:
        """The loss of each timestep, and its gradient."""
        first = self.window.first - 1
        targets = self.aims.targets[first : first + len(self.window)]
        return judged(self.aims.loss, self.window, targets, self.aims.reduction)

    def back(self) -> WayBack:
        """The gradients of the window."""
        return way_back(self.window, self.judged)


class Record(Rows[Update]):
    """The windows of an epoch, first to last. Their numbers are kept as they come; each is made when it is looked at.

    Attributes:
        losses: (T,), of each timestep.
    """

    def __init__(self, network: Network, layout: Layout, aims: Aims, initial: tuple[State, ...]) -> None:
        """An epoch that begins.

        Args:
            network: with the parameters that it begins with.
            layout: of the parameters.
            aims: what is learned from.
            initial: the states before the first timestep.
        """
        self._layout, self._aims, self._initial = layout, aims, initial
        self._vectors, self._norms = [layout.vector(network)], list[float]()
        self._networks, self._known = {0: network}, Memo()
        self._named: list[dict[str, Array]] = []
        self._states: list[dict[str, Array]] = []
        self._copies: dict[int, list[Copy]] = {}
        self.losses = np.zeros(len(aims.x), network.dtype)

    def __len__(self) -> int:
        return len(self._norms)

    @overload
    def __getitem__(self, index: int) -> Update: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Update, ...]: ...
    def __getitem__(self, index: int | slice) -> Update | tuple[Update, ...]:
        if isinstance(index, slice):
            return tuple(self[each] for each in range(*index.indices(len(self))))
        place = range(len(self))[index]
        return self._known.get(place, lambda: self._update(place))

    @property
    def parameters(self) -> Array:
        """All of them, as they are after the last window."""
        return self._vectors[-1]

    def network(self, index: int) -> Network:
        """The network before a window, or after the last."""
        if index not in self._networks:
            self._networks[index] = self._layout.network(self._vectors[index])
        return self._networks[index]

    def before(self, index: int) -> tuple[State, ...]:
        """The states before a window."""
        first = self._aims.windows[index][0]
        if not first:
            return self._initial
        return tuple({name: array[first] for name, array in states.items()} for states in self._states)

    def add(self, runs: Rows[Run], losses: Array, norm: float, after: Array) -> None:
        """Keeps one more window.

        Args:
            runs: what each layer computed, in arrays that the next window may be written into.
            losses: (n,).
            norm: of the gradients.
            after: the parameters after the update.
        """
        first, end = self._aims.windows[len(self)]
        length = end - first
        if not self._states:
            self._make_room(runs)
        if length not in self._copies:
            self._copies[length] = list(self._pairs(runs))
        for rows, kept in self._copies[length]:
            kept[first:end] = rows
        self.losses[first:end] = losses
        self._norms.append(norm)
        self._vectors.append(after)

    def cut(self, count: int) -> None:
        """Forgets all but the first windows."""
        del self._vectors[count + 1 :], self._norms[count:]
        self.losses[self._aims.windows[count - 1][1] :] = 0

    def broken(self, first: int) -> tuple[int, int] | None:
        """The first window, of those from one on, with a number that is not finite, and the timestep of that, or the
        last of the window where the update made it; None where all are finite."""
        spans = self._aims.windows[first : len(self)]
        if not spans:
            return None
        begin, end = spans[0][0], spans[-1][1]
        fine = np.isfinite(self.losses[begin:end])
        for layer, arrays in zip(self._networks[0].layers, self._named, strict=True):
            for array in arrays.values():
                rows = np.asarray(np.isfinite(array[begin:end]).all(axis=1))
                fine &= rows[::-1] if layer.reverse else rows
        for index, (here, past) in enumerate(spans, first):
            rows = fine[here - begin : past - begin]
            if not rows.all():
                return index, here + 1 + int(np.argmin(rows))
            if not np.isfinite(self._vectors[index + 1]).all():
                return index, past
        return None

    def _make_room(self, runs: Rows[Run]) -> None:
        """Arrays for all timesteps. What a state takes and what has a name is often one and the same."""
        count, dtype = len(self._aims.x), self.losses.dtype
        for run in runs:
            plan, arrays = run.runner.plan, dict[int, Array]()
            states = {name: np.empty((count + 1, run.runner.size(value)), dtype) for name, value in plan.states}
            for name, value in plan.states:
                arrays[id(value)] = states[name][1:]
            for _, value in plan.named:
                arrays.setdefault(id(value), np.empty((count, run.runner.size(value)), dtype))
            self._states.append(states)
            self._named.append({name: arrays[id(value)] for name, value in plan.named})
        for states, initial in zip(self._states, self._initial, strict=True):
            for name, array in states.items():
                array[0] = initial[name]

    def _pairs(self, runs: Rows[Run]) -> Iterator[Copy]:
        """What is copied after every window."""
        seen: set[int] = set()
        for run, named, states in zip(runs, self._named, self._states, strict=True):
            for name, array in states.items():
                seen.add(id(array))
                yield run.states[name][1:], array[1:]
            for name, array in named.items():
                if id(array) not in seen and not any(np.may_share_memory(array, each) for each in states.values()):
                    seen.add(id(array))
                    yield run.named[name], array

    def _update(self, index: int) -> Update:
        first, end = self._aims.windows[index]
        network, aims = self.network(index), self._aims
        runs = [
            Run.of(
                end - first,
                {name: read_only(array[first:end]) for name, array in named.items()},
                {name: read_only(array[first : end + 1]) for name, array in states.items()},
            )
            for named, states in zip(self._named, self._states, strict=True)
        ]
        inputs: list[Mapping[str, Array]] = []
        for place, layer in enumerate(network.layers):
            given = []
            for source in network.reads[place]:
                rows = np.asarray(aims.x[first:end], network.dtype) if source < 0 else runs[source].named["y"]
                turned = layer.reverse != (source >= 0 and network.layers[source].reverse)
                given.append(read_only(rows[::-1] if turned else rows))
            inputs.append(dict(zip(layer.cell.inputs, given, strict=True)))
        window = Window(first + 1, network, tuple(runs), tuple(inputs), self.before(index))
        return Update(window, aims, self.network(index + 1), self._norms[index])


@dataclass(frozen=True, eq=False)
class Epoch:
    """One walk through the sequence.

    Attributes:
        number: from 1.
        updates: the windows, first to last.
        broken: the first timestep with a number that is not finite, or None; the walk ends with its window.
        memory: what the optimizer remembers at the end.
    """

    number: int
    updates: Record
    broken: int | None
    memory: Memory

    @property
    def losses(self) -> Array:
        """(T,), of each timestep, with the parameters used there."""
        return self.updates.losses

    @property
    def loss(self) -> float:
        """The sum over the timesteps."""
        with np.errstate(all="ignore"):  # of an epoch that broke it may be larger than any number
            return float(self.losses.sum())

    @property
    def after(self) -> Network:
        """The network at the end."""
        return self.updates.network(len(self.updates))

    @property
    def stride(self) -> int:
        """The timesteps of a window; the last may have fewer."""
        return len(self.updates[0].window)

    def update(self, index: int) -> Update:
        """A window by its number, from 0; the last there is where learning broke before it."""
        return self.updates[min(index, len(self.updates) - 1)]
