"""Several NumPy arrays in one file, .npz, and the sequence in one: x, targets, labels and features. Never unpickled."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from rnn_tui.core.sequence import Array, Sequence
from rnn_tui.files.arrays import as_floats, check_numbers, check_whole, one_of, read_header, read_values
from rnn_tui.files.assembly import Wanted
from rnn_tui.files.source import Source

STRINGS_LIMIT = 10_000_000
"""The most labels a file may hold."""


def load_npz(source: Source, wanted: Wanted) -> Sequence:
    """The arrays x, and where there are such targets (T, O) or (T,), labels (T,) and features (I,).

    x as in `load_npy`; with x of (N, T, I), targets of (N, T, O) and labels of (N, T) or (T,). A file with a
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
    return one_of(source, wanted, x, targets, labels, features)


def _member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> Array:
    with open_member(source, archive, info, what) as file:
        header = read_header(source, file, what)
        check_numbers(source, header, what, info.file_size - file.tell())
        return read_values(source, file, header, what)


def _member_strings(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo | None, what: str) -> list[Any]:
    if info is None:
        return []
    with open_member(source, archive, info, what) as file:
        header = read_header(source, file, what)
        dtype = header.dtype
        if dtype.kind not in "USiufb" or not dtype.itemsize or len(header.shape) not in (1, 2):
            raise source.error(what, "is not a list of strings", "strings of shape (T,) are needed")
        if header.count > STRINGS_LIMIT:
            raise source.error(what, f"has {header.count:,} strings", f"up to {STRINGS_LIMIT:,} are loaded")
        check_whole(source, header, what, info.file_size - file.tell())
        values = read_values(source, file, header, what)
    if dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    elif dtype.kind == "U":
        values = np.ascontiguousarray(values, dtype.newbyteorder("="))
        if (values.view(np.uint32) > sys.maxunicode).any():
            raise source.error(what, "holds characters that do not exist")
    return list(values.tolist())


def open_archive(source: Source, file: IO[bytes]) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """An archive and its arrays by name. Raises LoadError."""
    try:
        archive = zipfile.ZipFile(file)
    except Exception:  # whatever zipfile makes of a stranger's bytes
        raise source.error("", "is not a whole .npz file", "numpy.savez writes one") from None
    return archive, {info.filename.removesuffix(".npy"): info for info in archive.infolist()}


def open_member(source: Source, archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> IO[bytes]:
    """An array of an archive, from its header on. Raises LoadError."""
    try:
        return archive.open(info)
    except Exception:  # encrypted, an unknown compression, a directory that lies
        raise source.error(what, "cannot be unpacked", "numpy.savez writes it anew") from None


def write_npz(arrays: Mapping[str, Array], file: IO[bytes]) -> None:
    """What np.savez writes; that function cannot take an array called ``file``."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
