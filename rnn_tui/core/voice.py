"""What says x where the sequence does not: whether y says anything of the next x, and what.

Of a text y is a distribution over the letters of x: x_{t+1} is the one-hot row of its largest number, or is drawn with
the shares ``p^(1 / temperature)``, brought to a sum of 1 (Ackley, Hinton and Sejnowski 1985). One number u of 0 to 1,
``numpy.random.default_rng([seed, t]).random()``, draws the letter of timestep t: the first one up to which the shares
sum to more than u. Of a series whose y predicts the next x, x_{t+1} is y_t.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.edits import FREE, EditError, Order
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import OneHot, known_rows
from rnn_tui.core.readout import Readout
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import megabytes

Array = NDArray[Any]
MOST = 1_000_000
"""Timesteps that may be generated."""
LARGEST = 2**29
"""Bytes of x above which it is not copied to be written into."""
LOOKED_AT = 2**20
"""Numbers of x that are looked at at a time."""
NEXT = "targets = next"


@dataclass(frozen=True)
class Voice:
    """What says x where the sequence does not.

    Attributes:
        first: the first timestep whose x is what y said, 2 or more; up to the end all of them are.
        given: T of the sequence as it was given.
        ahead: how many timesteps are past that.
        letters: whether x is the one-hot row of a letter, and y a distribution over them; else x is y.
        orders: what was asked for: of the timesteps given, and of those past them; None for neither.
        begins: timesteps at which another sequence begins, of which the y before says nothing: their x is as given.
    """

    first: int
    given: int
    ahead: int
    letters: bool
    orders: tuple[Order | None, Order | None] = (None, None)
    begins: frozenset[int] = frozenset()

    def says(self, t: int) -> bool:
        """Whether x at t is what y said."""
        return self.first <= t <= self.given + self.ahead and t not in self.begins

    def letter(self, t: int, y: Array) -> int:
        """The letter, from 0, that y of the timestep before t, (O,), says."""
        order = self.orders[t > self.given]
        if order is None or not order.temperature or not np.isfinite(y).all():
            return int(np.argmax(y))
        with np.errstate(all="ignore"):
            logs = np.log(np.asarray(y, np.float64))
            sums = np.cumsum(np.exp((logs - logs.max()) / order.temperature))
        return min(int(np.searchsorted(sums, drawn(order.seed, t) * sums[-1], "right")), len(y) - 1)

    def row(self, t: int, y: Array) -> Array:
        """x at t, (I,), as y of the timestep before says."""
        if not self.letters:
            return y
        row = np.zeros_like(y)
        row[self.letter(t, y)] = 1
        return row


@lru_cache(maxsize=4096)
def drawn(seed: int, t: int) -> float:
    """The number, of 0 to 1, that draws the letter of timestep t."""
    return float(np.random.default_rng([seed, t]).random())


def voice_of(
    network: Network, sequence: Sequence, readout: Readout | None, orders: Iterable[Order], begins: Iterable[int] = ()
) -> Voice:
    """What says x, as the orders have it.

    Args:
        network: what runs.
        sequence: as it is given, and as the network reads it.
        readout: of the two, or None.
        orders: of generating and of running freely, of each one at the most.
        begins: timesteps at which another sequence begins.

    Raises:
        EditError: y says nothing of the next x, or more is asked for than there is room for.
    """
    asked = {order.what == FREE: order for order in orders}
    every, count = tuple(asked.values()), len(sequence)
    ahead = 0 if False not in asked else asked[False].number
    first = asked[True].number if True in asked else count + 1
    if ahead > MOST:
        raise EditError("", str(asked[False]), f"{ahead:,} timesteps are too many", f"up to {MOST:,} can be generated")
    if not isinstance(sequence.x, OneHot) and (count + ahead) * sequence.input_size * 8 > LARGEST:
        why = f"all of x would take more than {megabytes(LARGEST)}"
        raise EditError("", str(every[0]), why, "take fewer timesteps")
    letters = _one_hot(sequence)
    if letters:
        _check_letters(network, sequence, str(every[0]))
    else:
        _check_series(network, sequence, readout, every)
    return Voice(first, count, ahead, letters, (asked.get(True), asked.get(False)), frozenset(map(int, begins)))


def _check_letters(network: Network, sequence: Sequence, text: str) -> None:
    """Raises EditError where y is no distribution over the letters of x."""
    _check_forwards(network, text)
    width, size = network.output_size(sequence.input_size), sequence.input_size
    if not network.layers[-1].cell.distribution:
        cells = ",".join(layer.cell.name for layer in network.layers if layer.cell.recurrent) or "elman"
        right = f"let the cells be {cells},softmax, and learn"
        raise EditError("", text, f"y is no distribution over the {size} letters of x", right)
    if width != size:
        why = f"y has {width} numbers and x {size} letters"
        raise EditError("", text, why, "the target must be the next letter")


def _check_series(network: Network, sequence: Sequence, readout: Readout | None, orders: tuple[Order, ...]) -> None:
    """Raises EditError where y is not what x will be next."""
    text = str(orders[0])
    _check_forwards(network, text)
    width, size = network.output_size(sequence.input_size), sequence.input_size
    for order in orders:
        if order.temperature:
            raise EditError("", str(order), "a temperature draws letters, and x are numbers", "leave it out")
    follows = _follows(sequence)
    if width != size:
        counted = f"{width} number{'s' * (width > 1)} and x has {size}"
        raise EditError("", text, f"y has {counted}: all of x must be predicted to go on", f"write {NEXT}")
    if follows is False:
        raise EditError("", text, "the targets are not the next x, and y would not be either", f"write {NEXT}")
    if readout is None and follows is None:
        cell = network.layers[-1].cell.name
        raise EditError("", text, f"y is the output of {cell}, and predicts nothing", f"write {NEXT}, and learn")


def predicts_next(network: Network, sequence: Sequence) -> bool:
    """Whether the targets are the next x, numbers and all of them, and y is of that size."""
    wide = network.output_size(sequence.input_size) == sequence.input_size
    return wide and not _one_hot(sequence) and bool(_follows(sequence))


def _check_forwards(network: Network, text: str) -> None:
    if not network.forwards:
        why = "a layer that runs backwards in time reads what comes after, which is not there yet"
        raise EditError("", text, why, "take layers that run forwards")


def _one_hot(sequence: Sequence) -> bool:
    """Whether every x is one-hot, over two letters or more."""
    if isinstance(sequence.x, OneHot) or sequence.input_size < 2:
        return sequence.input_size > 1
    step = max(LOOKED_AT // sequence.input_size, 1)
    parts = (sequence.x[first : first + step] for first in range(0, len(sequence), step))
    return all(bool(((rows == 1).sum(axis=1) == 1).all() and np.count_nonzero(rows) == len(rows)) for rows in parts)


def _follows(sequence: Sequence) -> bool | None:
    """Whether the targets are the next x, but for some that were changed; None where no target tells."""
    targets, x = sequence.targets, sequence.x
    if targets is None:
        return None
    if targets.shape[1] != x.shape[1]:
        return False
    known = known_rows(targets[:-1])
    same = (targets[:-1] == x[1:]).all(axis=1)[known]
    return None if not same.size else bool(2 * same.sum() > same.size)
