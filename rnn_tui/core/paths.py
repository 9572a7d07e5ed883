"""Which timesteps of which layers a number is computed from, and so which x of the sequence can matter to it."""

from __future__ import annotations

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.references import Ref
from rnn_tui.core.run import Walk

SEQUENCE = -1
"""The sequence, among the layers that are read."""
Span = tuple[int, int]
"""A first and a last timestep."""


@dataclass(frozen=True)
class Paths:
    """The ways that lead to a number.

    Attributes:
        spans: for every layer (from 0) that the number is computed from the timesteps at which it has to have run, and
            for `SEQUENCE` those whose x is read.
        turning: whether a way can lead forwards and backwards in time: then what comes between an x and the number is
            not all that lies between them.
    """

    spans: dict[int, Span]
    turning: bool

    @classmethod
    def to(cls, walk: Walk, number: Ref) -> Paths:
        """The ways to a number of a layer (from 1) at a timestep."""
        network, top, t = walk.network, number.layer - 1, number.t or 0
        read: dict[int, Span] = {top: (t, t)}
        ran: dict[int, Span] = {}
        above: dict[int, set[bool]] = {top: set()}
        turning = False
        for index in range(top, -1, -1):
            if index not in read:
                continue
            (first, last), directions, layer = read[index], above[index], network.layers[index]
            if layer.cell.recurrent:
                first, last = (first, walk.last) if layer.reverse else (1, last)
                turning = turning or (not layer.reverse) in directions
                directions = directions | {layer.reverse}
            ran[index] = first, last
            for source in network.reads[index]:
                known = read.get(source, (first, last))
                read[source] = min(known[0], first), max(known[1], last)
                above[source] = above.get(source, set()) | directions
        return cls({**ran, SEQUENCE: read[SEQUENCE]}, turning)

    @property
    def layers(self) -> list[int]:
        """Those layers, from the sequence up."""
        return sorted(index for index in self.spans if index != SEQUENCE)
