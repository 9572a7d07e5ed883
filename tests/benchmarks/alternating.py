"""Measuring side by side: each contestant has one turn a round, so that a slow moment of the machine hits them all."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

Turn = Callable[[], float]
"""One turn of a contestant; returns the seconds it took."""


def medians(turns: Mapping[str, Turn], rounds: int) -> dict[str, float]:
    """The median turn of each contestant, in seconds; a round before the first is not counted."""
    return {name: statistics.median(seconds) for name, seconds in _rounds(turns, rounds).items()}


def minima(turns: Mapping[str, Turn], rounds: int) -> dict[str, float]:
    """The shortest turn of each: of what a busy machine makes longer at random, as a start."""
    return {name: min(seconds) for name, seconds in _rounds(turns, rounds).items()}


def _rounds(turns: Mapping[str, Turn], rounds: int) -> dict[str, list[float]]:
    names = list(turns)
    taken: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()  # what was there before is not a contestant's garbage
    try:
        for number in range(rounds + 1):
            for name in names if number % 2 else reversed(names):
                seconds = turns[name]()
                if number:
                    taken[name].append(seconds)
    finally:
        gc.unfreeze()
    return taken


def timed(work: Callable[..., object], prepare: Callable[[], Any] | None = None) -> Turn:
    """A turn that does `work`, given what `prepare` makes before the clock starts."""

    def turn() -> float:
        given = () if prepare is None else (prepare(),)
        start = time.perf_counter()
        work(*given)
        return time.perf_counter() - start

    return turn
