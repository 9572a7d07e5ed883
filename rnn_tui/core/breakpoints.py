"""Breakpoints: conditions that stop a walk through time, and why it stopped.

A breakpoint is data: its text, its layer, whether it is enabled. A `Watch` reads a number of them against one run; one
that does not fit it (a quantity that this cell does not have, a unit past the end of this x) is told and passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from rnn_tui.core.conditions import Condition
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import ConditionError
from rnn_tui.core.hits import Hits, hits_of
from rnn_tui.core.run import Walk
from rnn_tui.core.search import quantity_sizes
from rnn_tui.core.texts import one_line

MOST_SHOWN = 6
"""Numbers of a quantity that a reason tells."""
NOT_FINITE = "a number is not finite"


@dataclass(frozen=True)
class Breakpoint:
    """A condition one stops at.

    Attributes:
        text: the question; it is asked of one layer.
        layer: that layer, from 1, as the screen counts; 0 is the last.
        enabled: whether it stops.
    """

    text: str
    layer: int = 0
    enabled: bool = True

    def __post_init__(self) -> None:
        """Whoever wrote it, it can be shown; labels, which it is asked of, are made safe in the same way."""
        object.__setattr__(self, "text", one_line(self.text))

    def condition(self, walk: Walk) -> Condition:
        """The question, read for a run. Raises ConditionError where it is none, or does not fit the run."""
        if self.layer > len(walk.network.layers):
            why = f"there is no layer {self.layer} here"
            raise ConditionError("", self.text, why, f"the network has {len(walk.network.layers)}")
        return Condition.parse(self.text, quantity_sizes(walk, self.index(walk)))

    def index(self, walk: Walk) -> int:
        """Its layer, from 0."""
        return (self.layer or len(walk.network.layers)) - 1


@dataclass(frozen=True)
class Stop:
    """Where a walk stopped.

    Attributes:
        t: the timestep.
        reason: why, in one line; empty where it is only the end of the way.
    """

    t: int
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Watch:
    """Breakpoints read for a run.

    Attributes:
        walk: the run.
        breakpoints: all of them, in order.
    """

    walk: Walk
    breakpoints: tuple[Breakpoint, ...]

    @cached_property
    def _read(self) -> dict[Breakpoint, Condition | str]:
        """For each its condition, or why it has none here."""
        found: dict[Breakpoint, Condition | str] = {}
        for each in self.breakpoints:
            try:
                found[each] = each.condition(self.walk)
            except ConditionError as error:
                found[each] = f"{each.text}: {error.why}" + (f"; {error.hint}" if error.hint else "")
        return found

    @property
    def refused(self) -> dict[Breakpoint, str]:
        """Those that do not fit the run, and for each a sentence that says why."""
        return {each: why for each, why in self._read.items() if isinstance(why, str)}

    @property
    def active(self) -> dict[Breakpoint, Condition]:
        """Those that can stop: they are enabled and fit."""
        return {b: condition for b, condition in self._read.items() if b.enabled and isinstance(condition, Condition)}

    @cached_property
    def _hits(self) -> dict[Breakpoint, Hits]:
        """For each that fits where it holds, as far as one has looked."""
        fit = {each: condition for each, condition in self._read.items() if isinstance(condition, Condition)}
        return {each: hits_of(self.walk, each.index(self.walk), condition) for each, condition in fit.items()}

    @cached_property
    def _active(self) -> list[Hits]:
        return [self._hits[each] for each in self.active]

    def found(self, breakpoint_: Breakpoint) -> Hits | None:
        """Where one of the breakpoints holds, enabled or not, as far as one has looked; None where it does not fit."""
        return self._hits.get(breakpoint_)

    def matches(self, index: int) -> list[int]:
        """The timesteps of a chunk at which any breakpoint holds that can stop, ascending."""
        return sorted({t for hits in self._active for t in hits.of(index).tolist()})

    def search(self, t: int, direction: int) -> Iterator[int | None]:
        """The next timestep after t (direction 1) or the last before it (-1) at which any breakpoint holds.

        Yields None after every piece that has none, so that the caller can do something else in between, and the
        timestep last, if there is one. A chunk that has not been passed yet is computed on the way.
        """
        cuts = self.walk.tape.cuts
        order = range(cuts.of(t), -1, -1) if direction < 0 else range(cuts.of(t + 1), len(cuts))
        for index in order:
            for hits in self._active:
                for _ in hits.looking(index):
                    yield None
            found = [hit for hit in self.matches(index) if (hit > t if direction > 0 else hit < t)]
            if found:
                yield found[0] if direction > 0 else found[-1]
                return
            yield None

    def between(self, start: int, end: int) -> Stop:
        """Where a walk from `start` on to `end` stops: at the first breakpoint after start, at the first number that is
        not finite, or at the end."""
        tape = self.walk.tape
        for index in tape.cuts.between(start + 1, end):
            chunk = tape.chunk(index)  # which also finds the first number that is not finite
            last = min(end, chunk.first + chunk.length - 1)
            hit = next((t for t in self.matches(index) if start < t <= last), None)
            if tape.broken is not None and start < tape.broken < (last + 1 if hit is None else hit):
                return Stop(tape.broken, NOT_FINITE)
            if hit is not None:
                return Stop(hit, self.reason(hit))
        return Stop(end)

    def reason(self, t: int) -> str:
        """Which breakpoints that can stop hold at t, and the numbers they speak of; empty where none does."""
        reasons = []
        for each, condition in self.active.items():
            if self.holds(each, t):
                step = self.walk.at(t).layers[each.index(self.walk)]
                values = {**step.inputs, **step.values}
                told = [
                    f"{name} = " + " ".join(f"{v:.2f}" for v in values[name][:MOST_SHOWN]) for name in condition.names
                ]
                reasons.append("   ".join([each.text, *told]))
        return "   ".join(reasons)

    def holds(self, breakpoint_: Breakpoint, t: int) -> bool:
        """Whether one of the breakpoints, enabled or not, holds at a timestep."""
        found = self.found(breakpoint_)
        if found is None or not 1 <= t <= self.walk.last:
            return False
        return t in found.of(self.walk.tape.cuts.of(t)).tolist()
