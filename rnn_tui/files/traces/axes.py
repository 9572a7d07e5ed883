"""Which axis of an array is time, which are units, layers and sequences of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]
TIME, LAYERS, BATCH = "T", "L", "B"
EXACT, NEAR, FAR = 0, 1, 2


@dataclass(frozen=True)
class Axes:
    """What the axes of an array are, but the last, which is always the units.

    Attributes:
        roles: of each axis `TIME`, `LAYERS` or `BATCH`.
        fit: `EXACT` where it has as many timesteps as the sequence, `NEAR` where one more or less.
        sure: whether no other reading fits as well.
    """

    roles: tuple[str, ...]
    fit: int
    sure: bool

    def turned(self, array: Array) -> Array:
        """The array as (layers, sequences, timesteps, units)."""
        last = array.ndim - 1
        order = {role: [i for i, own in enumerate(self.roles) if own == role] for role in (LAYERS, BATCH, TIME)}
        axes = [*order[LAYERS], *order[BATCH], *order[TIME], last]
        layers = int(np.prod([array.shape[i] for i in order[LAYERS]], dtype=int))
        batch = int(np.prod([array.shape[i] for i in order[BATCH]], dtype=int))
        return np.transpose(array, axes).reshape(layers, batch, -1, array.shape[last])

    def words(self, shape: tuple[int, ...]) -> str:
        """How it was read, for a note."""
        said = {TIME: "timesteps", LAYERS: "layers", BATCH: "sequences"}
        return ", ".join(f"{n} {said[role]}" for n, role in zip(shape, self.roles, strict=False) if n > 1)


def find_axes(shape: tuple[int, ...], units: int, steps: int, layers: int) -> Axes | None:
    """What the axes of an array are; None where its last one does not have as many numbers as there are units.

    Args:
        shape: of the array.
        units: how many numbers a timestep has.
        steps: how many timesteps the sequence has.
        layers: how many layers may stand in it side by side; 1 where it is of one.
    """
    if len(shape) < 2 or shape[-1] != units:
        return None
    ranked = sorted((_rank(roles, shape, steps), roles) for roles in _readings(shape[:-1], layers))
    if not ranked:
        return None
    best, roles = ranked[0]
    others = [own for rank, own in ranked[1:] if rank[:2] == best[:2] and _differ(own, roles, shape)]
    return Axes(roles, best[0], not others)


def _differ(one: tuple[str, ...], other: tuple[str, ...], shape: tuple[int, ...]) -> bool:
    """Whether two readings are not the same but for axes of length 1."""
    return any(a != b for a, b, n in zip(one, other, shape, strict=False) if n > 1)


def _readings(shape: tuple[int, ...], layers: int) -> Iterator[tuple[str, ...]]:
    """Every way in which the axes can be meant."""
    for roles in product((BATCH, LAYERS, TIME), repeat=len(shape)):
        if roles.count(TIME) != 1 or roles.count(LAYERS) > 1:
            continue
        if any(role == LAYERS and (layers < 2 or n != layers) for role, n in zip(roles, shape, strict=True)):
            continue
        if sum(role == BATCH and n > 1 for role, n in zip(roles, shape, strict=True)) <= 1:
            yield roles


def _rank(roles: tuple[str, ...], shape: tuple[int, ...], steps: int) -> tuple[int, int, int]:
    """How well a reading fits, the smaller the better: the timesteps, layers before sequences, the batch first."""
    time = roles.index(TIME)
    off = abs(shape[time] - steps)
    batches = sum(role == BATCH and n > 1 for role, n in zip(roles, shape, strict=False))
    return (EXACT if off == 0 else NEAR if off == 1 else FAR, batches, off * 1000 + time * (-1))


def with_units(values: Array, units: int, steps: int) -> Array:
    """The array with an axis of units at its end, where it has none since there is one unit, or one timestep."""
    if values.ndim == 1 and units > 1 and values.shape == (units,) and steps == 1:
        return values[None]
    if units == 1 and (values.ndim < 2 or values.shape[-1] != 1):
        return values[..., None]
    return values
