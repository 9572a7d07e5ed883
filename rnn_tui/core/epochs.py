"""Epochs: what a walk through the sequence computed while the weights changed, window by window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Rows
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.cuts import Cuts
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gradients import Judged, WayBack, judged, way_back
from rnn_tui.core.initial_state import State
from rnn_tui.core.layout import Layout
from rnn_tui.core.memo import Memo
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import Memory
from rnn_tui.core.passage import Passage, Span, Start
from rnn_tui.core.routine import read_only
from rnn_tui.core.window import Window

Array = NDArray[Any]
KEPT_PASSAGES = 4


@dataclass(frozen=True, eq=False)
class Aims:
    """What a network learns from.

    Attributes:
        x: (T, I).
        targets: (T, O).
        loss, reduction: what they are judged by.
        windows: the spans.
        initial: for each layer the state that it begins a sequence with.
        afresh: the rows before which it does.
    """

    x: Array
    targets: Array
    loss: str
    reduction: str
    windows: Rows[Span]
    initial: tuple[State, ...]
    afresh: frozenset[int]


@dataclass(frozen=True, eq=False)
class Learned:
    """What an epoch begins with, and leaves to the next.

    Attributes:
        network: with its parameters.
        initial: for each layer the state that it begins a sequence with.
        memory: what the optimizer remembers.
    """

    network: Network
    initial: tuple[State, ...]
    memory: Memory


@dataclass(frozen=True, eq=False)
class Update:
    """One window of an epoch: forwards with one set of parameters, back, and the parameters after it.

    Attributes:
        window: the run; its network has the parameters that were used.
        aims: what it was judged by.
        after: the network with the parameters of the next window.
        initial_after: for each layer the state that a sequence would begin with there.
        norm: of all gradients together, before clipping.
    """

    window: Window
    aims: Aims
    after: Network
    initial_after: tuple[State, ...]
    norm: float

    @cached_property
    def judged(self) -> Judged:
        """The loss of each timestep, and its gradient."""
        first = self.window.first - 1
        targets = self.aims.targets[first : first + len(self.window)]
        return judged(self.aims.loss, self.window, targets, self.aims.reduction)

    def back(self) -> WayBack:
        """The gradients of the window."""
        return way_back(self.window, self.judged, looked_at=True)


class Record(Rows[Update]):
    """The windows of an epoch, first to last: each is made when it is looked at, and its passage computed again.

    Attributes:
        losses: (T,), of each timestep, with the parameters used there.
        after, initial: the network at the end, and the states that a sequence begins with there.
    """

    def __init__(self, network: Network, layout: Layout, aims: Aims, windows: int, start: Start) -> None:
        """An epoch that begins.

        Args:
            network: with the parameters that it begins with.
            layout: of the parameters.
            aims: what is learned from.
            windows: how many make a passage.
            start: what the first passage begins with.
        """
        self._network, self._layout, self._aims, self._windows = network, layout, aims, windows
        self._starts, self._norms = [start], list[float]()
        self._passages = Memo(KEPT_PASSAGES)
        self._known = Memo(KEPT_PASSAGES * windows)
        self._again: Callable[[int], Passage] | None = None
        self.after, self.initial = network, aims.initial
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
    def cuts(self) -> Cuts:
        """The windows that there are, as stretches of time."""
        spans = self._aims.windows[: len(self)]
        return Cuts([first for first, _ in spans], spans[-1][1])

    @property
    def passages(self) -> int:
        """How many there are."""
        return -(-len(self._aims.windows) // self._windows)

    def spans(self, place: int) -> Rows[Span]:
        """The windows of a passage, from 0."""
        return self._aims.windows[place * self._windows : (place + 1) * self._windows]

    def start(self, place: int) -> Start:
        """What a passage, from 0, begins with."""
        return self._starts[place]

    def note(self, passage: Passage, count: int, end: Start | None) -> None:
        """Notes the next passage.

        Args:
            passage: passed.
            count: how many of its windows count.
            end: what the next one begins with; None where there is none.
        """
        first, past = passage.spans[0][0], passage.spans[count - 1][1]
        self.losses[first:past] = passage.losses[: past - first]
        self._norms += passage.norms[:count]
        self._starts += [] if end is None else [end]

    def close(self, parameters: Array, again: Callable[[int], Passage]) -> None:
        """The epoch is over.

        Args:
            parameters: after the last window.
            again: computes a passage, from 0, once more, and keeps its parameters.
        """
        self.after, self._again = self._layout.network(parameters), again
        self.initial = self._initial(parameters)

    def _initial(self, parameters: Array) -> tuple[State, ...]:
        """The states that a sequence begins with: those learned, or those given."""
        learned = self._layout.states(parameters)
        if not learned:
            return self._aims.initial
        return tuple({name: read_only(array) for name, array in state.items()} for state in learned)

    def _update(self, index: int) -> Update:
        assert self._again is not None
        again, (place, at) = self._again, divmod(index, self._windows)
        passage = self._passages.get(place, lambda: again(place))
        network = self._layout.network(passage.vectors[at]) if index else self._network
        after, initial, window = self.after, self.initial, self._window(passage, at, network)
        if index + 1 < len(self):
            vector = passage.vectors[at + 1]
            after, initial = self._layout.network(vector), self._initial(vector)
        return Update(window, self._aims, after, initial, self._norms[index])

    def _window(self, passage: Passage, index: int, network: Network) -> Window:
        first, end = passage.spans[index]
        runs = passage.runs(index)
        inputs: list[Mapping[str, Array]] = []
        for place, layer in enumerate(network.layers):
            given = []
            for source in network.reads[place]:
                rows = np.asarray(self._aims.x[first:end], network.dtype) if source < 0 else runs[source].named["y"]
                turned = layer.reverse != (source >= 0 and network.layers[source].reverse)
                given.append(read_only(rows[::-1] if turned else rows))
            inputs.append(dict(zip(layer.cell.inputs, given, strict=True)))
        return Window(first + 1, network, runs, tuple(inputs), passage.before(index))


@dataclass(frozen=True, eq=False)
class Epoch:
    """One walk through the sequence.

    Attributes:
        number: from 1.
        updates: the windows, first to last.
        broken: the first timestep with a number that is not finite, or None; the walk ends with its window.
        memory: what the optimizer remembers at the end.
        validation: the loss of a sequence that is not learned from, with the parameters at the end; None where there
            is none, or the epoch broke.
    """

    number: int
    updates: Record
    broken: int | None
    memory: Memory
    validation: float | None = None

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
        return self.updates.after

    @property
    def begin(self) -> Learned:
        """What it began with; what the optimizer remembered then is not kept."""
        first = self.updates[0].window
        return Learned(first.network, first.before, Memory())

    @property
    def end(self) -> Learned:
        """What it leaves to the next."""
        return Learned(self.after, self.updates.initial, self.memory)

    @property
    def came_to(self) -> Learned:
        """The same; of one that broke, what it began with."""
        return self.end if self.broken is None else self.begin

    @cached_property
    def cuts(self) -> Cuts:
        """The windows walked, as stretches of time."""
        return self.updates.cuts
