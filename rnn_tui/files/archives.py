"""Several NumPy arrays in one file, .npz, and the sequence in one: x, targets, labels and features. Never unpickled."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterable
from typing import IO, Any

import numpy as np

from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.core.texts import megabytes
from rnn_tui.files.arrays import as_floats, check_numbers, check_whole, one_of, read_header, read_values
from rnn_tui.files.assembly import LONGEST_STRING, RESET, STRINGS_LIMIT, too_long_string
from rnn_tui.files.source import Source
from rnn_tui.files.wanted import Wanted

DIRECTORY_LIMIT = 4 * 1024**2
"""The bytes of an archive's list of its arrays."""
UNPACKED_FREELY = 64 * 1024**2
UNPACKED_MOST = 100
"""More than so many bytes are unpacked only from a file that has a hundredth of them."""
STRING = 64
"""About the bytes that a short string takes in memory."""
END, LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
"""What the record at the end of an archive begins with, and what stands right before it where the archive is a large
one: then a record of 56 bytes comes before that. The size of the directory stands 12 bytes into the one, 40 into the
other."""


def load_npz(source: Source, wanted: Wanted) -> Sequence:
    """The arrays x, and where there are such targets (T, O) or (T,), labels (T,), features (I,) and reset (T,), not 0
    where the states begin afresh.

    x as in `load_npy`; with x of (N, T, I), targets of (N, T, O), labels and reset of (N, T) or (T,). A file with a
    single array of any name holds x.

    Raises:
        LoadError: not such arrays, cut short, or too large.
    """
    with source.open() as file:
        archive, members = open_archive(source, file)
        name = "x" if "x" in members or len(members) != 1 else next(iter(members))
        if name not in members:
            held = ", ".join(sorted(members)[:8]) or "none"
            raise source.error("", "has no array x", f"its arrays are: {held}")
        x = as_floats(_member(source, archive, members[name], name))
        targets = None
        if "targets" in members:
            targets = as_floats(_member(source, archive, members["targets"], "targets"))
        labels = _member_strings(source, archive, members.get("labels"), "labels")
        features = _member_strings(source, archive, members.get("features"), "features")
        resets = (
            as_floats(_member(source, archive, members[RESET], RESET)) if RESET in members and name == "x" else None
        )
    return one_of(source, wanted, x, targets, labels, features, resets)


def _member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> Array:
    with open_member(source, archive, info, what) as file:
        header = read_header(source, file, what)
        check_numbers(source, header, what, info.file_size - file.tell())
        check_packed(source, what, max(header.size, header.count * 8))
        return read_values(source, file, header, what)


def _member_strings(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, what: str) -> list[Any]:
    if info is None:
        return []
    with open_member(source, archive, info, what) as file:
        header = read_header(source, file, what)
        dtype = header.dtype
        if header.shape == (0,):
            return []
        if dtype.kind not in "USiufb" or not dtype.itemsize or len(header.shape) not in (1, 2) or not header.count:
            raise source.error(what, "is not a list of strings", "strings of shape (T,) are needed")
        length = dtype.itemsize // (4 if dtype.kind == "U" else 1)
        if dtype.kind in "US" and length > 4 * LONGEST_STRING:  # in bytes, a character may take four
            raise too_long_string(source, what, length)
        if header.count > STRINGS_LIMIT:
            raise source.error(what, f"has {header.count:,} strings", f"up to {STRINGS_LIMIT:,} are loaded")
        check_packed(source, what, header.size + header.count * STRING)
        check_whole(source, header, what, info.file_size - file.tell())
        values = read_values(source, file, header, what)
    if dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    elif dtype.kind == "U":
        values = np.ascontiguousarray(values, dtype.newbyteorder("="))
        if (values.view(np.uint32) > sys.maxunicode).any():
            raise source.error(what, "holds characters that do not exist")
    return list(values.tolist())


def open_archive(
    source: Source, file: IO[bytes], why: str = "is not a whole .npz file", hint: str = "numpy.savez writes one"
) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """An archive and its arrays by name.

    Args:
        source: the file.
        file: the same, opened.
        why: what is said of one that is no archive.
        hint: what writes one.

    Raises:
        LoadError: no whole archive, or one with a directory of more than `DIRECTORY_LIMIT` bytes.
    """
    with source.reading():
        file.seek(max(source.size - 2**16 - 22 - 76, 0))
        tail = file.read()
    ends = [found.start() for found in re.finditer(END, tail)]  # zipfile takes one of them
    sizes = [tail[at + 12 : at + 16] for at in ends]
    sizes += [tail[at - 36 : at - 28] for at in ends if tail[at - 20 : at - 16] == LOCATOR]
    if any(int.from_bytes(size, "little") > DIRECTORY_LIMIT for size in sizes):
        raise source.error("", "holds more arrays than a file of this kind needs", hint)
    try:
        archive = zipfile.ZipFile(file)
    except Exception:  # whatever zipfile makes of a stranger's bytes
        raise source.error("", why, hint) from None
    return archive, {info.filename.removesuffix(".npy"): info for info in archive.infolist()}


def open_member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> IO[bytes]:
    """An array of an archive, from its header on. Raises LoadError."""
    try:
        return archive.open(info)
    except Exception:  # encrypted, an unknown compression, a directory that lies
        raise source.error(what, "cannot be unpacked", "numpy.savez writes it anew") from None


def check_packed(source: Source, what: str, taken: int) -> None:
    """Raises LoadError where so many bytes are to come out of a file that is far too small for them."""
    if taken > max(UNPACKED_FREELY, UNPACKED_MOST * source.size):
        why = f"takes {megabytes(taken)} out of a file of {megabytes(source.size)}"
        raise source.error(what, why, "numpy.save or numpy.savez writes it unpacked")


def write_npz(arrays: Iterable[tuple[str, Array]], file: IO[bytes]) -> None:
    """What np.savez writes; that function cannot take an array called ``file``, and needs all of them at once."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays:
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
