"""Which part of a table is in view: what matters most, each row and column named by its index, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]

STAYS = 1 / 4
"""The part of the strongest place's weight with which a place that was in view stays there."""
RANKED, FIRST = 32, 5
"""Places that have a rank; and those of them that are in view in most tables."""


@dataclass(frozen=True)
class Window:
    """Which part of a grid is in view: rows and columns from 0, ascending, and whether rows are named."""

    rows: Sequence[int]
    columns: Sequence[int]
    named: bool = False


def span(count: int, most: int, anchor: int) -> range:
    """At most `most` of `count`, `anchor` as near to their middle as the ends allow."""
    most = min(most, count)
    first = min(max(anchor - most // 2, 0), count - most)
    return range(first, first + most)


def in_view(weights: Array, most: int, selected: int | None = None, kept: Sequence[int] = ()) -> Sequence[int]:
    """At most `most` places, ascending; of more room only further places are shown, none other.

    Args:
        weights: how much every place matters.
        most: places that have room, 1 or more.
        selected: the place that one is at: it is in view with its neighbours, so that one can walk on.
        kept: what is in view whatever its weight, the most important first.

    Without a selection those of the largest weight are in view; of equal ones the first, so that what does not matter
    stays the same at every timestep.
    """
    count = len(weights)
    if count <= most:
        return range(count)
    if selected is None:
        order = [*kept, *np.argsort(-weights, kind="stable").tolist()]
    else:
        order = [selected, *kept, *sorted(range(count), key=lambda place: (abs(place - selected), place))]
    return tuple(sorted(list(dict.fromkeys(order))[:most]))


def ranking(weights: Array, before: Sequence[int] = ()) -> Sequence[int]:
    """The places that come first, so that what is in view changes little from one timestep to the next.

    A place keeps its rank as long as it has `STAYS` of the strongest one's weight. One that has less hands its rank to
    the nearest of those that have more, and so does one of the first for the strongest: then nothing else moves.

    Args:
        weights: how much every place matters.
        before: the ranking one timestep earlier.

    Returns:
        at most `RANKED` places, the strongest among the `FIRST`; none where nothing matters.
    """
    order = np.argsort(-weights, kind="stable")[:RANKED].tolist()
    if not order or not weights[order[0]] > 0:
        return ()
    strongest, least = order[0], STAYS * weights[order[0]]
    fresh = [place for place in order if weights[place] >= least and place not in before]
    ranks: list[int] = []
    for place in before:
        if weights[place] < least:
            if not fresh:
                continue
            place = min(fresh, key=lambda other: abs(other - place))
            fresh.remove(place)
        ranks.append(place)
    ranks = [*ranks, *fresh][:RANKED]
    if strongest not in ranks[:FIRST]:
        nearest = min(range(min(FIRST, len(ranks))), key=lambda rank: abs(ranks[rank] - strongest))
        if strongest in ranks:
            ranks[ranks.index(strongest)] = ranks[nearest]
        ranks[nearest] = strongest
    return tuple(ranks)


def skips(places: Sequence[int]) -> list[bool]:
    """For every place in view whether one before it, or several, are left out."""
    return [place != before + 1 for before, place in zip([-1, *places], places, strict=False)]


def runs(places: Sequence[int]) -> list[range]:
    """Ascending places as stretches without a gap."""
    starts = [index for index, skip in enumerate(skips(places)) if skip or not index]
    ends = [*starts[1:], len(places)]
    return [range(places[start], places[end - 1] + 1) for start, end in zip(starts, ends, strict=False)]
