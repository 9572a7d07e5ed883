"""A trace as NumPy arrays: .npz, or .npy of one alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.texts import megabytes
from rnn_tui.files.archives import check_packed, open_archive, open_member
from rnn_tui.files.arrays import check_whole, read_header, read_values
from rnn_tui.files.source import Source, quoted
from rnn_tui.files.traces.names import QUANTITIES, TIMES, Named, named
from rnn_tui.files.traces.parts import LARGEST, Part, Parts

Numbers = NDArray[np.float64]
MOST_ARRAYS = 10_000
MOST_AXES = 5
HALF_OF_FLOAT16 = 2.0**-11 * 1.02
"""What a number that is written as float16 leaves open of itself."""


def read_npz(source: Source) -> Parts:
    """The quantities of an archive, by name. Raises LoadError."""
    parts: list[Part] = []
    left_out: list[str] = []
    times: tuple[int, ...] = ()
    taken = 0
    with source.open() as file:
        archive, members = open_archive(source, file)
        if len(members) > MOST_ARRAYS:
            raise source.error("", f"holds {len(members):,} arrays", f"up to {MOST_ARRAYS:,} are read")
        for name, info in members.items():
            with open_member(source, archive, info, name) as member:
                header = read_header(source, member, name)
                if header.dtype.kind not in "fiu" or not header.count or len(header.shape) > MOST_AXES:
                    left_out.append(name)
                    continue
                check_whole(source, header, name, info.file_size - member.tell())
                taken += max(header.size, header.count * 8)
                if taken > LARGEST:
                    why = f"takes more than {megabytes(LARGEST)}"
                    raise source.error(name, why, "write fewer timesteps, or fewer quantities")
                check_packed(source, name, max(header.size, header.count * 8))
                array = read_values(source, member, header, name)
            if name.lower() in TIMES and array.ndim == 1:
                times = _whole(array)
                continue
            parts.append(_part(name, array))
    own = any(part.name.quantity == "s_prev" for part in parts)
    if len(parts) == 1 and len(members) == 1 and parts[0].name.quantity not in QUANTITIES:
        return Parts((_as_y(parts[0]),), notes=(f"{quoted(parts[0].shown)} is taken for y",))
    return Parts(tuple(parts), times, own, (), tuple(left_out))


def read_npy(source: Source) -> Parts:
    """One array, which is y. Raises LoadError."""
    with source.open() as file:
        header = read_header(source, file, "")
        if header.dtype.kind not in "fiu" or not header.count or len(header.shape) > MOST_AXES:
            raise source.error("", f"has shape {header.shape} of {header.dtype}", "numbers (T, H) are needed")
        check_whole(source, header, "", source.size - file.tell())
        array = read_values(source, file, header, "")
    return Parts((_as_y(_part("array", array)),), notes=("an .npy has no names: it is taken for y",))


def _part(name: str, array: NDArray[np.generic]) -> Part:
    """An array of a file; of float16 it leaves open what was rounded away."""
    with np.errstate(all="ignore"):
        values = np.asarray(array, np.float64)
        half = array.dtype.itemsize == 2 and array.dtype.kind == "f"
        opened = np.abs(values) * HALF_OF_FLOAT16 if half else None
    return Part(name, named(name, units=False), values, opened)


def _as_y(part: Part) -> Part:
    """The only array of a file, whose name says nothing."""
    return Part(part.shown, Named(part.shown, "y"), part.values, part.open)


def _whole(array: NDArray[np.generic]) -> tuple[int, ...]:
    """The timesteps of the rows; none where they are no whole numbers."""
    values = np.asarray(array, np.float64)
    if not all(math.isfinite(value) and value == int(value) and abs(value) < 2**53 for value in values[:1].tolist()):
        return ()
    return tuple(int(value) if math.isfinite(value) and abs(value) < 2**53 else -1 for value in values.tolist())
