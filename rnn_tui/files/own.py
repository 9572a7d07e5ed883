"""Networks in and out of files, in our own format: a .npz with a description and every parameter. Never pickled.

The array `network` is JSON, ``{"format": "rnn_tui", "version": 1, "layers": [...]}``, each layer with the name of its
cell, the cell's TOML text where it is not a built-in one, whether it runs backwards in time, and the layers it reads
(from 0, -1 is the sequence). The arrays ``layer1/W``, ... are its parameters, and where there are any
``initial/layer1/s``, ... the states before the first timestep that were learned, which `rnn_tui.files.states` reads.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from rnn_tui.cells import LARGEST, cell_names
from rnn_tui.core.cell import Cell
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import JOINS, Bidirectional
from rnn_tui.core.errors import CellError
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.network import Network
from rnn_tui.core.texts import one_line
from rnn_tui.files.archives import check_packed, open_archive, open_member, write_npz
from rnn_tui.files.arrays import Header, as_floats, check_finite, check_whole, read_header, read_values
from rnn_tui.files.errors import LoadError
from rnn_tui.files.replacing import replace_file
from rnn_tui.files.source import Source

FORMAT, VERSION = "rnn_tui", 1
DESCRIPTION = "network"
"""The array that says what the others are."""
DESCRIPTION_LIMIT = 16 * 1024**2
"""Bytes of JSON."""
INITIAL = "initial/"
"""What the names of states before the first timestep begin with."""
MOST_LAYERS = 1000
LONGEST_NAME = 200
OURS = "save_network writes one"


def read_own(source: Source, allow_nonfinite: bool = False) -> Network:
    """The network in a file that `save_network` wrote, with the very bits of its parameters.

    Args:
        source: the file.
        allow_nonfinite: let NaN and infinity pass.

    Raises:
        LoadError: it is no such network; told with the layer and the parameter.
    """
    with source.open() as file:
        archive, members = open_archive(source, file)
        return _Reading(source, archive, members, allow_nonfinite).network()


def save_network(network: Network, path: str | os.PathLike[str], initial: Sequence[Mapping[str, Array]] = ()) -> None:
    """Writes a network so that `read_own` reads the same bits; a file that was there is replaced as a whole.

    Args:
        network: the layers.
        path: an .npz.
        initial: for each layer the states before the first timestep that go with it; none where they are not learned.

    Raises:
        LoadError: the file cannot be written, or a cell has neither a built-in name nor a text.
    """
    shown = os.fspath(path)
    check_model_path(shown)
    layers = []
    arrays: dict[str, Array] = {}
    for number, (layer, reads) in enumerate(zip(network.layers, network.reads, strict=True), 1):
        entry = {"cell": one_line(layer.cell.name)[:LONGEST_NAME], "reverse": layer.reverse, "reads": list(reads)}
        if not layer.cell.built_in:
            if not layer.cell.text:
                why = f"the cell {layer.cell.name} has no text"
                raise LoadError(shown, f"layer {number}", why, "a cell that Cell.parse read has one")
            entry["text"] = layer.cell.text
        layers.append(entry)
        arrays |= {f"layer{number}/{name}": array for name, array in layer.parameters.items()}
    for number, state in enumerate(initial, 1):
        arrays |= {f"{INITIAL}layer{number}/{name}": array for name, array in state.items()}
    text = json.dumps({"format": FORMAT, "version": VERSION, "layers": layers})
    content = {DESCRIPTION: np.array(text.encode("ascii")), **arrays}
    replace_file(shown, lambda file: write_npz(content.items(), file))


def check_model_path(path: str) -> None:
    """Raises LoadError where a network cannot be written to a path, as far as that is known beforehand."""
    if Path(path).suffix.lower() != ".npz":
        raise LoadError(path, "", "a network is written as .npz", "end the name with it")
    if not Path(path).parent.is_dir():
        raise LoadError(path, "", "cannot be written: No such file or directory")
    if Path(path).is_dir():
        raise LoadError(path, "", "cannot be written: Is a directory")


@dataclass(frozen=True)
class _Described:
    """One layer as the description has it."""

    cell: Cell
    reverse: bool
    reads: tuple[int, ...]


@dataclass(frozen=True)
class _Reading:
    """An archive being read: first what it says, then the sizes, and only then the numbers."""

    source: Source
    archive: zipfile.ZipFile
    members: Mapping[str, zipfile.ZipInfo]
    allow_nonfinite: bool

    def network(self) -> Network:
        """The network. Raises LoadError."""
        described = self._description()
        headers: dict[str, dict[str, Header]] = {f"layer{number}": {} for number in range(1, len(described) + 1)}
        for member in self.members:
            layer, _, name = member.partition("/")
            if layer in headers and name:
                headers[layer][name] = self._header(member)
            elif member != DESCRIPTION and not member.startswith(INITIAL):
                raise self.source.error(member, "is no part of the network", f"it has layers 1 to {len(described)}")
        for number, entry in enumerate(described, 1):
            try:
                entry.cell.dimensions({name: header.shape for name, header in headers[f"layer{number}"].items()})
            except CellError as error:
                raise self._error(number, error) from None
        taken = sum(max(header.size, header.count * 8) for own in headers.values() for header in own.values())
        self.source.check_room("", taken)
        check_packed(self.source, "", taken)
        layers = []
        for entry, (layer, own) in zip(described, headers.items(), strict=True):
            arrays = {name: self._values(f"{layer}/{name}") for name in own}
            layers.append(Layer(entry.cell, arrays, entry.reverse))
        return joined(self.source, layers, [entry.reads for entry in described])

    def _description(self) -> list[_Described]:
        with open_member(self.source, self.archive, self.members[DESCRIPTION], DESCRIPTION) as file:
            header = read_header(self.source, file, DESCRIPTION)
            if header.dtype.kind != "S" or header.shape != () or header.size > DESCRIPTION_LIMIT:
                raise self._strange("it is no short text")
            check_whole(self.source, header, DESCRIPTION, self.members[DESCRIPTION].file_size - file.tell())
            text = bytes(read_values(self.source, file, header, DESCRIPTION).item())
        try:
            whole = json.loads(text)
        except (ValueError, RecursionError):
            raise self._strange("it is not JSON") from None
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise self._strange(f"its format is not {FORMAT}")
        if whole.get("version") != VERSION:
            raise self._strange(f"version {VERSION} is known")
        entries = whole.get("layers")
        if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_LAYERS:
            raise self._strange(f"1 to {MOST_LAYERS} layers are needed")
        return [self._described(number, entry) for number, entry in enumerate(entries, 1)]

    def _strange(self, hint: str) -> LoadError:
        return self.source.error(DESCRIPTION, "does not describe a network of this program", hint)

    def _described(self, number: int, entry: Any) -> _Described:
        given: dict[str, Any] = entry if isinstance(entry, dict) else {}
        name: Any = given.get("cell")
        text: Any = given.get("text")
        reverse: Any = given.get("reverse")
        reads: Any = given.get("reads")
        right = isinstance(name, str) and name.isprintable() and 1 <= len(name) <= LONGEST_NAME
        right = right and (text is None or (isinstance(text, str) and len(text) <= LARGEST))
        right = right and isinstance(reverse, bool) and isinstance(reads, list)
        if not right or not all(type(index) is int for index in reads):
            raise self._strange(f"layer {number} needs a cell, reverse and reads")
        try:
            if text is not None:
                cell = replace(Cell.parse(text, name), name=name)
            elif name in cell_names():
                cell = Cell.named(name)
            else:
                raise CellError(name, "", f"the cell {name} is no built-in one and has no text")
        except CellError as error:
            raise self._error(number, error) from None
        return _Described(cell, reverse, tuple(reads))

    def _error(self, number: int, error: CellError) -> LoadError:
        where = ", ".join(part for part in (f"layer {number}", error.where) if part)
        return self.source.error(where, error.why, error.hint)

    def _open(self, name: str) -> IO[bytes]:
        return open_member(self.source, self.archive, self.members[name], name)

    def _header(self, name: str) -> Header:
        with self._open(name) as file:
            header = read_header(self.source, file, name)
            if header.dtype.kind not in "fiub" or not header.count:
                raise self.source.error(name, "does not hold numbers", "floats are needed")
            check_whole(self.source, header, name, self.members[name].file_size - file.tell())
        return header

    def _values(self, name: str) -> Array:
        with self._open(name) as file:
            values = as_floats(read_values(self.source, file, read_header(self.source, file, name), name))
        if not self.allow_nonfinite:
            check_finite(self.source, name, values)
        return values


def joined(source: Source, layers: list[Layer], reads: list[tuple[int, ...]]) -> Network:
    """The layers in a network whose layers read those from 0, -1 being the sequence. Raises LoadError."""
    entries: list[Layer | Bidirectional] = []
    index = 0
    while index < len(layers):
        join = index + 2
        if join < len(layers) and reads[join] == (index, index + 1) and layers[join].cell.name in JOINS:
            entries.append(Bidirectional(layers[index], layers[index + 1], layers[join].cell.name))
            index += 3
        else:
            entries.append(layers[index])
            index += 1
    try:
        network = Network(entries)
    except CellError as error:
        raise source.error(error.where, error.why, error.hint) from None
    for number, (found, wanted) in enumerate(zip(network.reads, reads, strict=True), 1):
        if found != wanted:
            why = "reads layers that it cannot read"
            raise source.error(f"layer {number}", why, "the one below, or a join the two directions before it")
    return network
