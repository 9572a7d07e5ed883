"""What all stops of a session may take together, counted before it is taken: a stranger's page of text may ask for more
than there is, each part of it modestly."""

from __future__ import annotations

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.texts import megabytes
from rnn_tui.session.tables import Table

MOST_STOPS = 500
MOST_LAYERS_IN_ALL = 2000
"""Layers of all networks."""
LARGEST = 2**30
"""Bytes of all sequences and parameters that differ."""
WRITTEN_OUT = 64
"""A number that stands in the session itself is counted as so many, for the time it takes to read it."""


@dataclass
class Budget:
    """What a session has taken until now."""

    bytes: int = 0
    layers: int = 0

    def take(self, table: Table, key: str, count: int, layers: int = 0) -> None:
        """Takes some bytes and layers for what a key of a table names. Raises LoadError where that is too much."""
        self.bytes += count
        self.layers += layers
        if self.bytes > LARGEST:
            why = f"all of this session takes more than {megabytes(LARGEST)}"
            raise table.error(key, why, "take smaller networks and sequences, or fewer that differ")
        if self.layers > MOST_LAYERS_IN_ALL:
            why = f"the networks of this session have more than {MOST_LAYERS_IN_ALL} layers"
            raise table.error(key, why, "take fewer that differ")


def check_stops(top: Table, stops: list[Table]) -> None:
    """Raises LoadError where a lesson has too many stops."""
    if len(stops) > MOST_STOPS:
        raise top.error("stops", f"there are {len(stops)} stops", f"up to {MOST_STOPS} are allowed")
