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
from rnn_tui.core.errors import RangeError
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.layer import Layer
from rnn_tui.core.losses import divisor, loss_of, loss_of_logits, targets_for
from rnn_tui.core.moment import Moment, sums_of
from rnn_tui.core.network import Network
from rnn_tui.core.plan import plan_of
from rnn_tui.core.runner import Runner
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.softmax import softmax_of
from rnn_tui.core.stretches import Ran

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of n timesteps run with one set of parameters, forwards.

    Attributes:
        first: its first timestep, from 1.
        network: with the parameters used.
        runs: what each layer computed, in the direction in which it runs.
        inputs: for each layer name to (n, size), in that direction.
        before: the state of each layer before its first timestep of the window.
    """

    first: int
    network: Network
    runs: tuple[Ran, ...]
    inputs: tuple[Mapping[str, Array], ...]
    before: tuple[State, ...]

    def __len__(self) -> int:
        return self.runs[0].length

    @property
    def y(self) -> Array:
        """(n, O), the outputs of the last layer in the order of time."""
        return self.in_time(len(self.runs) - 1, self.runs[-1].named["y"])

    def in_time(self, layer: int, array: Array) -> Array:
        """Rows of a layer in the order of time."""
        return array[::-1] if self.network.layers[layer].reverse else array

    def after(self) -> tuple[State, ...]:
        """The state of each layer after the window; a backward layer begins anew."""
        return tuple(
            before if layer.reverse else {name: array[-1] for name, array in run.states.items()}
            for layer, run, before in zip(self.network.layers, self.runs, self.before, strict=True)
        )

    def row(self, layer: int, t: int) -> int:
        """The row of timestep t in a layer's run."""
        row = t - self.first
        return len(self) - 1 - row if self.network.layers[layer].reverse else row

    def moment(self, layer: int, t: int) -> Moment:
        """What a layer computed at t."""
        row, run = self.row(layer, t), self.runs[layer]
        return Moment(
            cell=self.network.layers[layer].cell,
            t=t,
            inputs={name: array[row] for name, array in self.inputs[layer].items()},
            state_prev={name: array[row] for name, array in run.states.items()},
            values={name: array[row] for name, array in run.named.items()},
            parameters=self.network.layers[layer].parameters,
        )


def run_window(network: Network, x: Array, first: int, before: tuple[State, ...]) -> Window:
    """Runs all layers over the rows of x, which is the timestep `first` and those after it."""
    sizes = network.sizes(x.shape[1])
    runs: list[Ran] = []
    inputs: list[Mapping[str, Array]] = []
    for index, layer in enumerate(network.layers):
        given = []
        for source in network.reads[index]:
            rows = x if source < 0 else runs[source].named["y"]
            if source >= 0 and network.layers[source].reverse:
                rows = rows[::-1]
            given.append(np.ascontiguousarray(rows[::-1] if layer.reverse else rows, network.dtype))
        own = dict(zip(layer.cell.inputs, given, strict=True))
        runner = Runner(plan_of(layer.cell), layer.parameters, sizes[index], network.dtype)
        runs.append(runner.run(own, before[index]))
        inputs.append(own)
    return Window(first, network, tuple(runs), tuple(inputs), before)


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


def judged(loss: str, window: Window, targets: Array, reduction: str = "sum") -> Judged:
    """The loss of a window against its targets, (n, O), and its gradient.

    Raises:
        LossError: cross-entropy of a y that is no distribution.
    """
    by = window.y.dtype.type(divisor(reduction, targets))
    losses, dy = loss_of(loss, window.y, targets, window.first)
    z = _logits(window) if loss == "cross-entropy" else None
    if z is None:
        return Judged(losses / by, dy / by)
    losses, dz = loss_of_logits(z, window.y, targets)
    return Judged(losses / by, dy / by, dz / by)


def _logits(window: Window) -> Array | None:
    """(n, O), what the softmax is of that the y of the last layer is; None where it is none, or that has no name."""
    last = len(window.network.layers) - 1
    cell = window.network.layers[last].cell
    softmax = softmax_of(cell)
    if softmax is None:
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
    """

    losses: Array
    adjoints: tuple[tuple[Adjoint, ...], ...]
    parameters: tuple[Mapping[str, Array], ...]
    x: Array
    before: tuple[State, ...]


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
    sums: list[Mapping[str, Array]] = [{}] * count
    for index in range(last, -1, -1):
        after = None if later is None else later[index]
        walked = _layer_back(window, index, above[index], loss.dz if index == last else None, after)
        first = walked[-1] if network.layers[index].reverse else walked[0]
        adjoints[index], before[index] = walked, first.state_prev
        names = network.layers[index].parameters
        sums[index] = {name: sum_over(tuple(a.parameters[name] for a in walked)) for name in names}
        for source, name in zip(network.reads[index], network.layers[index].cell.inputs, strict=True):
            rows = np.stack([a.inputs[name] for a in walked])
            if source < 0:
                x = sum_over((x, rows))
            else:
                above[source] = sum_over((above[source], rows))
    return WayBack(loss.losses, tuple(adjoints), tuple(sums), x, tuple(before))


def sum_over(parts: tuple[Array, ...]) -> Array:
    """The sum of the parts of the timesteps, from the first to the last."""
    whole = parts[0]
    with np.errstate(all="ignore"):
        for part in parts[1:]:
            whole = whole + part
    return whole


def _layer_back(window: Window, index: int, dy: Array, dz: Array | None, later: State | None) -> tuple[Adjoint, ...]:
    """The adjoints of a layer in the order of time; it is walked against its own direction."""
    layer: Layer = window.network.layers[index]
    n = len(window)
    order = range(n) if layer.reverse else range(n - 1, -1, -1)
    if later is None:
        later = {name: np.zeros_like(array) for name, array in window.before[index].items()}
    walked: dict[int, Adjoint] = {}
    for row in order:
        t = window.first + row
        walked[row] = step_back(window.moment(index, t), dy[row], later, None if dz is None else dz[row])
        later = walked[row].state_prev
    return tuple(walked[row] for row in range(n))


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
    targets = targets_for(sequence, network, loss)
    before = initial_states(network, sequence.input_size, initial_state)
    windows = []
    for first, end in windows_of(len(sequence), truncate, network):
        window = run_window(network, np.asarray(sequence.x[first:end], network.dtype), first + 1, before)
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
    return Gradients(float(every.sum()), every, parameters, x, windows[0].before, tuple(windows))


def windows_of(length: int, truncate: int, network: Network) -> list[tuple[int, int]]:
    """The windows of a sequence as rows: first, and one past the last.

    Raises:
        RangeError: a truncation below 0 or longer than the sequence, or of a network that runs backwards in time.
    """
    if truncate < 0 or truncate > length:
        why = f"{truncate} is no number of timesteps of this sequence"
        raise RangeError("", "", why, f"1 to {length}, or 0 for the whole sequence", "truncate")
    if truncate and not network.forwards:
        why = "a layer that runs backwards in time needs the whole sequence"
        raise RangeError("", "", why, "write truncate = 0", "truncate")
    step = truncate or length
    return [(first, min(first + step, length)) for first in range(0, length, step)]
