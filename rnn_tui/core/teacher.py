"""The teacher: learns windows, one after the other. What that takes is set up once, for all windows of all epochs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator

import numpy as np

from rnn_tui.core.epochs import Aims, Epoch, Learned, Record
from rnn_tui.core.layout import Layout
from rnn_tui.core.losses import LossError, divisor
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.optimizers import Optimizer
from rnn_tui.core.passage import Passage, Start, Values
from rnn_tui.core.window_runner import WindowRunner

ALL = "all"
"""The name of all parameters as one."""
Walk = Generator[int, None, Epoch]
"""An epoch on its way."""


class Runners:
    """What runs windows of each length: made when it is first needed, and let go of where all would take much room."""

    def __init__(self, layout: Layout, aims: Aims, most: int) -> None:
        """Begins with none.

        Args:
            layout: of the parameters.
            aims: what is learned from.
            most: timesteps of all of them together; one longer than that is alone.
        """
        self._layout, self._aims, self._most = layout, aims, most
        self._known: OrderedDict[int, WindowRunner] = OrderedDict()

    def of(self, length: int) -> WindowRunner:
        """The one for windows of n timesteps."""
        found = self._known.pop(length, None)
        if found is None:
            while self._known and sum(self._known) + length > self._most:
                self._known.popitem(last=False)
            found = WindowRunner(self._layout, length, self._aims.x.shape[1], self._aims.loss)
        self._known[length] = found
        return found


class Teacher:
    """Learns windows.

    Attributes:
        windows: how many of them make a passage.
    """

    def __init__(self, network: Network, aims: Aims, windows: int, learns_initial: bool = False, most: int = 0) -> None:
        """Sets up.

        Args:
            network: any of these layers.
            aims: what is learned from.
            windows: how many make a passage.
            learns_initial: whether the states that a sequence begins with are learned, too.
            most: timesteps of all lengths of windows together that are set up at a time, beside a longer one.
        """
        self._aims, self.windows, self._most = aims, windows, most
        self._layout = Layout(network, aims.initial if learns_initial else ())
        self._reverse = [layer.reverse for layer in network.layers]
        self._idle: list[Runners] = []
        there = known_rows(aims.targets)
        self._there = None if there.all() else there
        rows = [end - first + (first in aims.afresh) for first, end in aims.windows]
        self._rows = max(sum(rows[at : at + windows]) for at in range(0, len(rows), windows))

    def walk(self, number: int, begin: Learned, optimizer: Optimizer) -> Walk:
        """One epoch from what it begins with; it pauses after every window, at how many timesteps have been passed.

        Raises:
            LossError: cross-entropy of a y that is no distribution.
        """
        start = Start(self._layout.vector(begin.network, begin.initial), begin.memory, begin.initial)
        record = Record(begin.network, self._layout, self._aims, self.windows, start)
        broken, place, runners = None, 0, self._runners()
        values = self._room(runners)
        while broken is None and place < record.passages:
            passage, stuck = self._passage(record, place, values, False), None
            while not passage.over and stuck is None:
                try:
                    self._learn(passage, runners, optimizer)
                except LossError as error:
                    stuck = error
                if not passage.over and stuck is None:
                    yield passage.span[0]
            broken = None if passage.fine() else self._once_more(record, place, optimizer).broken(self._reverse)
            if broken is None and stuck is not None:
                raise stuck
            count = len(passage.norms) if broken is None else broken[0] + 1
            if broken is not None:
                passage = self._once_more(record, place, optimizer, count)
            place += 1
            more = broken is None and place < record.passages
            record.note(passage, count, passage.end() if more else None)
            if broken is None:
                yield passage.spans[-1][1]
        passed, memory = len(record), passage.memory.copy()

        def again(place: int) -> Passage:
            return self._once_more(record, place, optimizer, passed - place * self.windows)

        record.close(passage.parameters.copy(), again)
        self._idle.append(runners)
        return Epoch(number, record, None if broken is None else broken[1], memory)

    def _passage(self, record: Record, place: int, values: Values, keep: bool) -> Passage:
        return Passage(record.start(place), record.spans(place), self._aims.afresh, values, keep)

    def _once_more(self, record: Record, place: int, optimizer: Optimizer, count: int | None = None) -> Passage:
        """A passage once more, with the parameters after every window, as far as it goes or to a number of windows."""
        runners = self._runners()
        passage = self._passage(record, place, self._room(runners), True)
        try:
            while not passage.over and (count is None or len(passage.norms) < count):
                self._learn(passage, runners, optimizer)
        except LossError:
            pass
        self._idle.append(runners)
        return passage

    def _learn(self, passage: Passage, runners: Runners, optimizer: Optimizer) -> None:
        """The next window of a passage, there and back, and the update after it."""
        aims, (first, end), afresh = self._aims, passage.span, passage.afresh
        runner, targets = runners.of(end - first), aims.targets[first:end]
        passage.run_by(runner, aims.initial)
        with np.errstate(all="ignore"):  # what is not finite is told, not warned about
            runner.forwards(aims.x[first:end])
            by = divisor(aims.reduction, targets)
            losses = runner.judge(targets, None if self._there is None else self._there[first:end], by, first + 1)
            passage.keep(losses)
            runner.back(afresh)
            parameters, gradients = ({ALL: runner.parameters},), ({ALL: runner.gradients},)
            memory, norm = optimizer.update(parameters, gradients, passage.memory)
            passage.add(norm, memory)

    def _runners(self) -> Runners:
        """What runs windows, and is used by nobody else until it is idle again."""
        return self._idle.pop() if self._idle else Runners(self._layout, self._aims, self._most)

    def _room(self, runners: Runners) -> Values:
        """Room for the longest passage."""
        first, end = self._aims.windows[0]
        return Values(self._rows, runners.of(end - first).runs)
