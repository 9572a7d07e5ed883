"""Gradients of a loss by everything in a network, over a stretch of timesteps: backpropagation through time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Rows
from dataclasses import replace
from functools import cached_property, reduce
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.backward import Adjoint, step_back
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.equations import Name
from rnn_tui.core.initial_state import State, initial_states
from rnn_tui.core.losses import divisor, loss_of, loss_of_logits, shared, targets_for
from rnn_tui.core.moment import sums_of
from rnn_tui.core.network import Network
from rnn_tui.core.reverse import EVERYTHING, Asked, Reverse
from rnn_tui.core.reverse_network import ReverseNetwork
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.softmax import softmax_of
from rnn_tui.core.window import Window, run_window, windows_of

Array = NDArray[Any]
KEPT_SUMS = 32
"""Every so many timesteps a sum of gradients is kept, from which others go on."""


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
    by = divisor(reduction, targets)
    losses, dy = loss_of(loss, window.y, targets, window.first)
    z = logits(window) if loss == "cross-entropy" else None
    if z is None:
        return Judged(shared(losses, by), shared(dy, by))
    losses, dz = loss_of_logits(z, window.y, targets)
    return Judged(shared(losses, by), shared(dy, by), shared(dz, by))


def logits(window: Window) -> Array | None:
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
        window: the run.
        loss: its loss, and the gradient of that.
        later: for each layer dL/ds as it comes from the timestep after the window; None for nothing.
        parameters: for each layer name to the sum over the timesteps.
        x: (n, I).
        before: for each layer dL/ds before the window.
        walked: what comes back to every timestep; None where that has not been kept.
    """

    window: Window
    loss: Judged
    later: tuple[State, ...] | None
    parameters: tuple[Mapping[str, Array], ...]
    x: Array
    before: tuple[State, ...]
    walked: ReverseNetwork | None

    @property
    def losses(self) -> Array:
        """(n,), the loss of each timestep."""
        return self.loss.losses

    @cached_property
    def adjoints(self) -> tuple[Adjoints, ...]:
        """For each layer the gradients at every timestep of the window, in the order of time.

        They are worked out when they are looked at; where it was not kept what comes back to a timestep, the window is
        walked once more, in the same way.
        """
        walked = self.walked or _walked(self.window, self.loss, self.later, EVERYTHING)
        every = zip(walked.layers, walked.above, strict=True)
        return tuple(Adjoints(self, index, layer, dy) for index, (layer, dy) in enumerate(every))


class Adjoints(Rows[Adjoint]):
    """The gradients of a layer at every timestep of a window, in the order of time; each made when it is looked at."""

    def __init__(self, back: WayBack, layer: int, walked: Reverse, dy: Array) -> None:
        self._window, self._layer, self._walked, self._dy = back.window, layer, walked, dy
        self._dz = back.loss.dz if layer == len(back.parameters) - 1 else None
        self._known: dict[int, Adjoint] = {}
        self._sums: dict[str, dict[int, Array]] = {}

    def __len__(self) -> int:
        return len(self._window)

    @overload
    def __getitem__(self, row: int) -> Adjoint: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Adjoint, ...]: ...
    def __getitem__(self, row: int | slice) -> Adjoint | tuple[Adjoint, ...]:
        if isinstance(row, slice):
            return tuple(self[each] for each in range(*row.indices(len(self))))
        place = range(len(self))[row]
        if place not in self._known:
            self._known[place] = self._made(place)
        return self._known[place]

    def gathered(self, name: str, row: int) -> Array:
        """dL/dW summed from the last timestep of the window back to one: what the way back has gathered by then."""
        known = self._sums.setdefault(name, {})
        begin = min((place for place in known if place >= row), default=len(self))
        whole = known.get(begin)
        with np.errstate(all="ignore"):
            for place in range(begin - 1, row - 1, -1):
                part = self[place].parameters[name]
                whole = part if whole is None else whole + part
                if place % KEPT_SUMS == 0 or place == row:
                    known[place] = whole
        for place in [each for each in known if each % KEPT_SUMS and each != row]:
            del known[place]
        assert whole is not None
        return whole

    def _made(self, row: int) -> Adjoint:
        t, walked = self._window.first + row, self._walked
        place, dz = self._window.row(self._layer, t), None if self._dz is None else self._dz[row]
        later = {name: read[place + 1] for name, read in walked.read.items()}
        moment = self._window.moment(self._layer, t)
        found = step_back(moment, self._dy[row], later, dz, forced=self._window.done.at(self._layer, t, moment.values))
        # what the timestep before and the layers below go by is what was handed to them, to the bit
        return replace(
            found,
            state_prev={name: read[place] for name, read in walked.read.items()},
            inputs={name: rows[place] for name, rows in walked.inputs.items()},
        )


def way_back(window: Window, loss: Judged, later: tuple[State, ...] | None = None, looked_at: bool = False) -> WayBack:
    """Walks a window from its last timestep to its first.

    Args:
        window: the run.
        loss: its loss, and the gradient of that.
        later: for each layer dL/ds as the timestep that comes after the window hands it back; without it zeros.
        looked_at: whether the gradients at single timesteps will be asked for.
    """
    walked = _walked(window, loss, later, EVERYTHING if looked_at else Asked(states=False))
    assert walked.x is not None
    parameters = tuple(layer.parameters for layer in walked.layers)
    before = tuple(layer.before for layer in walked.layers)
    return WayBack(window.lean(), loss, later, parameters, walked.x, before, walked if looked_at else None)


def _walked(window: Window, loss: Judged, later: tuple[State, ...] | None, asked: Asked) -> ReverseNetwork:
    return ReverseNetwork(window.network, window.whole().runs, loss.dy, loss.dz, later, asked)


def _total(parts: Iterable[Array]) -> Array:
    """The sum of the parts of the windows, from the first to the last."""
    with np.errstate(all="ignore"):
        return np.asarray(reduce(np.add, parts))


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

    Where states begin afresh before a timestep of the sequence, no gradient comes back over it.

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
    initial = before = initial_states(network, sequence.input_size, initial_state)
    windows, afresh, begun = [], {0, *(sequence.resets - 1).tolist()}, []
    for first, end in windows_of(len(sequence), truncate, network, sequence.resets):
        before = initial if first in afresh else before
        window = run_window(network, np.asarray(sequence.x[first:end], network.dtype), first + 1, before)
        found = judged(loss, window, targets[first:end])
        windows.append(way_back(window, found))
        begun += [windows[-1].before] if first in afresh else []
        before = window.after()
    count = range(len(network.layers))
    parameters = tuple(
        {name: _total(w.parameters[k][name] for w in windows) for name in network.layers[k].parameters} for k in count
    )
    every = np.concatenate([w.losses for w in windows])
    x = np.concatenate([w.x for w in windows])
    by_initial = tuple({name: _total(own[k][name] for own in begun) for name in initial[k]} for k in count)
    return Gradients(float(every.sum()), every, parameters, x, by_initial, tuple(windows))
