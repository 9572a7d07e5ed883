"""What other frameworks call a layer, which may be several of ours."""

from __future__ import annotations

from collections.abc import Iterable

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.network import Network


@dataclass(frozen=True)
class Block:
    """What other frameworks call a layer: one of ours, or two directions and what joins them. Places from 0."""

    forward: int
    backward: int | None = None
    join: int | None = None


def blocks_of(network: Network) -> tuple[Block, ...]:
    """The layers with a state, both directions of a bidirectional one together."""
    found: list[Block] = []
    joined: set[int] = set()
    reads: Iterable[tuple[int, tuple[int, ...]]] = enumerate(network.reads)
    joins = {sources[0]: (sources[1], index) for index, sources in reads if len(sources) == 2}
    for index, layer in enumerate(network.layers):
        if not layer.cell.recurrent or index in joined:
            continue
        if index in joins:
            backward, join = joins[index]
            joined.add(backward)
            found.append(Block(index, backward, join))
        else:
            found.append(Block(index))
    return tuple(found)
