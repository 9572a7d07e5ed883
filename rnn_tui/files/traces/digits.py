"""How many digits a trace was written with, and what they leave open."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass

Array = NDArray[Any]
FEWEST = 4
"""So many numbers must have been seen before their digits say anything."""
HALF = 0.51
"""Of the last place: half of it, and what the float before it was rounded by."""


@dataclass
class Digits:
    """What the numbers of one quantity were written with, at most.

    Attributes:
        decimals: digits after the point.
        figures: digits from the first that is not 0.
        count: how many numbers there were that are not 0.
    """

    decimals: int = 0
    figures: int = 0
    count: int = 0

    def see(self, text: str) -> None:
        """Notes a number as it is written."""
        mantissa, _, power = text.strip().lower().lstrip("+-").partition("e")
        whole, _, part = mantissa.partition(".")
        own = (whole + part).lstrip("0")
        if not own.isdecimal() or not (power.lstrip("+-") or "0").isdecimal() or len(power) > 5:
            return  # nan, inf, or 0
        self.count += 1
        self.decimals = max(self.decimals, len(part) - int(power or 0))
        self.figures = max(self.figures, len(own))

    def open(self, values: Array) -> Array | None:
        """How far each number may be from the one that was written; None where too few were seen to tell.

        Digits are cut off after so many decimals (%.4f), or after so many figures (%.4g): what is coarser holds.
        """
        if self.count < FEWEST:
            return None
        with np.errstate(all="ignore"):
            sizes = np.floor(np.log10(np.abs(values)))
            places = np.where(np.isfinite(sizes), sizes - self.figures + 1, -np.inf)
            return np.asarray(HALF * np.power(10.0, np.maximum(places, -float(min(self.decimals, 300)))))
