"""A trace read for a model: what in the file is which quantity of which layer, as (sequences, timesteps, units)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import JOINS
from rnn_tui.core.network import Network
from rnn_tui.core.shapes import size_of
from rnn_tui.core.texts import one_line
from rnn_tui.core.trace import Key, Trace, quantities
from rnn_tui.files.errors import LoadError
from rnn_tui.files.source import Progress, Source, ordinary_file, quoted
from rnn_tui.files.traces.arrays import read_npy, read_npz
from rnn_tui.files.traces.axes import BATCH, EXACT, FAR, LAYERS, Axes, find_axes, with_units
from rnn_tui.files.traces.blocks import Block, blocks_of
from rnn_tui.files.traces.lines import read_json, read_lines
from rnn_tui.files.traces.names import CANDIDATE
from rnn_tui.files.traces.parts import Part, Parts
from rnn_tui.files.traces.tables import read_table

Array = NDArray[Any]
READERS: Mapping[str, Callable[[Source], Parts]] = {
    ".npz": read_npz,
    ".npy": read_npy,
    ".csv": read_table,
    ".tsv": read_table,
    ".txt": read_table,
    ".jsonl": read_lines,
    ".json": read_json,
}
USUAL = frozenset({"x", "label", "labels", "target", "targets", "loss", "epoch", "input", "inputs", "reset"})
"""What stands beside the quantities in many traces, and is left out without a word."""
MOST_NAMED = 6


def load_trace(
    path: str | os.PathLike[str], network: Network, input_size: int, steps: int, *, progress: Progress | None = None
) -> Trace:
    """The numbers in a file that are quantities of a network.

    Args:
        path: an .npz, .npy, .csv, .tsv, .jsonl or .json that another framework, or `rnn-tui run`, wrote.
        network: what should have computed them.
        input_size: I of the sequence.
        steps: T of the sequence.
        progress: called now and then with the bytes done and in all.

    Raises:
        LoadError: the file is missing or unreadable, or nothing in it fits the network.
    """
    source = ordinary_file(os.fspath(path), "a trace is needed, .npz, .csv or .jsonl", progress)
    reader = READERS.get(Path(source.shown).suffix.lower())
    if reader is None:
        raise source.error("", "is of a kind that is not read as a trace", f"{', '.join(READERS)} are")
    try:
        found = reader(source)
        return _Placing(source, network, input_size, steps, found).trace()
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None


@dataclass
class _Placing:
    """Parts of a file finding their places in a network."""

    source: Source
    network: Network
    input_size: int
    steps: int
    found: Parts
    values: dict[Key, Array] = field(default_factory=dict)
    open: dict[Key, Array] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sizes = self.network.sizes(self.input_size)
        self.blocks = blocks_of(self.network)

    def trace(self) -> Trace:
        """The trace. Raises LoadError."""
        first = self._first()
        places = self._layers()
        for part in sorted(self.found.parts, key=self._is_final):  # what has every timestep is placed first
            self._place(part, places)
        if not self.values:
            raise self._nothing()
        first = self._last_alone(first)
        layers = enumerate(self.network.layers)
        keys = [(index, name) for index, own in layers for name in quantities(own.cell) if (index, name) in self.values]
        strange = [name for name in (*self.strange, *self.found.left_out) if self._unusual(name)]
        if strange:
            named = ", ".join(map(quoted, strange[:MOST_NAMED])) + (", ..." if len(strange) > MOST_NAMED else "")
            self.notes.append(f"{named}: left out, no quantity of the model fits")
        rows = max(array.shape[1] for array in self.values.values())
        if abs(rows + first - 1 - self.steps) > 1:
            has = f"{rows} timesteps" if first == 1 else f"t = {first} to {rows + first - 1}"
            self.notes.append(f"it has {has} and the sequence {self.steps} timesteps: what both have is compared")
        ordered = {key: self.values[key] for key in keys}
        return Trace(ordered, self.open, first, notes=(*self.found.notes, *self.notes))

    def _last_alone(self, first: int) -> int:
        """The timestep of the first row, where some quantities have but one row: frameworks give the last state, and
        what comes of it, without the others. Beside quantities of every timestep they are left out."""
        alone = [key for key, array in self.values.items() if array.shape[1] == 1]
        if self.steps == 1 or self.found.times or not alone:
            return first
        if len(alone) == len(self.values):
            self.notes.append(f"it has one row, which is taken for that of the last timestep, t = {self.steps}")
            return self.steps
        for key in alone:
            del self.values[key]
            self.open.pop(key, None)
        self.notes.append(
            f"{', '.join(dict.fromkeys(name for _, name in alone))}: left out, as only one timestep of them is there"
        )
        return first

    def _unusual(self, name: str) -> bool:
        low = name.lower().rpartition("/")[2]
        plain = low.rstrip("0123456789_[]")
        return not self.found.own and plain not in USUAL and not plain.endswith("prev")

    def _first(self) -> int:
        """The timestep of the first row, from 1. Raises LoadError."""
        times = self.found.times
        if not times:
            return 1
        for before, after in pairwise(times):
            if after != before + 1:
                why = f"t = {after} follows t = {before}"
                raise self.source.error("", why, "one row for every timestep is needed, in the order of time")
        if times[0] in (0, 1):
            return 1
        if not 1 < times[0] <= self.steps:
            raise self.source.error("", f"begins with t = {times[0]}", f"the sequence has 1 to {self.steps}")
        return times[0]

    def _layers(self) -> Callable[[int], Block | None]:
        """What the numbers of layers in its names mean."""
        numbers = {part.name.layer for part in self.found.parts if part.name.layer is not None and self._means(part)}
        blocks = self.blocks
        if not numbers:
            return lambda number: None
        own = [Block(index) for index in range(len(self.network.layers))]
        if 0 not in numbers and (self.found.own or max(numbers) > len(blocks)):
            return lambda number: own[number - 1] if 1 <= number <= len(own) else None
        short = all(part.name.counted and "l" in part.shown for part in self.found.parts if part.name.layer is not None)
        from_zero = 0 in numbers or (1 in numbers and max(numbers) < len(blocks) and short and 2 not in numbers)
        offset = 0 if from_zero else 1
        if not from_zero and len(blocks) > max(numbers):
            self.notes.append(f"its layers are taken to count from 1: {', '.join(map(str, sorted(numbers)))}")
        return lambda number: blocks[number - offset] if 0 <= number - offset < len(blocks) else None

    def _means(self, part: Part) -> bool:
        """Whether a name is that of a quantity at all."""
        return any(self._named(index, part) for index in range(len(self.network.layers)))

    def _named(self, index: int, part: Part) -> str:
        """What a part is called in a layer; empty where that has no such quantity."""
        cell, quantity = self.network.layers[index].cell, part.name.quantity
        if quantity == CANDIDATE:
            return next((name for name in ("g", "n") if name in cell.shapes), "")
        if quantity == "s" and "s" not in cell.shapes and cell.states:
            return next(iter(cell.states))
        return quantity if quantity in cell.shapes else ""

    def _place(self, part: Part, places: Callable[[int], Block | None]) -> None:
        """Puts a part where it belongs, or among what is strange."""
        if self._is_final(part):
            self._put_final(part)
            return
        if part.name.layer is not None:
            block = places(part.name.layer)
            indices = [] if block is None else self._of_block(block, part)
        else:
            indices = self._unnumbered(part)
        if not any(self._put(part, index) for index in indices) and not self._side_by_side(part):
            self.strange.append(part.shown)

    def _is_final(self, part: Part) -> bool:
        """Whether a part has the states after the last timestep alone, one of each layer and direction."""
        ways = sum(1 if block.backward is None else 2 for block in self.blocks)
        named = part.name.final and part.name.layer is None
        return named and 1 < part.values.ndim < 4 and len(part.values) == ways

    def _put_final(self, part: Part) -> None:
        """Puts (layers, sequences, units) into the layers, as their only timestep. Where some run backwards in time
        that would be another timestep of each."""
        places = [(block.forward, self._named(block.forward, part)) for block in self.blocks]
        units = part.values.shape[-1]
        fits = all(name and key not in self.values and self._units(*key) == units for key in places for name in key[1:])
        if not fits or len(places) != len(part.values):
            self.strange.append(part.shown)
            return
        self._take(part, places, part.values, Axes((LAYERS, BATCH)[: part.values.ndim - 1], EXACT, True))

    def _units(self, index: int, name: str) -> int:
        """How many numbers a quantity of a layer has at a timestep."""
        shape = self.network.layers[index].cell.shapes[name]
        return (size_of(shape[0], self.sizes[index]) if shape else 1) or 1

    def _of_block(self, block: Block, part: Part) -> list[int]:
        """Which of our layers a part of a block may be, the likeliest first."""
        if part.name.backwards:
            return [] if block.backward is None else [block.backward]
        joined = [] if block.join is None else [block.join]
        return [*joined, block.forward] if part.name.quantity in ("y", "s") else [block.forward]

    def _unnumbered(self, part: Part) -> list[int]:
        """Which of our layers a part without a number may be: y of the last, anything else of the last with a state."""
        last = len(self.network.layers) - 1
        blocks = [index for block in reversed(self.blocks) for index in self._of_block(block, part)]
        return [last, *blocks[:2]] if part.name.quantity == "y" and not part.name.backwards else blocks[:2]

    def _put(self, part: Part, index: int) -> bool:
        """Whether a part fits a layer; it is then of it."""
        cell = self.network.layers[index].cell
        name = self._named(index, part)
        if cell.name in JOINS and part.name.quantity == "s":
            name = "y"  # both directions side by side
        if not name or (index, name) in self.values:
            return False
        units = self._units(index, name)
        several = len(self.blocks) > 1 and part.name.layer is None
        values = with_units(part.values, units, self.steps)
        axes = find_axes(values.shape, units, self._expected(), 1)
        beside = find_axes(values.shape, units, self._expected(), len(self.blocks)) if several else None
        if axes is None or (beside is not None and LAYERS in beside.roles):
            return False
        if axes.fit == FAR and values.ndim > 2 and sum(n > 1 for n in values.shape[:-1]) > 1:
            return False
        self._take(part, [(index, name)], values, axes)
        return True

    def _side_by_side(self, part: Part) -> bool:
        """Whether a part has all layers in one array; it is then of all of them."""
        indices = [self._of_block(block, part)[:1] for block in self.blocks]
        if part.name.layer is not None or len(indices) < 2 or not all(indices):
            return False
        keys = [(own[0], self._named(own[0], part)) for own in indices]
        if len({name for _, name in keys}) > 1 or not keys[0][1]:
            return False
        width, *others = {self._units(*key) for key in keys}
        if others:
            return False
        values = with_units(part.values, width, self.steps)
        axes = find_axes(values.shape, width, self._expected(), len(keys))
        if axes is None or LAYERS not in axes.roles:
            return False
        self._take(part, keys, values, axes)
        return True

    def _take(self, part: Part, keys: Sequence[Key], values: Array, axes: Axes) -> None:
        """Puts the numbers of a part, as they have their axes, where they belong: a key for each of their layers."""
        if not axes.sure:
            self.notes.append(f"{quoted(part.shown)} is read as {axes.words(values.shape)}")
        turned = axes.turned(values)
        opened = None if part.open is None else axes.turned(part.open.reshape(values.shape))
        for place, key in enumerate(keys):
            self.values[key] = turned[place]
            if opened is not None:
                self.open[key] = opened[place]

    def _expected(self) -> int:
        """How many rows there should be."""
        return len(self.found.times) or self.steps

    def _nothing(self) -> LoadError:
        """The error of a file in which nothing fits."""
        shown = [f"{one_line(part.shown)} {part.values.shape}" for part in self.found.parts[:MOST_NAMED]]
        wanted = [f"layer {index + 1} has {self._has(index)}" for index in range(len(self.network.layers))]
        told = "; ".join(wanted[-MOST_NAMED:])
        why = f"holds nothing that fits the model: {', '.join(shown) or 'no numbers'}"
        return self.source.error("", why, told if len(wanted) <= MOST_NAMED else f"...; {told}")

    def _has(self, index: int) -> str:
        """What a layer computes, by the shapes that a trace of it has."""
        found: dict[int, list[str]] = {}
        for name in quantities(self.network.layers[index].cell):
            found.setdefault(self._units(index, name), []).append(name)
        return ", ".join(f"{' '.join(names)} ({self.steps}, {units})" for units, names in found.items())
