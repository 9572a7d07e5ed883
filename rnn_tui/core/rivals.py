"""Another cell in the place of a layer's own, to compare how far back a gradient reaches: a run of its own.

It reads the same sequence from the same t = 0 on; where the network learns it learns in the same way.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from rnn_tui.cells import cell_names
from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run, Walk
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.shapes import size_of

UNTRAINED = "untrained"
"""What compares a network that learns with itself as it was before."""
SEED = 0
FAR = 2**14
"""Timesteps that a rival passes at least before t, where the sequence has them."""
LEAST_FAR = 256
WORK = 2**27
"""Multiplications that this may take, else they are fewer."""
LESSONS = 2000
"""Timesteps, over all epochs, that a rival learns from at most; where there are more it does not learn."""


@dataclass(frozen=True, eq=False)
class Rival:
    """Another network beside the own one.

    Attributes:
        walk: of the rival, over the whole sequence or a long stretch of it.
        skipped: timesteps before that stretch; it begins with zeros there.
        trained: whether it has learned as the own one has.
    """

    walk: Walk
    skipped: int
    trained: bool


@cache
def rivals() -> tuple[str, ...]:
    """The built-in cells with a state."""
    cells = map(Cell.named, cell_names())
    return tuple(name for name, cell in zip(cell_names(), cells, strict=True) if cell.recurrent)


def offered(walk: Walk) -> tuple[str, ...]:
    """What a walk may be compared with; what learns, with itself before it had learned as well."""
    return (*rivals(), UNTRAINED) if walk.teaching is not None else rivals()


def chosen(walk: Walk, layer: int, name: str) -> str:
    """A rival by its name; where that is empty or not offered an LSTM, and beside one an Elman network."""
    if name in offered(walk):
        return name
    return "elman" if walk.network.layers[layer].cell.name.startswith("lstm") else "lstm"


def rival(walk: Walk, layer: int, name: str, t: int) -> Rival:
    """The walk of a rival through the same epoch, which can be asked for t.

    Args:
        walk: of the own network.
        layer: index from 0, whose cell is another.
        name: one of `offered`.
        t: 1 to T.

    Raises:
        InputError: the cell does not fit there, or its y does not fit the loss.
    """
    learned = walk.epoch if walk.teaching is None else 0  # one that goes on as it has learned is another every time
    network = walk.run.memo.get(("rival", layer, name, learned), lambda: _network(walk, layer, name))
    first, end = _stretch(network, len(walk), t)
    learner = None if walk.teaching is None else walk.run.learner
    trained = learner is not None and name != UNTRAINED and len(walk) * walk.epoch <= LESSONS

    def made() -> Run:
        sequence = walk.sequence
        if (first, end) != (0, len(sequence)):
            targets = sequence.targets
            sequence = Sequence(sequence.x[first:end], None if targets is None else targets[first:end])
        own = name == UNTRAINED
        initial = [{} if index == layer and not own else state for index, state in enumerate(walk.initial_state)]
        learning = learner.learning if learner is not None and trained else None
        return Run(network, sequence, None if first else initial, learning)

    run = walk.run.memo.get(("rival run", layer, name, first, trained, learned), made)
    return Rival(run.walk(min(walk.epoch, run.last_epoch)), first, trained)


def _network(walk: Walk, layer: int, name: str) -> Network:
    """The network with another cell, of random parameters, in a layer; y keeps its size."""
    if name == UNTRAINED:
        return walk.run.network
    old, sizes, cell = walk.network.layers[layer], walk.sizes[layer], Cell.named(name)
    output = size_of(old.cell.output_shape[0], sizes) or sizes["H"]
    hidden = output if cell.output_shape == ("H",) else sizes.get("H", output)
    fresh = Network.random(cell, sizes["I"], [(hidden, output)], SEED)
    return walk.network.with_layer(layer, Layer(cell, fresh.layers[0].parameters, old.reverse))


def _stretch(network: Network, length: int, t: int) -> tuple[int, int]:
    """The rows of a sequence that are run: first, and one past the last; the same for many t."""
    work = sum(array.size for layer in network.layers for array in layer.parameters.values() if array.ndim == 2)
    far = int(np.clip(WORK // max(work, 1), LEAST_FAR, FAR))
    if length <= 2 * far:
        return 0, length
    block = (t - 1) // far
    return max(block - 1, 0) * far, min((block + 2) * far, length)
