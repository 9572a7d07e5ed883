"""Breakpoints: conditions that stop a walk through time, and why it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rnn_tui.core.conditions import Condition
from rnn_tui.core.run import Walk
from rnn_tui.core.search import holding, matches, quantity_sizes, search

MOST_SHOWN = 6
"""Numbers of a quantity that a reason tells."""


@dataclass(eq=False)
class Breakpoint:
    """A condition one stops at.

    Attributes:
        condition: the question; it is asked of the layer that was shown when it was set.
        layer: that layer, from 0.
        enabled: whether it stops.
        hits: how often one has arrived at it.
    """

    condition: Condition
    layer: int
    enabled: bool = True
    hits: int = 0

    @classmethod
    def parse(cls, text: str, walk: Walk, layer: int) -> Breakpoint:
        """A breakpoint on a layer (from 0). Raises ConditionError."""
        return cls(Condition.parse(text, quantity_sizes(walk, layer)), layer)


@dataclass(frozen=True)
class Stop:
    """Where a walk stopped.

    Attributes:
        t: the timestep.
        reason: why, in one line; empty where it is only the end of the way.
    """

    t: int
    reason: str = ""


class Breakpoints:
    """The breakpoints of a session."""

    def __init__(self, breakpoints: Iterable[Breakpoint] = ()) -> None:
        self.all = list(breakpoints)

    @classmethod
    def parse(cls, texts: Iterable[str], walk: Walk, layer: int) -> Breakpoints:
        """Breakpoints on a layer (from 0). Raises ConditionError."""
        return cls(Breakpoint.parse(text, walk, layer) for text in texts)

    def __len__(self) -> int:
        return len(self.all)

    def search(self, walk: Walk, t: int, direction: int) -> Iterator[int | None]:
        """The next (1) or previous (-1) timestep at which any enabled breakpoint holds; None after every chunk without.

        Raises nothing; ends without a timestep where there is none.
        """
        walks = {
            layer: search(walk, layer, tuple(b.condition for b in self.enabled if b.layer == layer), t, direction)
            for layer in {b.layer for b in self.enabled}
        }
        found: list[int] = []
        while walks:
            for layer, walk in list(walks.items()):
                hit = next(walk, -1)
                if hit is not None:
                    del walks[layer]
                    found += [hit] if hit > 0 else []
            if found:
                yield min(found) if direction > 0 else max(found)
                return
            yield None

    def matches(self, walk: Walk, index: int) -> list[int]:
        """The timesteps of a chunk at which any enabled breakpoint holds, ascending."""
        found = (matches(walk, b.layer, index, (b.condition,)) for b in self.enabled)
        return sorted({int(t) for hits in found for t in hits})

    @property
    def enabled(self) -> list[Breakpoint]:
        """Those that stop."""
        return [b for b in self.all if b.enabled]

    def between(self, walk: Walk, start: int, end: int) -> Stop:
        """Where a walk from `start` on to `end` stops: at the first breakpoint after start, at the first number that is
        not finite, or at the end."""
        broken = walk.tape.broken
        if broken is not None and start < broken <= end:
            end = broken
        if self.enabled:
            for hit in self.search(walk, start, 1):
                if hit is not None and hit <= end:
                    return Stop(hit, self.reason(walk, hit))
                if hit is not None or walk.tape.chunk_length * (start // walk.tape.chunk_length + 2) > end:
                    break
        if end == broken:
            return Stop(end, "a number is not finite")
        return Stop(end)

    def reason(self, walk: Walk, t: int) -> str:
        """Which breakpoints hold at t, and the numbers they speak of; empty where none does."""
        reasons = []
        for b in self.enabled:
            if holding(walk, b.layer, b.condition, t):
                step = walk.at(t).layers[b.layer]
                values = {**step.inputs, **step.values}
                told = [
                    f"{name} = " + " ".join(f"{v:.2f}" for v in values[name][:MOST_SHOWN]) for name in b.condition.names
                ]
                reasons.append("   ".join([b.condition.text, *told]))
        return "   ".join(reasons)

    def arrive(self, walk: Walk, t: int) -> None:
        """Counts the breakpoints that hold at t."""
        for b in self.enabled:
            b.hits += holding(walk, b.layer, b.condition, t)
