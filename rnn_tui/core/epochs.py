"""A simulator whose weights learn: the tape of one epoch at a time, with what each timestep taught."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Sequence as Rows
from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.backward import Adjoint
from rnn_tui.core.digest import Digest
from rnn_tui.core.gradients import sum_over
from rnn_tui.core.learning import Epoch, Learner, Learning, Update
from rnn_tui.core.network import Network
from rnn_tui.core.plan import plan_of
from rnn_tui.core.runner import Runner
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.core.tape import Chunk

Array = NDArray[Any]


class EpochTape:
    """An epoch as a tape: its windows are the chunks, each with the parameters that were used in it.

    Attributes: as of `tape.Tape`.
    """

    def __init__(self, epoch: Epoch, chunk_length: int, sizes: tuple[dict[str, int], ...]) -> None:
        self.epoch = epoch
        self.network = epoch.updates[0].window.network
        self.runners = tuple(
            Runner(plan_of(layer.cell), layer.parameters, own, self.network.dtype)
            for layer, own in zip(self.network.layers, sizes, strict=True)
        )
        self.chunk_length, self.chunks = chunk_length, len(epoch.updates)
        self.done, self.broken = self.chunks, epoch.broken
        reverse = [layer.reverse for layer in self.network.layers]
        self.digest = Digest(self.runners, reverse, len(epoch.losses), chunk_length)
        for update in epoch.updates:
            self.digest.add(update.window.first, update.window.runs)

    def advance(self) -> bool:
        """There is nothing left to pass."""
        return False

    def chunk(self, index: int) -> Chunk:
        """A window as a chunk."""
        window = self.epoch.updates[min(index, self.chunks - 1)].window
        return Chunk(window.first, len(window), window.runs, window.inputs, window.network)


class LearningSimulator(Simulator):
    """A simulator whose parameters change after every window: a cursor in one epoch of a learner.

    Attributes:
        learner: what learns.
        walked: the epoch that is walked.
    """

    def __init__(
        self,
        network: Network,
        sequence: Sequence,
        learning: Learning,
        initial_state: Rows[Mapping[str, Any]] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Begins at the first epoch, which is walked at once; `progress` is told how far that is.

        Raises:
            InputError: targets, a truncation, an initial state or a setting that does not fit.
        """
        super().__init__(network, sequence, initial_state)
        self.learner = Learner(network, sequence, learning, initial_state)
        self.learner.progress = progress
        self._walk(1)

    @property
    def epoch(self) -> int:
        """The epoch that is walked, from 1. Setting it raises RangeError where there is no such epoch."""
        return self.walked.number

    @epoch.setter
    def epoch(self, number: int) -> None:
        if number != self.walked.number:
            self._walk(number)

    def _walk(self, number: int) -> None:
        self.walked: Epoch = self.learner.epoch(number)
        length = self.learner.learning.truncate or len(self.sequence)
        self.tape = EpochTape(self.walked, length, self.sizes)

    def advance(self) -> bool:
        """Learns one more window in the background; False when learning is over."""
        return self.learner.advance()

    @property
    def walkable(self) -> int:
        """The last timestep that was walked in this epoch: all, unless it broke."""
        last = self.walked.updates[-1].window
        return last.first + len(last) - 1

    @property
    def progress(self) -> tuple[int, int]:
        """Epochs learned, of how many."""
        return len(self.learner.losses), self.learner.last

    def reset(self) -> Any:
        """Back to t = 0 of the first epoch, with the very parameters one began with."""
        self.epoch = 1
        return self.seek(0)

    def update_at(self, t: int) -> Update:
        """The window that t (1 to T) is in, with its gradients and the parameters after it."""
        return self.walked.updates[min((t - 1) // self.tape.chunk_length, len(self.walked.updates) - 1)]

    def loss_at(self, t: int) -> float:
        """The loss of timestep t."""
        return float(self.walked.losses[t - 1])

    def target_at(self, t: int) -> Array:
        """(O,), what y_t should be; NaN where there is no target."""
        row: Array = self.learner.targets[t - 1]
        return row

    def adjoint(self, layer: int, t: int) -> Adjoint:
        """The gradients of a layer (from 0) at t."""
        update = self.update_at(t)
        return update.back.adjoints[layer][t - update.window.first]

    def parameters_after(self, layer: int, t: int) -> Mapping[str, Array]:
        """The parameters that the timestep after t's window uses."""
        return self.update_at(t).after.layers[layer].parameters

    def sum_back(self, layer: int, name: str, t: int) -> Array:
        """dL/dW summed from the last timestep of t's window back to t: what the way back has gathered by then."""
        update = self.update_at(t)
        adjoints = update.back.adjoints[layer][t - update.window.first :]
        return sum_over(tuple(adjoint.parameters[name] for adjoint in reversed(adjoints)))
