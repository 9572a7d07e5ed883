"""Learning: the same walk through the sequence, epoch after epoch, with weights that change on the way.

Three regimes (design, issue 4 of 5): after every timestep (`truncate` 1, the seed's picture 6), after each window of K
timesteps whose losses are summed, or after the whole sequence (0). Between windows the state is carried over and the
gradient is not. What an epoch computed is computed again from its first parameters when it is asked for, which gives
the same bits; so every epoch can be walked, in any order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from collections.abc import Sequence as Rows
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.errors import RangeError
from rnn_tui.core.gradients import Judged, WayBack, judged, way_back
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.interventions import Interventions
from rnn_tui.core.losses import LOSSES, targets_for
from rnn_tui.core.network import Network
from rnn_tui.core.optimizers import OPTIMIZERS, Memory, Optimizer, Parameters, norm
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.window import Window, run_window, windows_of

Array = NDArray[Any]
KEPT_EPOCHS = 4
MOST_EPOCHS = 1_000_000
STARTS_LIMIT = 128 * 2**20
"""Bytes of parameters that may be kept as the starts of epochs; further ones are computed again."""
EPOCH_LIMIT = 2**30
"""Bytes of parameters and gradients that one epoch may keep."""


@dataclass(frozen=True)
class Learning:
    """How a network learns.

    Attributes:
        loss: ``sse``, ``mse`` or ``cross-entropy``.
        truncate: timesteps a window; 0 is the whole sequence.
        epochs: walks through the sequence.
        optimizer: how parameters follow their gradients.
    """

    loss: str = "sse"
    truncate: int = 1
    epochs: int = 1
    optimizer: Optimizer = field(default_factory=Optimizer)

    def check(self) -> None:
        """Raises RangeError where a setting makes no sense."""
        if self.loss not in LOSSES:
            raise RangeError("", "", f"{self.loss} is not known", "known are " + ", ".join(LOSSES), "loss")
        if self.optimizer.name not in OPTIMIZERS:
            why = f"{self.optimizer.name} is not known"
            raise RangeError("", "", why, "known are " + ", ".join(OPTIMIZERS), "optimizer")
        if not 1 <= self.epochs <= MOST_EPOCHS:
            raise RangeError("", "", f"{self.epochs} is no number of epochs", f"1 to {MOST_EPOCHS} are", "epochs")
        for name, value in (("rate", self.optimizer.rate), ("clip", self.optimizer.clip)):
            if not np.isfinite(value) or value < 0:
                raise RangeError("", "", f"{value:g} makes no sense", "a number of 0 or more does", name)
        if not 0 <= self.optimizer.momentum < 1:
            raise RangeError("", "", f"{self.optimizer.momentum:g} makes no sense", "0 up to 1 does", "momentum")

    @property
    def regime(self) -> str:
        """After what the weights change, in few words."""
        return {0: "whole sequence", 1: "every t"}.get(self.truncate, f"every {self.truncate} t")


@dataclass(frozen=True, eq=False)
class Update:
    """One window of an epoch: forwards with one set of parameters, back, and the parameters after it.

    Attributes:
        window: the run; its network has the parameters that were used.
        judged: the loss of each timestep, and its gradient.
        after: the network with the parameters of the next window.
        norm: of all gradients together, before clipping.
    """

    window: Window
    judged: Judged
    after: Network
    norm: float

    def back(self) -> WayBack:
        """The gradients of the window."""
        return way_back(self.window, self.judged)


@dataclass(frozen=True, eq=False)
class Epoch:
    """One walk through the sequence.

    Attributes:
        number: from 1.
        updates: the windows, first to last.
        losses: (T,), of each timestep, with the parameters used there.
        broken: the first timestep with a number that is not finite, or None; the walk ends with its window.
        memory: what the optimizer remembers at the end.
    """

    number: int
    updates: tuple[Update, ...]
    losses: Array
    broken: int | None
    memory: Memory

    @property
    def loss(self) -> float:
        """The sum over the timesteps."""
        return float(self.losses.sum())

    @property
    def after(self) -> Network:
        """The network at the end."""
        return self.updates[-1].after

    @property
    def stride(self) -> int:
        """The timesteps of a window; the last may have fewer."""
        return len(self.updates[0].window)

    def update(self, index: int) -> Update:
        """A window by its number, from 0; the last there is where learning broke before it."""
        return self.updates[min(index, len(self.updates) - 1)]


Walk = Generator[int, None, Epoch]
"""An epoch on its way."""


class Learner:
    """Learns, and keeps what it takes to walk through any epoch again.

    Attributes:
        learning: how.
        losses: the loss of every epoch passed.
        done: where the states begin afresh.
        broken: (epoch, t) of the first number that was not finite, or None; learning stops there.
        progress: told how many timesteps of how many an epoch has passed that is walked at once; or None.
    """

    def __init__(
        self,
        network: Network,
        sequence: Sequence,
        learning: Learning,
        initial_state: Rows[Mapping[str, Any]] | None = None,
    ) -> None:
        """Checks that all fits.

        Raises:
            InputError: targets, a truncation, an initial state or a setting that does not fit.
        """
        self.progress: Callable[[int, int], None] | None = None
        learning.check()
        self.learning, self.network, self.sequence = learning, network, sequence
        self.targets = targets_for(sequence, network, learning.loss)
        self.windows = windows_of(len(sequence), learning.truncate, network)
        self.initial: tuple[State, ...] = initial_states(network, sequence.input_size, initial_state)
        self.done = Interventions(resets=sequence.resets)
        size = sum(array.nbytes for layer in network.layers for array in layer.parameters.values())
        longest = max(end - first for first, end in self.windows)
        needed = size * (3 * len(self.windows) + longest)
        if needed > EPOCH_LIMIT:
            why = (
                f"learning keeps the parameters of every update and the gradients of a window, {needed / 2**30:.1f} GiB"
            )
            shorter = longest > 3 * len(self.windows)
            right = f"{EPOCH_LIMIT / 2**30:.0f} GiB is the most: take {'shorter' if shorter else 'longer'} windows"
            raise RangeError("", "", why, right, "truncate")
        self._every = max(1, -(-size * 3 * learning.epochs // STARTS_LIMIT))
        self._starts: dict[int, tuple[Network, Memory]] = {1: (network, Memory())}
        self._kept: OrderedDict[int, Epoch] = OrderedDict()
        self.losses: list[float] = []
        self.broken: tuple[int, int] | None = None
        self._latest = (network, Memory())
        self._walking: tuple[int, Walk] | None = None

    @property
    def over(self) -> bool:
        """Whether there is no epoch left, or learning broke."""
        return self.broken is not None or len(self.losses) >= self.learning.epochs

    @property
    def last(self) -> int:
        """The last epoch that can be walked."""
        return max(len(self.losses), 1) if self.broken else self.learning.epochs

    def advance(self) -> bool:
        """Learns one more window of the next epoch; False when learning is over."""
        if self.over:
            return False
        number = len(self.losses) + 1
        if self._walking is None or self._walking[0] != number:
            self._walking = number, self._walk(number, *self._latest)
        walk, was = self._walking[1], self._walking
        self._walking = None
        try:
            next(walk)
            self._walking = was
        except StopIteration as end:
            self._note(end.value)
        return not self.over

    def learned(self) -> Network:
        """The network after the last epoch passed; after a broken one, what went into it."""
        if not self.losses:
            return self.network
        last = self.epoch(len(self.losses))
        return last.updates[0].window.network if last.broken else last.after

    def epoch(self, number: int) -> Epoch:
        """An epoch (1 to `last`); those before it are passed first where they have not been.

        Raises:
            RangeError: there is no such epoch.
            LossError: cross-entropy of a y that is no distribution.
        """
        if not 1 <= number <= self.last:
            raise RangeError("", "", f"there is no epoch {number}", f"there are 1 to {self.last}", "epoch")
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        start = max(known for known in self._starts if known <= number)
        network, memory = self._starts[start]
        for each in range(start, number + 1):
            epoch = self._whole(self._walk(each, network, memory))
            network, memory = epoch.after, epoch.memory
            self._note(epoch)
            if epoch.broken is not None:
                break
        return epoch

    def _note(self, epoch: Epoch) -> None:
        self._kept[epoch.number] = epoch
        while len(self._kept) > KEPT_EPOCHS:
            self._kept.popitem(last=False)
        if epoch.number == len(self.losses) + 1:
            self.losses.append(epoch.loss)
            self._latest = epoch.after, epoch.memory
            if epoch.broken is not None:
                self.broken = (epoch.number, epoch.broken)
        if epoch.number % self._every == 0:
            self._starts.setdefault(epoch.number + 1, (epoch.after, epoch.memory))

    def _whole(self, walk: Walk) -> Epoch:
        while True:
            try:
                done = next(walk)
            except StopIteration as end:
                epoch: Epoch = end.value
                return epoch
            if self.progress is not None:
                self.progress(done, len(self.sequence))

    def _walk(self, number: int, network: Network, memory: Memory) -> Walk:
        """One epoch from its first parameters; it pauses after every window, at how many timesteps have been passed."""
        before, updates = self.initial, []
        losses = np.zeros(len(self.sequence), network.dtype)
        broken = None
        for first, end in self.windows:
            x = np.asarray(self.sequence.x[first:end], network.dtype)
            window = run_window(network, x, first + 1, before, self.initial, self.done)
            found = judged(self.learning.loss, window, self.targets[first:end])
            back = way_back(window, found)
            parameters: Parameters = tuple(layer.parameters for layer in network.layers)
            after, memory = self.learning.optimizer.updated(parameters, back.parameters, memory)
            losses[first:end] = found.losses
            network = network.with_parameters(after)
            updates.append(Update(window, found, network, norm(back.parameters)))
            before = window.after()
            broken = _broken(window, found.losses, after)
            if broken is not None:
                break
            yield end
        return Epoch(number, tuple(updates), losses, broken, memory)


def _broken(window: Window, losses: Array, after: Parameters) -> int | None:
    """The first timestep of a window with a number that is not finite, or its last where an update made one."""
    fine = np.isfinite(losses)
    for index, run in enumerate(window.runs):
        for array in run.named.values():
            fine = fine & window.in_time(index, np.asarray(np.isfinite(array).all(axis=1)))
    if not fine.all():
        return window.first + int(np.argmin(fine))
    if not all(np.isfinite(array).all() for layer in after for array in layer.values()):
        return window.first + len(window) - 1
    return None
