"""NumPy arrays as bytes: .npy files and the members of .npz files. Never unpickled."""

from __future__ import annotations

import math
import warnings
from itertools import chain
from typing import IO, Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.core.texts import megabytes
from rnn_tui.files.assembly import RESET, assemble, choose, parts_of, split_targets
from rnn_tui.files.source import BLOCK, MEMORY_LIMIT, Source
from rnn_tui.files.wanted import Wanted

MAPPED_FROM = 8 * 1024**2
"""From this many bytes on an array of floats stays on the disk and is mapped."""

KINDS = {
    "c": "complex numbers",
    "O": "Python objects",
    "U": "strings",
    "S": "strings",
    "V": "records",
    "M": "dates",
    "m": "time spans",
}


@dataclass(frozen=True)
class Header:
    """What the head of a .npy file says: the shape, whether in Fortran's order, the type of a number."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """How many bytes they take in the file."""
        return self.count * self.dtype.itemsize


def load_npy(source: Source, wanted: Wanted) -> Sequence:
    """One array: (T,), (T, I), or (N, T, I) for several sequences.

    float32 and float64 stay what they are, float16 becomes float32, other floats, integers and truth values
    float64. A large array of native floats is mapped from the disk.

    Raises:
        LoadError: not such an array, cut short, or too large to convert.
    """
    with source.open() as file:
        header = read_header(source, file, "")
        begin = file.tell()
        check_numbers(source, header, "", source.size - begin)
        native = header.dtype.isnative and header.dtype in (np.float32, np.float64)
        if native and header.size >= MAPPED_FROM and source.path is not None:
            order: Any = "F" if header.fortran else "C"
            with source.reading():
                x: Array = np.memmap(source.path, header.dtype, "r", begin, header.shape, order)
        else:
            x = as_floats(read_values(source, file, header, ""))
    return one_of(source, wanted, x, None, [], [])


def one_of(
    source: Source,
    wanted: Wanted,
    x: Array,
    targets: Array | None,
    labels: list[Any],
    features: list[Any],
    resets: Array | None = None,
) -> Sequence:
    """The wanted sequence, or all of them, of arrays that have one dimension more where there are several.

    Raises:
        LoadError: the shapes do not fit.
    """
    several = x.ndim == 3
    notes = ["its axes are sequence, timestep, number (--time-first: timestep, sequence, number)"] if several else []
    if several and wanted.time_first:
        notes = []
        turned = targets is not None and targets.ndim == 3 and targets.shape[:2] == x.shape[:2]
        x, targets = x.swapaxes(0, 1), targets.swapaxes(0, 1) if targets is not None and turned else targets
    count = len(x) if several else 1
    chosen, length, parts = choose(source, wanted, count), x.shape[-2] if several else len(x), None
    if several:
        own = len(chosen)
        if own > 1:
            _check_joined(source, x)
            parts = parts_of([length] * own)
        every = labels[chosen.start : chosen.stop] if len(labels) == count and isinstance(labels[0], list) else None
        labels = list(chain.from_iterable(every)) if every is not None else labels * own
        x = _joined(x, chosen, True)
        targets = None if targets is None else _joined(targets, chosen, len(targets) == count)
        resets = None if resets is None else _joined(resets, chosen, resets.ndim == 2 and len(resets) == count)
    table = as_table(source, x, "x")
    wished = None if targets is None else as_table(source, targets, "targets")
    if resets is not None and resets.shape != (len(table),):
        raise source.error(RESET, f"has shape {resets.shape}", f"({length},) is needed, one of each timestep")
    table, wished, features = split_targets(source, wanted, table, wished, features)
    for what, values in (("labels", labels), ("features", features)):
        if any(isinstance(value, list) for value in values):
            raise source.error(what, "is not a list of strings", "one string each is needed")
    texts, afresh = (map(str, labels), map(str, features)), None if resets is None else np.nan_to_num(resets) != 0
    return assemble(source, wanted, table, wished, *texts, count=count, notes=notes, afresh=afresh, parts=parts)


def _joined(values: Array, chosen: range, each: bool) -> Array:
    """Those of the chosen sequences, one after the other; of what is not of `each` all have the same."""
    if not each:
        return values if len(chosen) < 2 else np.concatenate([values] * len(chosen))
    own = values[chosen.start : chosen.stop]
    return own[0] if len(own) == 1 else own.reshape(-1, *own.shape[2:])


def _check_joined(source: Source, x: Array) -> None:
    """Raises LoadError where all sequences one after the other have to be copied and take too much memory."""
    if not x.flags.c_contiguous and x.nbytes > MEMORY_LIMIT:
        raise source.error(
            "", f"takes {megabytes(x.nbytes)}", f"up to {megabytes(MEMORY_LIMIT)} is turned to time first"
        )


def as_table(source: Source, values: Array, what: str) -> Array:
    """(T,) as (T, 1), (T, n) as it is.

    Raises:
        LoadError: another number of dimensions, or none of one or the other.
    """
    table = values[:, None] if values.ndim == 1 else values
    if table.ndim != 2 or not table.size:
        raise source.error(what, f"has shape {values.shape}", "T rows of numbers are needed, T of 1 or more")
    return table


def as_floats(values: Array) -> Array:
    """Numbers as float32 or float64 in the machine's byte order; a copy only where it has to be one."""
    narrow = values.dtype.kind == "f" and values.dtype.itemsize <= 4
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(np.float32 if narrow else np.float64, copy=False)


