"""What a reader of a foreign file returns: the network, what it begins with, and how every convention was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.gated import Gated
from rnn_tui.core.network import Network

Array = NDArray[Any]


@dataclass(frozen=True)
class Held:
    """A parameter as the file holds it.

    Attributes:
        name: as the file calls it.
        shape, dtype: as they stand in the file, ``bfloat16`` among them.
        minimum, maximum, mean, norm: of its finite numbers, in float64; 0 where there are none.
        nonfinite: how many of its numbers are NaN or infinite.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float
    maximum: float
    mean: float
    norm: float
    nonfinite: int

    @classmethod
    def of(cls, name: str, array: Array, dtype: str = "") -> Held:
        """Of an array as it was read; `dtype` where NumPy has no name for the file's."""
        numbers = np.asarray(array, np.float64)
        finite = numbers[np.isfinite(numbers)]
        with np.errstate(all="ignore"):
            norm = float(np.sqrt((finite * finite).sum()))
        figures = (float(finite.min()), float(finite.max()), float(finite.mean())) if finite.size else (0.0, 0.0, 0.0)
        return cls(name, tuple(array.shape), dtype or array.dtype.name, *figures, norm, numbers.size - finite.size)


@dataclass(frozen=True, eq=False)
class Card:
    """How one layer of the file was read: the convention card.

    Attributes:
        name: the layer's name in the file, ``encoder.lstm``, or its place.
        kind: what the file or its framework calls it, ``LSTM``, ``GRU (reset_after)``, ``Dense``.
        framework: ``PyTorch``, ``Keras``, ``ONNX`` or ``rnn_tui``: whose convention it is written in.
        layers: the layers of our network, from 1, that it became.
        sizes: I, H, O by letter.
        order: the file's order of gates in our letters, and ours; two empty texts where there are no gates.
        turned: what was transposed, split, summed or put into another order, a few words each.
        choices: reset rule, activations, clip and what else the file decides, a few words each.
        initial: the state it begins with, in words: ``zeros``, or where it is from.
        reverse: whether it runs backwards in time.
        held: its parameters as they stand in the file, two biases apart.
    """

    name: str
    kind: str
    framework: str
    layers: tuple[int, ...]
    sizes: Mapping[str, int]
    order: tuple[str, str] = ("", "")
    turned: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    initial: str = "zeros"
    reverse: bool = False
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network out of a foreign file.

    Attributes:
        network: in our convention.
        format: what the file is: ``PyTorch state_dict``, ``safetensors``, ``ONNX``, ``Keras 3``, ``rnn_tui``.
        initial_state: one mapping a layer of the network; empty where all begin with zeros.
        cards: how each layer was read, in the file's order.
        gated: for every layer of the network how the file holds it, gate by gate; None where it is no such layer.
        notes: what was guessed, one sentence each, to be said to whoever asked for the file.
        not_read: what is in the file and was not read, each with its place.
    """

    network: Network
    format: str
    initial_state: tuple[Mapping[str, Array], ...] = ()
    cards: tuple[Card, ...] = ()
    gated: tuple[Gated | None, ...] = ()
    notes: tuple[str, ...] = ()
    not_read: tuple[str, ...] = field(default_factory=tuple)
