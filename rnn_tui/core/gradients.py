"""Gradients of a loss by everything in a network, over a stretch of timesteps: backpropagation through time."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Rows
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.backward import Adjoint, step_back
from rnn_tui.core.equations import Name
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.interventions import Interventions
from rnn_tui.core.layer import Layer
from rnn_tui.core.losses import loss_of, loss_of_logits, targets_for
from rnn_tui.core.moment import sums_of
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.softmax import softmax_of
from rnn_tui.core.window import Window, run_window, windows_of

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Judged:
    """The loss of a window.

    Attributes:
        losses: (n,), of each timestep.
        dy: (n, O), its gradient by the y of the last layer.
        dz: (n, O), where y is a softmax and the loss its cross-entropy, the gradient by what the softmax is of,
            y - target, which is finite even where a y is 0; else None.
    """

    losses: Array
    dy: Array
    dz: Array | None = None


def judged(loss: str, window: Window, targets: Array) -> Judged:
    """The loss of a window against its targets, (n, O), and its gradient.

    Raises:
        LossError: cross-entropy of a y that is no distribution.
    """
    losses, dy = loss_of(loss, window.y, targets, window.first)
    z = _logits(window) if loss == "cross-entropy" else None
    if z is None:
        return Judged(losses, dy)
    losses, dz = loss_of_logits(z, window.y, targets)
    return Judged(losses, dy, dz)


def _logits(window: Window) -> Array | None:
    """(n, O), what the softmax is of that the y of the last layer is; None where it is none, or that has no name."""
    last = len(window.network.layers) - 1
    cell = window.network.layers[last].cell
    softmax = softmax_of(cell)
    if softmax is None or not window.done.names(last).isdisjoint(softmax.names):
        return None
    z, known = softmax.logits, {**window.inputs[last], **window.runs[last].named}
    name = z.name if isinstance(z, Name) and z.offset == 0 else sums_of(cell).get(z, "")
    return window.in_time(last, known[name]) if name in known else None


@dataclass(frozen=True, eq=False)
class WayBack:
    """The gradients of a window.

    Attributes:
        losses: (n,), the loss of each timestep.
        adjoints: for each layer and timestep of the window, in the order of time.
        parameters: for each layer name to the sum over the timesteps.
        x: (n, I).
        before: for each layer dL/ds before the window.
        afresh: for each layer dL/ds of what it begins afresh with, summed over all beginnings; a layer without one has
            nothing.
    """

    losses: Array
    adjoints: tuple[tuple[Adjoint, ...], ...]
    parameters: tuple[Mapping[str, Array], ...]
    x: Array
    before: tuple[State, ...]
    afresh: tuple[State, ...]


def way_back(window: Window, loss: Judged, later: tuple[State, ...] | None = None) -> WayBack:
    """Walks a window from its last timestep to its first.

    Args:
        window: the run.
        loss: its loss, and the gradient of that.
        later: for each layer dL/ds as the timestep that comes after the window hands it back; without it zeros.
    """
    network = window.network
    count, last = len(network.layers), len(network.layers) - 1
    above: list[Array] = [np.zeros_like(window.in_time(i, window.runs[i].named["y"])) for i in range(count)]
    above[last] = above[last] + loss.dy
    x = np.zeros((len(window), window.inputs[0]["x"].shape[1]), network.dtype)
    adjoints: list[tuple[Adjoint, ...]] = [()] * count
    before: list[State] = [{}] * count
    afresh: list[State] = [{}] * count
    sums: list[Mapping[str, Array]] = [{}] * count
    for index in range(last, -1, -1):
        after = None if later is None else later[index]
        dz = loss.dz if index == last else None
        walked, before[index], afresh[index] = _layer_back(window, index, above[index], dz, after)
        adjoints[index] = walked
        names = network.layers[index].parameters
        sums[index] = {name: sum_over(tuple(a.parameters[name] for a in walked)) for name in names}
        for source, name in zip(network.reads[index], network.layers[index].cell.inputs, strict=True):
            rows = np.stack([a.inputs[name] for a in walked])
            if source < 0:
                x = sum_over((x, rows))
            else:
                above[source] = sum_over((above[source], rows))
    return WayBack(loss.losses, tuple(adjoints), tuple(sums), x, tuple(before), tuple(afresh))


def sum_over(parts: tuple[Array, ...]) -> Array:
    """The sum of the parts of the timesteps, from the first to the last."""
    whole = parts[0]
    with np.errstate(all="ignore"):
        for part in parts[1:]:
            whole = whole + part
    return whole


def _layer_back(
    window: Window, index: int, dy: Array, dz: Array | None, later: State | None
) -> tuple[tuple[Adjoint, ...], State, State]:
    """The adjoints of a layer in the order of time, dL/ds before the window and of what begins afresh in it.

    It is walked against its own direction. What begins afresh reads nothing of the timestep before, which gets nothing.
    """
    layer: Layer = window.network.layers[index]
    n = len(window)
    order = range(n) if layer.reverse else range(n - 1, -1, -1)
    nothing = {name: np.zeros_like(array) for name, array in window.before[index].items()}
    later = nothing if later is None else later
    afresh: State = {}
    cuts = set(window.done.cuts(window.first, n, layer.reverse).tolist())
    walked: dict[int, Adjoint] = {}
    for row in order:
        t = window.first + row
        moment, own = window.moment(index, t), None if dz is None else dz[row]
        walked[row] = step_back(moment, dy[row], later, own, window.forced(index, t))
        later = walked[row].state_prev
        if window.row(index, t) in cuts:
            afresh = {name: sum_over((afresh[name], a)) if name in afresh else a for name, a in later.items()}
            later = nothing
    return tuple(walked[row] for row in range(n)), later, afresh


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of the whole sequence.

    Attributes:
        loss: the sum over the timesteps.
        losses: (T,), the loss of each.
        parameters: for each layer name to the gradient.
        x: (T, I).
        initial_state: for each layer name to dL/ds_0.
        windows: the way back through each window, first to last.
    """

    loss: float
    losses: Array
    parameters: tuple[Mapping[str, Array], ...]
    x: Array
    initial_state: tuple[State, ...]
    windows: tuple[WayBack, ...]


