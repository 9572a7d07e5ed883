"""Learning: the same walk through the sequence, epoch after epoch, with weights that change on the way.

Three regimes (design, issue 4 of 5): after every timestep (`truncate` 1, the seed's picture 6), after each window of K
timesteps whose losses are summed, or after the whole sequence (0). What learns is a `learner.Learner`.
"""

from __future__ import annotations

from dataclasses import field, replace

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import RangeError
from rnn_tui.core.losses import LOSSES, REDUCTIONS
from rnn_tui.core.optimizers import OPTIMIZERS, Optimizer
from rnn_tui.core.schedules import CONSTANT, Schedule

MOST_EPOCHS = 1_000_000
LONGEST = 5000
"""Timesteps that an epoch passes in about a second; nobody waits for a longer one."""


@dataclass(frozen=True)
class Learning:
    """How a network learns.

    Attributes:
        loss: one of `losses.LOSSES`.
        truncate: timesteps a window; 0 is the whole sequence.
        epochs, optimizer: walks through the sequence, and how parameters follow their gradients.
        reduction: what the losses of a window come to, one of `losses.REDUCTIONS`.
        schedule: how the rate changes from epoch to epoch, as `Schedule.read` has it.
        learn_initial_state: whether the states that a sequence begins with follow their gradients as parameters do; all
            sequences share them. In a window that does not begin one the gradient by them is zero.
        validation: what a second sequence is called that every epoch is judged by and not learned from; empty for none.
            The sequence is given to the `Learner`.
    """

    loss: str = "sse"
    truncate: int = 1
    epochs: int = 1
    optimizer: Optimizer = field(default_factory=Optimizer)
    reduction: str = "sum"
    schedule: str = CONSTANT
    learn_initial_state: bool = False
    validation: str = ""

    def check(self) -> None:
        """Raises RangeError where a setting makes no sense."""
        chosen = (("loss", self.loss), ("optimizer", self.optimizer.name), ("reduction", self.reduction))
        for (field_, value), known in zip(chosen, (LOSSES, OPTIMIZERS, REDUCTIONS), strict=True):
            if value not in known:
                raise RangeError("", "", f"{value} is not known", "known are " + ", ".join(known), field_)
        if not 1 <= self.epochs <= MOST_EPOCHS:
            raise RangeError("", "", f"{self.epochs} is no number of epochs", f"1 to {MOST_EPOCHS} are", "epochs")
        Schedule.read(self.schedule)
        for name in ("rate", "clip", "clip_value", "weight_decay"):
            number = getattr(self.optimizer, name)
            if not np.isfinite(number) or number < 0:
                raise RangeError("", "", f"{number:g} makes no sense", "a number of 0 or more does", name)
        if not 0 <= self.optimizer.momentum < 1:
            raise RangeError("", "", f"{self.optimizer.momentum:g} makes no sense", "0 up to 1 does", "momentum")

    def optimizer_at(self, epoch: int) -> Optimizer:
        """The optimizer with the rate of an epoch, from 1."""
        rate = self.optimizer.rate * Schedule.read(self.schedule).factor(epoch, self.epochs)
        return replace(self.optimizer, rate=rate)

    @property
    def regime(self) -> str:
        """After what the weights change, in few words."""
        return {0: "whole sequence", 1: "every t"}.get(self.truncate, f"every {self.truncate} t")
