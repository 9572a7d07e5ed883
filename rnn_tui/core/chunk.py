"""What a tape is to those who read it: chunks of timesteps, passed or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rnn_tui.core.carried import Carried
from rnn_tui.core.digest import Digest
from rnn_tui.core.layer import Array
from rnn_tui.core.network import Network
from rnn_tui.core.readout import Score
from rnn_tui.core.runner import Run, Runner
from rnn_tui.core.store import Store

State = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Chunk:
    """The values of a stretch of timesteps.

    Attributes:
        first: its first timestep, from 1.
        length: how many there are.
        runs: what each layer computed, in the direction in which it runs.
        inputs: for each layer name to (length, size), in that direction as well.
        network: what ran, with the parameters that were used.
    """

    first: int
    length: int
    runs: tuple[Run, ...]
    inputs: tuple[Mapping[str, Array], ...]
    network: Network


class AnyTape(Protocol):
    """What a simulator reads: chunks of timesteps, passed or not, and what those passed look like."""

    network: Network
    runners: tuple[Runner, ...]
    chunk_length: int
    chunks: int
    done: int
    broken: int | None
    digest: Digest
    carried: Carried
    score: Score | None
    store: Store | None

    def advance(self) -> bool:
        """Passes one more chunk; False if all have been."""

    def chunk(self, index: int) -> Chunk:
        """The values of a chunk."""
