"""The unit in which a scaled series is told: as the network computes with it, or its own, as it stands in its file.

What is computed stays scaled, and so does all that is shown of how: the ledger, differences, gradients.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.decimals import free
from rnn_tui.core.equations import Name
from rnn_tui.core.scaling import Affine
from rnn_tui.core.shapes import size_of
from rnn_tui.session.model import OWN
from rnn_tui.stepper.frame import Frame

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Unit:
    """How numbers of the layer that is looked at are told.

    Attributes:
        frame: what is looked at.
    """

    frame: Frame

    @property
    def called(self) -> str:
        """The unit in words; empty where nothing is scaled."""
        scaling = self.frame.walk.sequence.scaling
        if scaling is None:
            return ""
        return "in its own unit" if self.frame.look.unit == OWN else f"scaled ({scaling.how})"

    def of(self, name: Name) -> Affine | None:
        """How the numbers of a quantity are scaled that are told in their own unit: x of the sequence, and y of the
        last layer; None for any that are told as they are computed."""
        frame, scaling = self.frame, self.frame.walk.sequence.scaling
        told = frame.look.unit == OWN and not (frame.differing or frame.gaze.opened or frame.back is not None)
        if scaling is None or not told:
            return None
        if name == Name("x", 0) and frame.reads_sequence:
            return scaling.x
        last = frame.index == len(frame.walk.network.layers) - 1
        size = size_of(frame.cell.output_shape[0], frame.walk.sizes[frame.index])
        wide = scaling.targets is not None and len(scaling.targets.factor) == size
        return scaling.targets if name == Name("y", 0) and last and wide else None

    def told(self, name: Name, values: Array) -> Array:
        """Numbers of a quantity, in the unit in which they are told."""
        affine = self.of(name)
        return values if affine is None else affine.own(np.asarray(values, np.float64))

    def largest(self, name: Name, scale: float) -> float:
        """The largest of some numbers, by amount, of which the largest is `scale` as they are computed."""
        affine = self.of(name)
        if affine is None:
            return scale
        return float(np.abs(affine.own(np.array([[0.0], [scale]]))).max()) or 1.0

    def written(self, what: str, column: int, value: float) -> str:
        """A number of ``x`` or of ``target``, of a column from 0, wherever it is looked at from."""
        scaling, digits = self.frame.walk.sequence.scaling, self.frame.look.digits
        affine = None if scaling is None else scaling.x if what == "x" else scaling.targets
        if affine is None or self.frame.look.unit != OWN:
            return free(value, digits)
        return free(value * float(affine.factor[column]) + float(affine.offset[column]), digits)
