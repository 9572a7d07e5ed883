"""A network whose predictions are known by hand, for the tests of what stands in letters."""

from __future__ import annotations

import numpy as np

from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.sequences import load_sequence

LETTERS = "ehlo"
AFTER = {"h": "e", "e": "l", "l": "l", "o": "h"}
"""What the network says comes next: right in ``hello`` after h, e and the first l, wrong after the second."""
SHARE, REST = "0.70", "0.10"
"""exp(ln 7) = 7 against three times exp(0) = 1: shares of 7/10 and 1/10."""


def weights() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """ln 7 where the column's letter is followed by the row's, else 0."""
    return np.array([[np.log(7) if AFTER[before] == letter else 0.0 for before in LETTERS] for letter in LETTERS])


def readout() -> Layer:
    """The softmax."""
    return Layer("softmax", {"W": weights(), "b": np.zeros(4)})


def hello(*, below: bool = True, learning: Learning | None = None, sequence: Sequence | None = None) -> Run:
    """It reads hello.txt, with a dense layer that changes nothing below it."""
    same = Layer("dense", {"W": np.eye(4), "b": np.zeros(4)})
    layers = [same, readout()] if below else [readout()]
    return Run(Network(layers), sequence or load_sequence("hello.txt"), learning=learning)
