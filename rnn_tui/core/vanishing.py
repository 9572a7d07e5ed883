"""How far back a gradient reaches: the norm of dL/ds_k for a loss at one timestep t, over all k before it.

Where the factors from step to step are small it vanishes, where they are large it explodes (Bengio et al. 1994,
Learning long-term dependencies with gradient descent is difficult; Pascanu et al. 2013).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.gradients import Judged, judged, way_back
from rnn_tui.core.initial_state import State
from rnn_tui.core.losses import LossError, default_loss, targets_for
from rnn_tui.core.run import Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.window import Window, run_window

Array = NDArray[Any]
FARTHEST = 200
"""Timesteps that are looked at, back from t."""
ROOM = 2**28
"""Bytes that the gradients by parameters may take at a time on the way back."""
NOISE = 4096
"""Units of rounding, of the largest norm there could be, below which a norm is nothing else: 1e-12 in float64."""


@dataclass(frozen=True)
class Aim:
    """What L is: the loss of a timestep, or where it has none, or a person wants it so, one number of y.

    Attributes:
        layer: whose y it is made of, from 0.
        loss: its name; empty where L is a number of y.
        unit: which number, from 0.
        why: why L is no loss, where nobody chose that.
    """

    layer: int
    loss: str = ""
    unit: int = 0
    why: str = ""


@dataclass(frozen=True, eq=False)
class Reach:
    """How far back the gradient of one L reaches.

    Attributes:
        value: L.
        first: the first k.
        norms: for every state of the layer |dL/ds_k| from there on; exactly zero where they are rounding alone.
    """

    value: float
    first: int
    norms: Mapping[str, tuple[float, ...]]


def aim_at(walk: Walk, t: int, chosen: tuple[int, int] | None = None) -> Aim:
    """What L is at t: the loss of the run, as it learns or would learn.

    Args:
        walk: the run.
        t: 1 to T.
        chosen: the layer and the number of its y, from 0, that a person wants it to be; None where nobody does.
    """
    if chosen is not None:
        return Aim(chosen[0], unit=chosen[1])
    network, last = walk.network, len(walk.network.layers) - 1
    loss = walk.teaching.learner.learning.loss if walk.teaching is not None else default_loss(network)
    if walk.sequence.targets is None:
        return Aim(last, why="there are no targets")
    try:
        target = _target(walk, t, loss)
    except LossError:
        return Aim(last, why="the targets do not fit y")
    return Aim(last, why=f"t = {t} has no target") if np.isnan(target).any() else Aim(last, loss)


def reach(walk: Walk, layer: int, t: int, aim: Aim) -> Reach:
    """The norms of dL/ds_k by every state of a layer, with the numbers that the walk has computed.

    Every timestep counts with the parameters that were used at it. In a layer that runs backwards in time k goes from
    t on.

    Args:
        walk: what is differentiated.
        layer: index from 0, with a state.
        t: the timestep of L, 1 to the last that was walked.
        aim: what L is.

    Raises:
        InputError: a loss that this network has not, or a file that has become shorter.
    """
    return walk.memo.get(("reach", walk.epoch, layer, t, aim), lambda: _reach(walk, layer, t, aim))


def _reach(walk: Walk, layer: int, t: int, aim: Aim) -> Reach:
    states, reverse = walk.network.layers[layer].cell.states, walk.network.layers[layer].reverse
    found: dict[str, dict[int, float]] = {name: {} for name in states}
    value, later, possible = 0.0, None, 0.0
    for window in _windows(walk, t, aim):
        shares = Judged(np.zeros(len(window)), np.zeros_like(window.y))
        if t >= window.first and later is None:
            shares = _judged(walk, window, t, aim)
            value = float(shares.losses[t - window.first])
            possible = _possible(walk, layer, t, aim)
        back = way_back(window, shares, later, looked_at=True)
        later = back.before
        for adjoint in back.adjoints[layer]:
            if adjoint.t >= t if reverse else adjoint.t <= t:
                for name in states:
                    found[name][adjoint.t] = _norm(adjoint.named[name])
    first = min(next(iter(found.values())))
    norms = {name: tuple(norm for _, norm in sorted(own.items())) for name, own in found.items()}
    largest = max((norm for own in norms.values() for norm in own), default=0.0)
    if largest <= NOISE * float(np.finfo(walk.network.dtype).eps) * possible:
        norms = {name: (0.0,) * len(own) for name, own in norms.items()}
    return Reach(value, first, norms)


def _windows(walk: Walk, t: int, aim: Aim) -> Iterator[Window]:
    """The stretches of the walk around t, from the last to the first, each with one set of parameters."""
    size = sum(array.nbytes for layer in walk.network.layers for array in layer.parameters.values())
    room = max(ROOM // max(size, 1), 1)
    if not walk.network.forwards:  # what comes before and what comes after is in one stretch
        far = min(FARTHEST, room)
        yield _window(walk, max(t - far, 0), min(t + far, walk.last), aim.layer)
        return
    stride = walk.tape.chunk_length if walk.teaching is not None else len(walk)
    first, end = max(t - FARTHEST, 0), t
    while end > first:
        start = max(first, (end - 1) // stride * stride, end - room)
        yield _window(walk, start, end, aim.layer)
        end = start


def _window(walk: Walk, start: int, end: int, layer: int) -> Window:
    """The timesteps after `start` up to `end`, of the layers up to one, from the states that the walk has there."""
    network = walk.tape.chunk(start // walk.tape.chunk_length).network.up_to(layer)
    steps = walk.at(start).layers
    after = walk.at(end + 1).layers if end < walk.last and not network.forwards else None
    before: list[State] = []
    for index, own in enumerate(network.layers):
        if own.reverse:
            before.append(walk.initial_state[index] if after is None else after[index].state)
        else:
            before.append(steps[index].state)
    return run_window(network, np.asarray(walk.sequence.x[start:end], network.dtype), start + 1, tuple(before))


def _judged(walk: Walk, window: Window, t: int, aim: Aim) -> Judged:
    """L, which only timestep t of a window has, and its gradient."""
    row = t - window.first
    if aim.loss:
        targets = np.full_like(window.y, np.nan)
        targets[row] = _target(walk, t, aim.loss)
        return judged(aim.loss, window, targets)
    values, dy = np.zeros(len(window)), np.zeros_like(window.y)
    values[row], dy[row, aim.unit] = window.y[row, aim.unit], 1.0
    return Judged(values, dy)


def _target(walk: Walk, t: int, loss: str) -> Array:
    """(1, O), the target of one timestep. Raises LossError where it does not fit."""
    targets = walk.sequence.targets
    alone = Sequence(walk.sequence.x[t - 1 : t], None if targets is None else targets[t - 1 : t])
    return targets_for(alone, walk.network, loss)


def _possible(walk: Walk, layer: int, t: int, aim: Aim) -> float:
    """The largest norm there could be at t: the numbers of y, each with its share of the gradient, never cancel."""
    window, norms = _window(walk, t - 1, t, aim.layer), 0.0
    whole = _judged(walk, window, t, aim)
    slopes = whole.dy if whole.dz is None else whole.dz
    for unit in np.flatnonzero(slopes[0]):
        share = np.zeros_like(slopes)
        share[0, unit] = slopes[0, unit]
        dy, dz = (share, None) if whole.dz is None else (np.zeros_like(whole.dy), share)
        (adjoint,) = way_back(window, Judged(whole.losses, dy, dz), looked_at=True).adjoints[layer]
        norms += max(_norm(adjoint.named[name]) for name in adjoint.local)
    return norms


def _norm(array: Array) -> float:
    """The Euclidean norm, also where the squares are too large or too small for a float."""
    largest = float(np.abs(array).max(initial=0.0))
    if not largest or not math.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(np.asarray(array, np.float64) / largest))
