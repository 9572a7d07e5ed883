"""What a reader of a foreign file returns: the network, what it begins with, and how every convention was read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.gated import Gated
from rnn_tui.core.network import Network
from rnn_tui.core.texts import one_line
from rnn_tui.files.source import Source, quoted

Array = NDArray[Any]
PIECE = 2**18
"""Numbers looked at at a time, so that their float64 takes little memory."""
MOST_LISTED = 8
"""Networks, and what was not read, that a sentence lists."""


@dataclass(frozen=True)
class Figures:
    """The minimum, maximum, mean and norm of the finite numbers of an array, in float64, 0 where there are none; and
    how many numbers are NaN or infinite."""

    minimum: float
    maximum: float
    mean: float
    norm: float
    nonfinite: int

    @classmethod
    def of(cls, array: Array) -> Figures:
        """Of an array, piece by piece."""
        low, high, total, squares, count = np.inf, -np.inf, 0.0, 0.0, 0
        flat = array.reshape(-1)
        with np.errstate(all="ignore"):
            for first in range(0, flat.size, PIECE):
                numbers = np.asarray(flat[first : first + PIECE], np.float64)
                finite = numbers[np.isfinite(numbers)]
                if finite.size:
                    low, high = min(low, float(finite.min())), max(high, float(finite.max()))
                    total, squares = total + float(finite.sum()), squares + float((finite * finite).sum())
                    count += finite.size
        if not count:
            return cls(0.0, 0.0, 0.0, 0.0, flat.size)
        return cls(low, high, total / count, math.sqrt(squares), flat.size - count)


@dataclass(frozen=True, eq=False)
class Held:
    """A parameter as the file holds it. Its numbers are read when they are asked for.

    Attributes:
        name: as the file calls it.
        shape, dtype: as they stand in the file, ``bfloat16`` among them.
        read: gives its numbers, float32 or float64.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], Array]

    @classmethod
    def of(cls, name: str, array: Array, dtype: str = "") -> Held:
        """Of an array that is in memory; `dtype` where NumPy has no name for the file's."""
        return cls(name, tuple(array.shape), dtype or array.dtype.name, lambda: array)

    @classmethod
    def without(cls, source: Source, name: str, shape: tuple[int, ...], dtype: str) -> Held:
        """Of an array of a type that no weights are in, which is never read; LoadError where it is all the same."""

        def read() -> Array:
            raise source.error(quoted(name), f"holds {dtype}", "floats are needed")

        return cls(name, shape, dtype, read)

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    @cached_property
    def figures(self) -> Figures:
        """What is said of its numbers. Raises LoadError where the file can no longer be read."""
        return Figures.of(self.read())


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
        initial: the state it begins with, in words: ``zeros``, or where it is from; empty where it has none.
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
        choices: the networks that the file holds, a few words each, where there are several.
        choice: which of them this is, from 1; 0 where there is one.
    """

    network: Network
    format: str
    initial_state: tuple[Mapping[str, Array], ...] = ()
    cards: tuple[Card, ...] = ()
    gated: tuple[Gated | None, ...] = ()
    notes: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    choice: int = 0

    def __post_init__(self) -> None:
        for name in ("notes", "not_read", "choices"):  # which have names of the file in them
            object.__setattr__(self, name, tuple(map(one_line, getattr(self, name))))


def chosen(source: Source, choice: int, titles: Sequence[str]) -> int:
    """Which network of a file is meant, from 0.

    Args:
        source: the file.
        choice: from 1; 0 is the first.
        titles: a few words for each network that it holds.

    Raises:
        LoadError: there is no such network.
    """
    if choice > len(titles):
        several = f"its networks are {listed(titles)}" if len(titles) > 1 else "it holds 1 network"
        raise source.error("", f"has no network {choice}", several)
    return max(choice - 1, 0)


def listed(titles: Sequence[str]) -> str:
    """The networks of a file by number."""
    names = [f"{number} {title}" for number, title in enumerate(titles[:MOST_LISTED], 1)]
    return "; ".join(names) + (f" and {len(titles) - MOST_LISTED} more" if len(titles) > MOST_LISTED else "")
