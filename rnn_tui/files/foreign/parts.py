"""A layer as it is found in a foreign file, before its numbers are read, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.gated import GATES, Gated
from rnn_tui.core.layer import Layer
from rnn_tui.files.arrays import check_finite
from rnn_tui.files.foreign.loaded import Array, Card, Held
from rnn_tui.files.source import Source

FLOATS = ("bfloat16", "float16", "float32", "float64")
"""The types of numbers that weights are in."""
KINDS = {len(gates): kind for kind, gates in GATES.items()}
"""How many gates a recurrent layer stacks, and what it is then."""


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
        self.source.check_room(held.name, held.count * 8)
        values = held.read()
        if not self.allow_nonfinite:
            check_finite(self.source, held.name, values)
        return values


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
    notes: tuple[str, ...] = (),
) -> Read:
    """One layer without a state, and its card."""
    card = Card(name, kind, framework, (1,), layer.sizes, ("", ""), turned, choices, "", False, tuple(held))
    return Read((layer,), (card,), (None,), notes)


def by_gate(array: Array, order: Sequence[str], axis: int = 0) -> dict[str, Array]:
    """The gates of an array in which they are stacked along an axis, by the letters of `order`."""
    return dict(zip(order, np.split(array, len(order), axis), strict=True))


def told(source: Source, where: str, error: CellError) -> Exception:
    """The LoadError of a layer that does not fit itself."""
    return source.error(", ".join(filter(None, (where, error.where))), error.why, error.hint)


def shown(shape: Iterable[int]) -> str:
    """A shape in words."""
    return str(tuple(shape))


def only(held: Mapping[str, Held], names: Iterable[str]) -> tuple[Held, ...]:
    """Those parameters that are there, in the order of `names`."""
    return tuple(held[name] for name in names if name in held)