def gradients(
    network: Network,
    sequence: Sequence,
    loss: str = "sse",
    truncate: int = 0,
    initial_state: Rows[Mapping[str, Any]] | None = None,
) -> Gradients:
    """The gradient of the loss, summed over all timesteps, by all parameters, inputs and initial states.

    Args:
        network: with the parameters.
        sequence: with targets.
        loss: ``sse``, ``mse`` or ``cross-entropy``.
        truncate: windows of so many timesteps, between which the state is carried over and the gradient is not
            (PyTorch's usual truncated BPTT); 0 is the whole sequence.
        initial_state: as for `Simulator`.

    Raises:
        LossError: targets that do not fit.
        RangeError: a truncation below 0 or longer than the sequence.
        CellError: a sequence or initial state that does not fit.
    """
    targets, done = targets_for(sequence, network, loss), Interventions(resets=sequence.resets)
    before = initial = initial_states(network, sequence.input_size, initial_state)
    windows = []
    for first, end in windows_of(len(sequence), truncate, network):
        x = np.asarray(sequence.x[first:end], network.dtype)
        window = run_window(network, x, first + 1, before, initial, done)
        found = judged(loss, window, targets[first:end])
        windows.append(way_back(window, found))
        before = window.after()
    count = range(len(network.layers))
    parameters = tuple(
        {name: sum_over(tuple(w.parameters[k][name] for w in windows)) for name in network.layers[k].parameters}
        for k in count
    )
    every = np.concatenate([w.losses for w in windows])
    x = np.concatenate([w.x for w in windows])
    begins: tuple[State, ...] = tuple(
        {name: sum_over((array, *(w.afresh[k][name] for w in windows if w.afresh[k]))) for name, array in first.items()}
        for k, first in enumerate(windows[0].before)
    )
    return Gradients(float(every.sum()), every, parameters, x, begins, tuple(windows))
