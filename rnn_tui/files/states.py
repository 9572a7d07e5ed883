"""The states that a network begins with, in a file: an .npz or a JSON object of the vectors ``s``, ``c``, or where
several layers have one of a name ``layer1/s``, ``layer2/s``; in JSON also ``{"layer1": {"s": [...]}}``.

A state that is not named is zeros.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from rnn_tui.core.errors import CellError
from rnn_tui.core.initial_state import initial_states
from rnn_tui.core.layer import Array
from rnn_tui.core.network import Network
from rnn_tui.files.archives import check_packed, open_archive, open_member
from rnn_tui.files.arrays import as_floats, check_finite, check_numbers, read_header, read_values
from rnn_tui.files.own import INITIAL
from rnn_tui.files.source import Source, ordinary_file, quoted
from rnn_tui.files.structured import parse

ZIPPED = b"PK"
"""What an .npz begins with."""
OF_LAYER = re.compile(r"layer([1-9][0-9]{0,3})/(.+)", re.DOTALL)
JSON_LIMIT = 64 * 1024**2
HINT = 'an .npz or JSON is needed, {"s": [0.1, 0.2]}'


def load_initial_state(
    path: str | os.PathLike[str], network: Network, input_size: int, *, allow_nonfinite: bool = False
) -> tuple[dict[str, Array], ...]:
    """The states before the first timestep, one mapping a layer, name to vector.

    Args:
        path: the file.
        network: whose states they are.
        input_size: I of the sequence.
        allow_nonfinite: let NaN and infinity pass.

    Raises:
        LoadError: the file is missing, unreadable or no such states, or one does not fit the network.
        CellError: the network does not take as many inputs.
    """
    source = ordinary_file(os.fspath(path), HINT)
    found = _states(source, network, _vectors(source), allow_nonfinite)
    network.sizes(input_size)
    try:
        initial_states(network, input_size, found)
    except CellError as error:
        raise source.error(error.where, error.why, error.hint) from None
    return found


def states_of_own(source: Source, network: Network, *, allow_nonfinite: bool = False) -> tuple[dict[str, Array], ...]:
    """The states before the first timestep that `save_network` wrote with a network; empty where it wrote none.

    Raises:
        LoadError: the file is missing, unreadable, or one is no state of the network.
    """
    found = _states(source, network, _of_archive(source, INITIAL), allow_nonfinite)
    return found if any(found) else ()


def _states(
    source: Source, network: Network, vectors: Iterator[tuple[str, Array]], allow_nonfinite: bool
) -> tuple[dict[str, Array], ...]:
    """For each layer its states by name. Raises LoadError."""
    found: tuple[dict[str, Array], ...] = tuple({} for _ in network.layers)
    try:
        for name, values in vectors:
            index, state = _place(source, network, name)
            if not allow_nonfinite:
                check_finite(source, name, values)
            if state in found[index]:
                raise source.error(name, "is there twice", "each state is named once")
            found[index][state] = values
    except MemoryError:
        raise source.error("", "needs more memory than there is") from None
    return found


def _vectors(source: Source) -> Iterator[tuple[str, Array]]:
    """The names in the file and their vectors."""
    with source.open() as file, source.reading():
        zipped = file.read(len(ZIPPED)) == ZIPPED
    yield from _of_archive(source) if zipped else _of_json(source)


def _of_archive(source: Source, prefix: str = "") -> Iterator[tuple[str, Array]]:
    """The vectors of an .npz whose names begin so, without that."""
    with source.open() as file:
        archive, members = open_archive(source, file)
        for name, info in members.items():
            if not name.startswith(prefix):
                continue
            with open_member(source, archive, info, name) as member:
                header = read_header(source, member, name)
                check_numbers(source, header, name, info.file_size - member.tell())
                check_packed(source, name, max(header.size, header.count * 8))
                if len(header.shape) != 1:
                    raise source.error(name, f"has shape {header.shape}", "one vector is needed, (H,)")
                yield name.removeprefix(prefix), as_floats(read_values(source, member, header, name))


def _of_json(source: Source) -> Iterator[tuple[str, Array]]:
    whole = parse(source, source.text(JSON_LIMIT), 1)
    if not isinstance(whole, dict):
        raise source.error("", "holds no states by name", HINT)
    for name, values in whole.items():
        for part, row in values.items() if isinstance(values, dict) else [("", values)]:
            full = f"{name}/{part}" if isinstance(values, dict) else name
            if not isinstance(row, list) or not row or any(type(value) not in (int, float) for value in row):
                raise source.error(quoted(full), "is no list of numbers", HINT)
            yield full, _floats(source, full, row)


def _floats(source: Source, name: str, row: list[Any]) -> Array:
    try:
        return np.array(row, np.float64)
    except OverflowError:
        raise source.error(quoted(name), "has a number that is too large", "a float is needed") from None


def _place(source: Source, network: Network, name: str) -> tuple[int, str]:
    """The layer, from 0, and the state that a name means. Raises LoadError."""
    written = OF_LAYER.fullmatch(name)
    state = written[2] if written else name
    having = [index for index, layer in enumerate(network.layers) if state in layer.cell.states]
    if written:
        index = int(written[1]) - 1
        if index in having:
            return index, state
    elif len(having) == 1:
        return having[0], state
    elif having:
        layers = ", ".join(str(index + 1) for index in having)
        raise source.error(
            quoted(name), f"is a state of layers {layers}", f"name the layer, layer{having[0] + 1}/{state}"
        )
    known = [f"layer{index + 1}/{each}" for index, layer in enumerate(network.layers) for each in layer.cell.states]
    raise source.error(quoted(name), "is no state of the network", f"known are {', '.join(known[:8]) or 'none'}")
