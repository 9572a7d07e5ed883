"""How far back a gradient reaches: the norm of dL/ds_k for a loss at one timestep t, over all k before it.

Where the factors from step to step are small it vanishes, where they are large it explodes (Bengio et al. 1994,
Learning long-term dependencies with gradient descent is difficult; Pascanu et al. 2013).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gradients import Judged, judged, way_back
from rnn_tui.core.losses import LossError, default_loss, targets_for
from rnn_tui.core.run import Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.window import Window, run_window

Array = NDArray[Any]
Span = tuple[int, int]
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
    beyond = range(t, min(t + FARTHEST, walk.last) + 1) if reverse else range(max(t - FARTHEST, 0) + 1, t + 1)
    least, most = _passed_on(walk, t)
    for own in found.values():  # from where no state comes, or to where none goes, there is no gradient
        own |= {k: 0.0 for k in beyond if not least <= k <= most}
    first = min(next(iter(found.values())))
    norms = {name: tuple(norm for _, norm in sorted(own.items())) for name, own in found.items()}
    largest = max((norm for own in norms.values() for norm in own), default=0.0)
    if largest <= NOISE * float(np.finfo(walk.network.dtype).eps) * possible:
        norms = {name: (0.0,) * len(own) for name, own in norms.items()}
    return Reach(value, first, norms)


def _windows(walk: Walk, t: int, aim: Aim) -> Iterator[Window]:
    """The stretches of the walk around t, from the last to the first, each with one set of parameters, and none of them
    over a timestep before which the states begin afresh."""
    size = sum(array.nbytes for layer in walk.network.layers for array in layer.parameters.values())
    room = max(ROOM // max(size, 1), 1)
    least, most = _passed_on(walk, t)
    if not walk.network.forwards:  # what comes before and what comes after is in one stretch
        far = min(FARTHEST, room)
        yield _window(walk, max(t - far, least - 1), min(t + far, most), aim.layer)
        return
    first, end = max(t - FARTHEST, least - 1), t
    while end > first:
        learned = walk.tape.cuts[walk.tape.cuts.of(end)][0] if walk.teaching is not None else 0
        start = max(first, learned, end - room)
        yield _window(walk, start, end, aim.layer)
        end = start


def _passed_on(walk: Walk, t: int) -> Span:
    """The timesteps around t, first and last, between which a state is passed on from one to the next."""
    resets = walk.sequence.resets
    place = int(np.searchsorted(resets, t, "right"))
    return int(resets[place - 1]) if place else 1, int(resets[place]) - 1 if place < len(resets) else walk.last


def _window(walk: Walk, start: int, end: int, layer: int) -> Window:
    """The timesteps after `start` up to `end`, of the layers up to one, from the states that the walk has there."""
    network = walk.chunk_at(start + 1).network.up_to(layer)
    steps, turned = walk.at(start + 1).layers, walk.at(end).layers
    layers = zip(network.layers, steps, turned, strict=False)
    before = tuple(back.state_prev if own.reverse else step.state_prev for own, step, back in layers)
    x = np.asarray(walk.sequence.x[start:end], network.dtype)
    return run_window(network, x, start + 1, before, done=walk.run.interventions)


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
