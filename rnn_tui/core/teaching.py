"""What learning adds to a walk: the windows of an epoch as a tape, and what each timestep taught."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from rnn_tui.core.carried import Carried
from rnn_tui.core.chunk import Chunk
from rnn_tui.core.digest import Digest
from rnn_tui.core.learning import LONGEST
from rnn_tui.core.memo import Memo
from rnn_tui.core.plan import plan_of
from rnn_tui.core.readout import Score
from rnn_tui.core.runner import Runner
from rnn_tui.core.store import Store

if TYPE_CHECKING:
    from rnn_tui.core.backward import Adjoint
    from rnn_tui.core.epochs import Epoch, Update
    from rnn_tui.core.gradients import WayBack
    from rnn_tui.core.learner import Learner

Array = NDArray[Any]
KEPT_WINDOWS = 2


class EpochTape:
    r"""An epoch as a tape: its windows are the chunks, each with the parameters that were used in it. What they look
    like is known at once, but of a long epoch only as far as one has `advance`\ d.

    Attributes: as of `tape.Tape`.
    """

    def __init__(self, epoch: Epoch, sizes: tuple[dict[str, int], ...], score: Score | None = None) -> None:
        self.epoch, self.score = epoch, score
        self.store: Store | None = None
        self.network, self.initial = epoch.begin.network, epoch.begin.initial
        self.runners = tuple(
            Runner(plan_of(layer.cell), layer.parameters, own, self.network.dtype)
            for layer, own in zip(self.network.layers, sizes, strict=True)
        )
        self.cuts, self.chunks = epoch.cuts, len(epoch.updates)
        self.done, self.broken = 0, epoch.broken
        reverse = [layer.reverse for layer in self.network.layers]
        self.digest = Digest(self.runners, reverse, len(epoch.losses), self.cuts.longest)
        self.carried = Carried(self.runners, len(epoch.losses), self.chunks)  # filled in when it is asked for
        while len(epoch.losses) <= LONGEST and self.advance():
            pass

    def advance(self) -> bool:
        """Looks at one more window; False when all have been looked at. Any window is there before that, too."""
        if self.done < self.chunks:
            window = self.epoch.updates[self.done].window
            self.digest.add(window.first, window.runs)
            if self.score is not None:
                self.score.add(window.first, window.y)
            self.done += 1
        return self.done < self.chunks

    def chunk(self, index: int) -> Chunk:
        """A window, which is one."""
        return self.epoch.updates[index].window


class Teaching:
    """What each timestep of an epoch taught.

    Attributes:
        learner: what learns.
        walked: the epoch.
    """

    def __init__(self, learner: Learner, walked: Epoch) -> None:
        self.learner, self.walked = learner, walked
        self._backs = Memo(KEPT_WINDOWS)

    @property
    def last(self) -> int:
        """The last timestep that was walked: T, unless the epoch broke."""
        window = self.walked.updates[-1].window
        return window.first + len(window) - 1

    def update_at(self, t: int) -> Update:
        """The window that t (1 to T) is in, with the parameters after it."""
        return self.walked.updates[self.walked.cuts.of(t)]

    def loss_at(self, t: int) -> float:
        """The loss of timestep t."""
        return float(self.walked.losses[t - 1])

    def target_at(self, t: int) -> Array:
        """(O,), what y_t should be; NaN where there is no target."""
        row: Array = self.learner.targets[t - 1]
        return row

    def back(self, update: Update) -> WayBack:
        """The gradients of a window, walked again: they take much room, and are looked at one window at a time."""
        return self._backs.get(update.window.first, update.back)

    def adjoint(self, layer: int, t: int) -> Adjoint:
        """The gradients of a layer (from 0) at t."""
        update = self.update_at(t)
        return self.back(update).adjoints[layer][t - update.window.first]

    def parameters_after(self, layer: int, t: int) -> Mapping[str, Array]:
        """The parameters that the timestep after t's window uses."""
        return self.update_at(t).after.layers[layer].parameters

    def sum_back(self, layer: int, name: str, t: int) -> Array:
        """dL/dW summed from the last timestep of t's window back to t: what the way back has gathered by then."""
        update = self.update_at(t)
        return self.back(update).adjoints[layer].gathered(name, t - update.window.first)
