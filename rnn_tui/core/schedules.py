"""Schedules: how the rate of learning changes from epoch to epoch."""

from __future__ import annotations

import math
import re

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import RangeError

CONSTANT, STEP, COSINE = "constant", "step", "cosine"
STEPPED = re.compile(r"step(?::(\d{1,6})(?::(\d*\.?\d+(?:e-?\d{1,3})?))?)?", re.ASCII)
EVERY, FACTOR = 10, 0.1


@dataclass(frozen=True)
class Schedule:
    """What the rate is multiplied by.

    Attributes:
        kind: ``constant``; ``step``, by `by` once more after every `every` epochs (torch.optim.lr_scheduler.StepLR);
            ``cosine``, from 1 down to 0 at the end of the last epoch (CosineAnnealingLR; Loshchilov and Hutter 2017).
        every: epochs.
        by: a factor.
    """

    kind: str = CONSTANT
    every: int = EVERY
    by: float = FACTOR

    @classmethod
    def read(cls, text: str) -> Schedule:
        """``constant``, ``cosine``, ``step``, or ``step:20:0.5``, after every 20 epochs half. Raises RangeError."""
        if text in (CONSTANT, COSINE):
            return cls(text)
        found = STEPPED.fullmatch(text)
        if found is None or found[1] == "0":
            hint = "write constant, cosine, or step:20:0.5, which halves the rate after every 20 epochs"
            raise RangeError("", "", f"{text[:40]} is no schedule", hint, "schedule")
        return cls(STEP, int(found[1] or EVERY), float(found[2] or FACTOR))

    def factor(self, epoch: int, epochs: int) -> float:
        """What the rate of an epoch, from 1, of so many is multiplied by."""
        if self.kind == STEP:
            return float(self.by ** ((epoch - 1) // self.every))
        if self.kind == COSINE:
            return (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2
        return 1.0
