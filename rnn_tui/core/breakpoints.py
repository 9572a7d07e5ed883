"""Breakpoints: conditions that stop a walk through time, and why it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rnn_tui.core import search as one_layer
from rnn_tui.core.conditions import Condition, ConditionError
from rnn_tui.core.run import Walk

MOST_SHOWN = 6
"""Numbers of a quantity that a reason tells."""


@dataclass(frozen=True)
class Breakpoint:
    """A condition one stops at.

    Attributes:
        text: the condition.
        layer: the layer it is asked of, from 1; 0 is the last.
        enabled: whether it stops.
    """

    text: str
    layer: int = 0
    enabled: bool = True

    def index(self, walk: Walk) -> int:
        """The layer, from 0."""
        return (self.layer or len(walk.network.layers)) - 1

    def compiled(self, walk: Walk) -> Condition:
        """The condition over the quantities of a walk. Raises ConditionError where it does not fit."""
        if self.layer > len(walk.network.layers):
            why = f"there is no layer {self.layer}"
            raise ConditionError(f"break {self.text[:60]!r}", "", why, f"the network has {len(walk.network.layers)}")
        sizes = one_layer.quantity_sizes(walk, self.index(walk))
        key = ("condition", self.text, self.index(walk))
        condition: Condition = walk.memo.get(key, lambda: Condition.parse(self.text, sizes))
        return condition

    def trouble(self, walk: Walk) -> str:
        """Why it cannot be asked of a walk; empty where it can."""
        try:
            self.compiled(walk)
        except ConditionError as error:
            return str(error)
        return ""

    def holds(self, walk: Walk, t: int) -> bool:
        """Whether it holds at a timestep; one that cannot be asked never does."""
        return not self.trouble(walk) and one_layer.holding(walk, self.index(walk), self.compiled(walk), t)

    def hits(self, walk: Walk, times: Sequence[int]) -> int:
        """At how many of some timesteps it holds."""
        return sum(self.holds(walk, t) for t in times)


@dataclass(frozen=True)
class Stop:
    """Where a walk stopped.

    Attributes:
        t: the timestep.
        reason: why, in one line; empty where it is only the end of the way.
    """

    t: int
    reason: str = ""


def asked(walk: Walk, breaks: Sequence[Breakpoint]) -> dict[int, tuple[Condition, ...]]:
    """The conditions that stop a walk, by layer from 0; those that cannot be asked of it are left out."""
    found: dict[int, tuple[Condition, ...]] = {}
    for each in breaks:
        if each.enabled and not each.trouble(walk):
            found[each.index(walk)] = (*found.get(each.index(walk), ()), each.compiled(walk))
    return found


def matches(walk: Walk, breaks: Sequence[Breakpoint], index: int) -> list[int]:
    """The timesteps of a chunk at which any of them holds, ascending."""
    found = (one_layer.matches(walk, layer, index, every) for layer, every in asked(walk, breaks).items())
    return sorted({int(t) for hits in found for t in hits})


def search(walk: Walk, breaks: Sequence[Breakpoint], t: int, direction: int) -> Iterator[int | None]:
    """The next (1) or previous (-1) timestep at which any holds; None after every chunk without.

    Ends without a timestep where there is none.
    """
    ways = {layer: one_layer.search(walk, layer, every, t, direction) for layer, every in asked(walk, breaks).items()}
    found: list[int] = []
    while ways:
        for layer, way in list(ways.items()):
            hit = next(way, -1)
            if hit is not None:
                del ways[layer]
                found += [hit] if hit > 0 else []
        if found:
            yield min(found) if direction > 0 else max(found)
            return
        yield None


def first_stop(walk: Walk, breaks: Sequence[Breakpoint], start: int, end: int) -> Stop:
    """Where a walk from `start` on to `end` stops: at the first breakpoint after start, at the first number that is not
    finite, or at the end."""
    length = walk.tape.chunk_length
    for index in range(start // length, (max(end, 1) - 1) // length + 1):
        hit = next((t for t in matches(walk, breaks, index) if start < t <= end), None)
        broken = walk.tape.broken
        if broken is not None and start < broken <= min(end, hit or end):
            return Stop(broken, "a number is not finite")
        if hit is not None:
            return Stop(hit, reason(walk, breaks, hit))
    return Stop(end)


def reason(walk: Walk, breaks: Sequence[Breakpoint], t: int) -> str:
    """Which breakpoints hold at t, and the numbers they speak of; empty where none does."""
    reasons = []
    for each in breaks:
        if each.enabled and each.holds(walk, t):
            step = walk.at(t).layers[each.index(walk)]
            values = {**step.inputs, **step.values}
            told = [
                f"{name} = " + " ".join(f"{v:.2f}" for v in values[name][:MOST_SHOWN])
                for name in each.compiled(walk).names
            ]
            reasons.append("   ".join([each.text, *told]))
    return "   ".join(reasons)
