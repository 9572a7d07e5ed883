"""What learns: it walks through the sequence, epoch after epoch, in windows.

Between windows the state is carried over and the gradient is not. What an epoch computed is computed again from its
first parameters when it is asked for, which gives the same bits; so every epoch can be walked, in any order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Rows
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from rnn_tui.core.epochs import KEPT_PASSAGES, Aims, Epoch, Learned
from rnn_tui.core.errors import RangeError
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.learning import LONGEST, Learning
from rnn_tui.core.losses import targets_for
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.optimizers import Memory
from rnn_tui.core.passage import windows_a_passage
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.teacher import Teacher, Walk
from rnn_tui.core.texts import megabytes
from rnn_tui.core.validation import Validation
from rnn_tui.core.window import step_bytes, windows_of

KEPT_EPOCHS = 4
MOMENT = 600
"""Timesteps that are learned from while one waits for a key, of parameters that are small."""
SMALL = 2**18
"""Bytes of parameters that make a timestep take twice as long as none."""
STARTS_LIMIT = 128 * 2**20
"""Bytes of parameters that may be kept as the starts of epochs; further ones are computed again."""
EPOCH_LIMIT = 2**30
"""Bytes of parameters and values that one epoch may keep."""
SET_UP = 2**27
"""Bytes that windows of different lengths may take that are set up at a time, about."""
VALUES = 4
"""How much more the values of a window and their gradients take than those that have a name, about."""


class Learner:
    """Learns, and keeps what it takes to walk through any epoch again.

    Attributes:
        learning: how.
        losses: the loss of every epoch passed.
        validation: what the epochs are judged by, and not learned from; None for nothing.
        validations: its loss after every epoch passed; of one that broke there is none.
        broken: (epoch, t) of the first number that was not finite, or None; learning stops there.
        progress: told how many timesteps of how many have been passed of epochs that are walked at once; or None.
    """

    def __init__(
        self,
        network: Network,
        sequence: Sequence,
        learning: Learning,
        initial_state: Rows[Mapping[str, Any]] | None = None,
        validation: Sequence | None = None,
    ) -> None:
        """Checks that all fits.

        Args:
            network: with the parameters that it begins with.
            sequence: what it learns from; its states begin afresh at every one of its `resets`.
            learning: how.
            initial_state: as for `Simulator`.
            validation: a second sequence, by which every epoch is judged.

        Raises:
            InputError: targets, a truncation, an initial state or a setting that does not fit.
        """
        self.progress: Callable[[int, int], None] | None = None
        learning.check()
        self.learning, self.network, self.sequence = learning, network, sequence
        self.targets = targets_for(sequence, network, learning.loss)
        self.windows = windows_of(len(sequence), learning.truncate, network, sequence.resets)
        self.initial: tuple[State, ...] = initial_states(network, sequence.input_size, initial_state)
        self.validation = None if validation is None else Validation(network, validation, learning.loss)
        size = sum(array.nbytes for layer in network.layers for array in layer.parameters.values())
        longest, count = max(end - first for first, end in self.windows), len(self.windows)
        together = windows_a_passage(-(-len(sequence) // count), size // network.dtype.itemsize, count)
        updates = size * (3 * -(-count // together) + KEPT_PASSAGES * together)
        step = VALUES * step_bytes(network, sequence.input_size)
        values = longest * step
        if updates + values > EPOCH_LIMIT:
            why = f"learning keeps parameters and the values of a window, {megabytes(updates + values)}"
            longer = "longer" if updates > values else "shorter"
            right = f"{megabytes(EPOCH_LIMIT)} is the most: take {longer} windows"
            raise RangeError("", "", why, right, "truncate")
        self._at_once = int(MOMENT / (len(sequence) * (1 + size / SMALL)))
        afresh = frozenset((0, *(sequence.resets - 1).tolist()))
        aims = Aims(sequence.x, self.targets, learning.loss, learning.reduction, self.windows, self.initial, afresh)
        most = SET_UP // max(step, 1)
        self._teacher = Teacher(network, aims, together, learning.learn_initial_state, most)
        self._every = max(1, -(-size * 3 * learning.epochs // STARTS_LIMIT))
        self._latest = Learned(network, self.initial, Memory())
        self._starts = {1: self._latest}
        self._kept: OrderedDict[int, Epoch] = OrderedDict()
        self.losses: list[float] = []
        self.validations: list[float] = []
        self.broken: tuple[int, int] | None = None
        self._walking: dict[int, Walk] = {}
        self._done = 0.0

    @cached_property
    def share(self) -> int:
        """What the loss of an epoch is divided by to be that of a timestep: how many have a target, or in how many
        windows one has where their mean is taken."""
        known = known_rows(self.targets)
        if self.learning.reduction == "sum":
            return max(int(known.sum()), 1)
        return max(int(np.logical_or.reduceat(known, [first for first, _ in self.windows]).sum()), 1)

    @property
    def over(self) -> bool:
        """Whether there is no epoch left, or learning broke."""
        return self.broken is not None or len(self.losses) >= self.learning.epochs

    @property
    def last(self) -> int:
        """The last epoch that can be walked."""
        return max(len(self.losses), 1) if self.broken else self.learning.epochs

    def soon(self, number: int) -> int:
        """An epoch (1 to `last`), or where learning it takes longer than a key may, the last before it that does not;
        the first in any case, but where epochs are long: then only those that are kept, and 0 where none of them is."""
        if len(self.sequence) > LONGEST:
            return max((known for known in self._kept if known <= number), default=0)
        return min(number, max(len(self.losses) + self._at_once, 1))

    @property
    def passed(self) -> float:
        """How many epochs have been learned, the one under way in part."""
        return len(self.losses) + (self._done if len(self.losses) + 1 in self._walking else 0.0)

    def advance(self, wanted: int = 0) -> bool:
        """Learns one more window, of the next epoch, or of one passed that is wanted and was let go of; False when
        learning is over."""
        again = 0 < wanted <= len(self.losses) and self.soon(wanted) < wanted
        if self.over and not again:
            return False
        number = len(self.losses) + 1
        begin = self._latest
        if again:
            known = {**self._starts, **{each + 1: epoch.end for each, epoch in self._kept.items()}}
            number = max(each for each in known if each <= wanted)
            begin = known[number]
            for each in self._walking.keys() - {number, len(self.losses) + 1}:
                del self._walking[each]
        walk = self._walking.pop(number, None) or self._walk(number, begin)
        try:
            done = next(walk)
            self._walking[number] = walk
            self._done = self._done if again else done / len(self.sequence)
        except StopIteration as end:
            self._note(end.value)
        return again or not self.over

    def learned(self) -> Network:
        """The network after the last epoch passed; after a broken one, what went into it."""
        return self.came_to().network

    def came_to(self) -> Learned:
        """The same with the states that a sequence begins with."""
        return self.epoch(len(self.losses)).came_to if self.losses else self._starts[1]

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
        passed = len(self.losses)
        start = passed + 1 if number > passed else max(known for known in self._starts if known <= number)
        begin = self._latest if number > passed else self._starts[start]
        length = len(self.sequence)
        for each in range(start, number + 1):
            walk = self._walking.pop(each, None) or self._walk(each, begin)
            epoch = self._whole(walk, (each - start) * length, (number + 1 - start) * length)
            begin = epoch.end
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
            self.validations += [] if epoch.validation is None else [epoch.validation]
            self._latest = epoch.end
            if epoch.broken is not None:
                self.broken = (epoch.number, epoch.broken)
        if epoch.number % self._every == 0:
            self._starts.setdefault(epoch.number + 1, epoch.end)

    def _whole(self, walk: Walk, passed: int, count: int) -> Epoch:
        """An epoch to its end, after so many timesteps of a count."""
        try:
            while True:
                done = next(walk)
                if self.progress is not None:
                    self.progress(passed + done, count)
        except StopIteration as end:
            epoch: Epoch = end.value
            return epoch

    def _walk(self, number: int, begin: Learned) -> Walk:
        """One epoch from what it begins with, and what it comes to."""
        epoch = yield from self._teacher.walk(number, begin, self.learning.optimizer_at(number))
        if self.validation is None or epoch.broken is not None:
            return epoch
        if number <= len(self.validations):
            return replace(epoch, validation=self.validations[number - 1])
        loss = yield from self.validation.judge(epoch.end, len(self.sequence))
        return replace(epoch, validation=loss)
