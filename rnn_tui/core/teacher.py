"""The teacher: learns windows, one after the other. What that takes is set up once, for all windows of all epochs."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from rnn_tui.core.epochs import Aims, Epoch, Record
from rnn_tui.core.initial_state import State
from rnn_tui.core.layout import Layout
from rnn_tui.core.losses import LossError, divisor
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.optimizers import Memory, Optimizer, norm
from rnn_tui.core.passage import Passage, Start, Values
from rnn_tui.core.window_runner import WindowRunner

ALL = "all"
"""The name of all parameters as one."""
Runners = dict[int, WindowRunner]
"""What runs windows, by their length."""
Walk = Generator[int, None, Epoch]
"""An epoch on its way."""


class Teacher:
    """Learns windows.

    Attributes:
        windows: how many of them make a passage.
    """

    def __init__(self, network: Network, aims: Aims, initial: tuple[State, ...], windows: int) -> None:
        """Sets up.

        Args:
            network: any of these layers.
            aims: what is learned from.
            initial: the states before the first timestep.
            windows: how many make a passage.
        """
        self._aims, self._initial, self.windows = aims, initial, windows
        self._layout, self._reverse = Layout(network), [layer.reverse for layer in network.layers]
        self._idle: list[Runners] = []
        there = known_rows(aims.targets)
        self._there = None if there.all() else there

    def walk(self, number: int, network: Network, memory: Memory, optimizer: Optimizer) -> Walk:
        """One epoch from its first parameters; it pauses after every window, at how many timesteps have been passed.

        Raises:
            LossError: cross-entropy of a y that is no distribution.
        """
        start = Start(self._layout.vector(network), memory, self._initial)
        record = Record(network, self._layout, self._aims, self.windows, start)
        broken, place, runners = None, 0, self._runners()
        values = self._room(runners)
        while broken is None and place < record.passages:
            passage, stuck = Passage(record.start(place), record.spans(place), values, False), None
            while not passage.over and stuck is None:
                try:
                    self._learn(passage, runners, optimizer)
                except LossError as error:
                    stuck = error
                if not passage.over and stuck is None:
                    yield passage.span[0]
            broken = None if passage.fine() else self._once_more(record, place, optimizer).broken()
            if broken is None and stuck is not None:
                raise stuck
            count = len(passage.norms) if broken is None else broken[0] + 1
            if broken is not None:
                passage = self._once_more(record, place, optimizer, count)
            place += 1
            more = broken is None and place < record.passages
            record.note(passage, count, passage.end(self._initial, self._reverse) if more else None)
            if broken is None:
                yield passage.spans[-1][1]
        passed, memory = len(record), passage.memory.copy()

        def again(place: int) -> Passage:
            return self._once_more(record, place, optimizer, passed - place * self.windows)

        record.close(passage.parameters.copy(), again)
        self._idle.append(runners)
        return Epoch(number, record, None if broken is None else broken[1], memory)

    def _once_more(self, record: Record, place: int, optimizer: Optimizer, count: int | None = None) -> Passage:
        """A passage once more, with the parameters after every window, as far as it goes or to a number of windows."""
        runners = self._runners()
        passage = Passage(record.start(place), record.spans(place), self._room(runners), True)
        try:
            while not passage.over and (count is None or len(passage.norms) < count):
                self._learn(passage, runners, optimizer)
        except LossError:
            pass
        self._idle.append(runners)
        return passage

    def _learn(self, passage: Passage, runners: Runners, optimizer: Optimizer) -> None:
        """The next window of a passage, there and back, and the update after it."""
        aims, (first, end) = self._aims, passage.span
        runner, targets = runners[end - first], aims.targets[first:end]
        passage.run_by(runner)
        with np.errstate(all="ignore"):  # what is not finite is told, not warned about
            runner.forwards(aims.x[first:end])
            by = divisor(aims.reduction, targets)
            losses = runner.judge(targets, None if self._there is None else self._there[first:end], by, first + 1)
            passage.keep(losses)
            runner.back()
            parameters, gradients = ({ALL: runner.parameters},), ({ALL: runner.gradients},)
            memory = optimizer.update(parameters, gradients, passage.memory)
            passage.add(norm(gradients), memory)

    def _runners(self) -> Runners:
        """What runs windows of each length, and is used by nobody else until it is idle again."""
        if self._idle:
            return self._idle.pop()
        aims = self._aims
        lengths = {end - first for first, end in aims.windows}
        return {length: WindowRunner(self._layout, length, aims.x.shape[1], aims.loss) for length in lengths}

    def _room(self, runners: Runners) -> Values:
        """Room for the longest passage."""
        spans = self._aims.windows[: self.windows]
        return Values(spans[-1][1] - spans[0][0], runners[spans[0][1] - spans[0][0]].runs, self._reverse)
