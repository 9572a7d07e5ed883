"""Validation: a second sequence that a network is judged by after each epoch, and does not learn from."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from rnn_tui.core.epochs import Learned
from rnn_tui.core.errors import CellError
from rnn_tui.core.gradients import judged
from rnn_tui.core.interventions import Interventions
from rnn_tui.core.losses import targets_for
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import known_rows
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.tape import Tape
from rnn_tui.core.tokens import read_by
from rnn_tui.core.window import Window


class Validation:
    """What an epoch is judged by.

    Attributes:
        sequence: as the network reads it.
        count: its timesteps that have a target.
    """

    def __init__(self, network: Network, sequence: Sequence, loss: str) -> None:
        """Checks that it fits.

        Raises:
            InputError: x or targets of another width than the network's, or none at all.
        """
        self.sequence, self._loss = read_by(network, sequence), loss
        wanted = network.layers[0].input_size
        if wanted not in (None, self.sequence.input_size):
            why = f"x has {self.sequence.input_size} columns"
            raise CellError(sequence.name, "", why, f"what is learned from has {wanted}")
        self._targets = targets_for(self.sequence, network, loss)
        self.count = int(known_rows(self._targets).sum())
        if not self.count:
            raise CellError(sequence.name, "", "no timestep has a target to be judged by", "one of them needs some")

    def judge(self, learned: Learned, done: int) -> Generator[int, None, float]:
        """The loss, summed over the timesteps, of the network as it is after an epoch; it pauses after every chunk, at
        how many timesteps of what is learned from have been `done`.

        Raises:
            LossError: cross-entropy of a y that is no distribution.
        """
        sizes = learned.network.sizes(self.sequence.input_size)
        resets = Interventions(resets=self.sequence.resets)
        tape, total = Tape(learned.network, self.sequence.x, learned.initial, sizes, interventions=resets), 0.0
        for index in range(tape.chunks):
            chunk, (first, end) = tape.chunk(index), tape.cuts[index]
            window = Window(chunk.first, chunk.network, chunk.runs, chunk.inputs, learned.initial)
            with np.errstate(all="ignore"):  # what is not finite is told, not warned about
                total += float(judged(self._loss, window, self._targets[first:end]).losses.sum())
            yield done
        return total
