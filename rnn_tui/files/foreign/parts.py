"""A layer as it is found in a foreign file, before its numbers are read, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.gated import Gated
from rnn_tui.core.layer import Layer
from rnn_tui.files.foreign.loaded import Array, Card, Held
from rnn_tui.files.source import MEMORY_LIMIT, Source, megabytes

FLOATS = ("bfloat16", "float16", "float32", "float64")
"""The types of numbers that weights are in."""


@dataclass(frozen=True)
class Numbers:
    """Reads the numbers of a file's parameters.

    Attributes:
        source: the file.
        allow_nonfinite: let NaN and infinity pass.
    """

    source: Source
    allow_nonfinite: bool = False

    def of(self, held: Held) -> Array:
        """The numbers of a parameter. Raises LoadError where one is not finite, or they take too much memory."""
        if held.count * 8 > MEMORY_LIMIT:
            why = f"takes {megabytes(held.count * 8)}"
            raise self.source.error(held.name, why, f"up to {megabytes(MEMORY_LIMIT)} is loaded")
        values = held.read()
        if not (self.allow_nonfinite or finite(values)):
            place = tuple(int(index) for index in np.argwhere(~np.isfinite(values))[0])
            where = f"{held.name}[{', '.join(str(index + 1) for index in place)}]" if place else held.name
            raise self.source.error(where, f"{values[place]} is not finite", "allow_nonfinite lets it in")
        return values


def finite(values: Array) -> bool:
    """Whether all numbers are finite, without an array of answers."""
    return not values.size or bool(np.isfinite(values.min()) and np.isfinite(values.max()))


@dataclass(frozen=True, eq=False)
class Read:
    """What a part became.

    Attributes:
        entries: for a network.
        cards: how they were read; their `layers` count from 1 in the entries of this part.
        gated: for every layer of the entries how the file holds it, or None; a bidirectional entry is three layers.
        notes: what was guessed, one sentence each.
    """

    entries: tuple[Layer | Bidirectional, ...]
    cards: tuple[Card, ...]
    gated: tuple[Gated | None, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Part:
    """Something with parameters in a foreign file: one layer, or a stack that the framework counts as one.

    Attributes:
        name: in the file, ``encoder.lstm``; may be empty.
        kind: what its framework calls it, ``LSTM``.
        inputs: how many numbers it takes.
        outputs: how many it gives.
        recurrent: whether it keeps a state.
        held: its parameters.
        read: makes layers of it; None where it is not known what it is.
    """

    name: str
    kind: str
    inputs: int
    outputs: int
    recurrent: bool
    held: tuple[Held, ...]
    read: Callable[[Numbers], Read] | None

    @property
    def parent(self) -> str:
        """What it is a part of, by its name."""
        return re.split(r"[./][^./]*$", self.name)[0] if re.search(r"[./]", self.name) else ""

    @property
    def title(self) -> str:
        """Its name and sizes, for a list to choose from."""
        return f"{self.name or 'the file'} ({self.kind}, {self.inputs} to {self.outputs})"


def unknown(name: str, held: Iterable[Held], kind: str = "") -> Part:
    """Something that is not known, with its parameters."""
    return Part(name, kind, 0, 0, False, tuple(held), None)


def single(
    name: str,
    kind: str,
    framework: str,
    layer: Layer,
    held: Iterable[Held],
    turned: tuple[str, ...] = (),
    choices: tuple[str, ...] = (),
) -> Read:
    """One layer without a state, and its card."""
    card = Card(name, kind, framework, (1,), layer.sizes, ("", ""), turned, choices, "", False, tuple(held))
    return Read((layer,), (card,), (None,))


def by_rows(array: Array, order: Iterable[str]) -> dict[str, Array]:
    """The gates of an array in which they are stacked by rows, by the letters of `order`."""
    names = list(order)
    return dict(zip(names, np.split(array, len(names)), strict=True))


def told(source: Source, where: str, error: CellError) -> Exception:
    """The LoadError of a layer that does not fit itself."""
    return source.error(", ".join(filter(None, (where, error.where))), error.why, error.hint)


def shown(shape: Iterable[int]) -> str:
    """A shape in words."""
    return str(tuple(shape))


def only(held: Mapping[str, Held], names: Iterable[str]) -> tuple[Held, ...]:
    """Those parameters that are there, in the order of `names`."""
    return tuple(held[name] for name in names if name in held)