def from_bfloat16(stored: Array) -> Array:
    """The upper halves of float32 numbers, as 16-bit whole numbers, as those numbers: exact."""
    wide = stored.astype(np.uint32)
    wide <<= 16
    return wide.view(np.float32)


def check_finite(source: Source, what: str, values: Array, about: str = "") -> None:
    """Raises LoadError with the place, from 1, of the first number that is not finite, and what is said about it."""
    if not values.size or (np.isfinite(values.min()) and np.isfinite(values.max())):  # without an array of answers
        return
    place = tuple(int(index) for index in np.argwhere(~np.isfinite(values))[0])
    where = f"{what}[{', '.join(str(index + 1) for index in place)}]" if place else what
    raise source.error(where, f"{values[place]} is not finite{about}", "allow_nonfinite lets it in")


def read_header(source: Source, file: IO[bytes], what: str) -> Header:
    """The head of a .npy file, which leaves `file` where the numbers begin.

    Raises:
        LoadError: it is none, or describes a shape that cannot be.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            version = np.lib.format.read_magic(file)
            layout = np.lib.format
            read = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
            shape, fortran, dtype = read(file)
        header = Header(tuple(int(length) for length in shape), bool(fortran), dtype)
    except Exception:  # whatever numpy makes of a stranger's bytes
        raise source.error(what, "is not a whole .npy array", "numpy.save writes one") from None
    if any(length < 0 for length in header.shape):
        raise source.error(what, f"has shape {header.shape}", "a length cannot be negative")
    return header


def check_numbers(source: Source, header: Header, what: str, there: int) -> None:
    """Checks type, shape and size before any memory is taken; `there` is how many bytes the file still has.

    Raises:
        LoadError: not numbers, not 1 to 3 dimensions, empty, or cut short.
    """
    if header.dtype.kind not in "fiub":
        held = KINDS.get(header.dtype.kind, "something else")
        raise source.error(what, f"holds {held}", "floats, integers or truth values are needed")
    if not 1 <= len(header.shape) <= 3 or not header.count:
        raise source.error(what, f"has shape {header.shape}", "(T, I) is needed, T and I of 1 or more")
    check_whole(source, header, what, there)


def check_whole(source: Source, header: Header, what: str, there: int) -> None:
    """Raises LoadError where the file has fewer bytes than its header promises."""
    if header.size > there:
        why = f"is cut short: {there:,} of its {header.size:,} bytes are there"
        raise source.error(what, why)


def read_values(source: Source, file: IO[bytes], header: Header, what: str) -> Array:
    """The array behind a header, block by block.

    Raises:
        LoadError: it is larger than `MEMORY_LIMIT` as float64, damaged, or cut short.
    """
    taken = max(header.size, 8 * math.prod(max(size, 1) for size in header.shape))  # of no numbers, too
    source.check_room(what, taken)
    data = bytearray()
    while len(data) < header.size:
        block = _read(source, file, min(BLOCK, header.size - len(data)), what)
        if not block:
            check_whole(source, header, what, len(data))
        data += block
        source.progress(min(len(data), source.size), source.size)
    _read(source, file, 1, what)  # past the end, where zipfile compares the checksum
    if not header.dtype.itemsize:  # texts without a character, of which there are no bytes to read
        return np.zeros(header.shape, header.dtype)
    return np.frombuffer(data, header.dtype).reshape(header.shape, order="F" if header.fortran else "C")


def _read(source: Source, file: IO[bytes], count: int, what: str) -> bytes:
    try:
        return file.read(count)
    except Exception:  # whatever the decompressors make of a stranger's bytes
        raise source.error(what, "is damaged or cannot be read", "numpy.savez writes it anew") from None
