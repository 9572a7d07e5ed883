"""Both directions of time: two layers over the same x, whose y are joined."""

from __future__ import annotations

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import CellError
from rnn_tui.core.layer import Layer

JOINS = ("concat", "sum", "mul", "average")
"""How the y of two directions are joined: the merge modes of Keras' Bidirectional layer, each a cell of its name."""


def directed(name: str) -> tuple[str, str]:
    """A cell's name, and what stands after its colon: ``reverse``, one of `JOINS`, or nothing."""
    plain, colon, way = name.rpartition(":")
    return (plain, way) if colon and way in ("reverse", *JOINS) else (name, "")


@dataclass(frozen=True, eq=False)
class Bidirectional:
    """Two runs over the same x, one forwards and one backwards in time, whose y are joined.

    In a network it counts as three layers: forward, backward, and the join.
    """

    forward: Layer
    backward: Layer
    join: str = "concat"

    def layers(self) -> tuple[Layer, Layer, Layer]:
        """The three layers. Raises CellError where the join is not known or the directions are."""
        if self.join not in JOINS:
            raise CellError("network", "", f"the join {self.join} is not known", "known are " + ", ".join(JOINS))
        if self.forward.reverse or not self.backward.reverse:
            hint = "the first runs forwards, the second has reverse=True"
            raise CellError("network", "", "the two directions of a bidirectional layer are mixed up", hint)
        return self.forward, self.backward, Layer(self.join)
