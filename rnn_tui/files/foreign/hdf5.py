"""The datasets and the texts of an HDF5 file, as Keras writes them: hard links alone, and sizes before numbers.

A dataset may say that it is larger than any memory, lie in another file, or be a loop of groups; all that is refused.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np

from rnn_tui.files.archives import check_packed
from rnn_tui.files.arrays import as_floats
from rnn_tui.files.errors import LoadError
from rnn_tui.files.extras import needed
from rnn_tui.files.foreign.loaded import Array, Held
from rnn_tui.files.source import Source, megabytes, quoted

DEEPEST = 16
MOST = 20_000
"""Groups and datasets."""
TEXT_LIMIT = 16 * 1024**2
"""Bytes of an attribute."""
LARGEST_CHUNK = 64 * 1024**2
"""Bytes of the pieces in which a dataset is stored, each of which is unpacked as a whole."""
TEXTS = ("name", "keras_version", "backend", "model_config", "layer_names", "weight_names")
"""What the attributes that are read begin with."""


@dataclass(frozen=True, eq=False)
class Tree:
    """An HDF5 file.

    Attributes:
        datasets: path to dataset, in the file's order.
        attributes: path of a group, empty for the root, to name to the texts of its attribute.
    """

    datasets: dict[str, Held] = field(default_factory=dict)
    attributes: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def text(self, group: str, name: str) -> str:
        """The text of an attribute; empty where there is none."""
        return next(iter(self.attributes.get(group, {}).get(name, [])), "")

    def texts(self, group: str, name: str) -> list[str]:
        """The texts of an attribute, which long ones are split into several of: name0, name1."""
        own = self.attributes.get(group, {})
        found = list(own.get(name, []))
        for number in range(len(own)):
            found += own.get(f"{name}{number}", [])
        return found

    def below(self, group: str) -> dict[str, Held]:
        """The datasets below a group, by the rest of their path."""
        start = f"{group}/"
        return {path[len(start) :]: held for path, held in self.datasets.items() if path.startswith(start)}


def tree(source: Source, member: zipfile.ZipInfo | None = None) -> Tree:
    """What is in a file, or in a member of an archive. Raises LoadError where it is damaged or too large."""
    found = Tree()
    with _opened(source, member) as file:
        _walk(_Walk(source, member, found, set()), file, "", DEEPEST)
    return found


@dataclass(frozen=True, eq=False)
class _Walk:
    """What is being looked through."""

    source: Source
    member: zipfile.ZipInfo | None
    found: Tree
    seen: set[Any]


def _walk(walk: _Walk, group: Any, path: str, depth: int) -> None:
    """Notes everything below a group."""
    h5py, source = needed("h5py", walk.source), walk.source
    place = h5py.h5o.get_info(group.id)
    if (place.fileno, place.addr) in walk.seen or depth == 0:
        raise source.error(quoted(path), "is a group in itself", "h5py writes no such file")
    walk.seen.add((place.fileno, place.addr))
    walk.found.attributes[path] = _texts(source, h5py, group, path)
    for name in group:
        if len(walk.found.datasets) + len(walk.seen) > MOST:
            raise source.error("", f"holds more than {MOST:,} groups and datasets")
        below = f"{path}/{name}" if path else str(name)
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise source.error(quoted(below), "is a link to somewhere else", "the weights must be in the file")
        entry = group[name]
        if isinstance(entry, h5py.Group):
            _walk(walk, entry, below, depth - 1)
        elif isinstance(entry, h5py.Dataset):
            walk.found.datasets[below] = _held(walk, entry, below)


def _texts(source: Source, h5py: Any, group: Any, path: str) -> dict[str, list[str]]:
    """Those attributes of a group that are texts and that Keras writes."""
    found = {}
    for name in group.attrs:
        if not str(name).startswith(TEXTS):
            continue
        own = h5py.h5a.open(group.id, name.encode())
        size = math.prod(own.shape) * own.dtype.itemsize
        if size > TEXT_LIMIT:
            raise source.error(quoted(f"{path} {name}".strip()), f"has {megabytes(size)}")
        values = np.asarray(group.attrs[name], object).reshape(-1).tolist()
        found[str(name)] = [
            each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in values
        ]
    return found


def _held(walk: _Walk, dataset: Any, path: str) -> Held:
    """A dataset. Raises LoadError where it lies elsewhere, or is far larger than the file."""
    source = walk.source
    if dataset.is_virtual or dataset.external:
        raise source.error(quoted(path), "lies in another file", "the weights must be in this one")
    shape = tuple(int(size) for size in dataset.shape or ())
    dtype = dataset.dtype
    taken = math.prod(shape) * max(dtype.itemsize, 4)
    check_packed(source, quoted(path), taken)
    chunk = math.prod(dataset.chunks or ()) * dtype.itemsize
    if chunk > max(LARGEST_CHUNK, 2 * taken):
        raise source.error(quoted(path), f"is stored in pieces of {megabytes(chunk)}", "h5py writes smaller ones")
    name = dtype.name if dtype.kind in "fiub" else "no numbers"
    return Held(path, shape, name, _reader(source, walk.member, path))


def _reader(source: Source, member: zipfile.ZipInfo | None, path: str) -> Callable[[], Array]:
    """Gives the numbers of a dataset."""

    def read() -> Array:
        with _opened(source, member) as file:
            return as_floats(np.asarray(file[path][()]))

    return read


@contextmanager
def _opened(source: Source, member: zipfile.ZipInfo | None) -> Iterator[Any]:
    """The file by h5py. Raises LoadError for whatever it complains about."""
    h5py = needed("h5py", source)
    with source.open() as raw:
        try:
            with h5py.File(raw if member is None else _member(source, raw, member), "r") as file:
                yield file
        except (LoadError, MemoryError):
            raise
        except Exception:  # whatever the library makes of a stranger's bytes
            raise source.error("", "is no whole HDF5 file", "Keras' save or save_weights writes one") from None


def _member(source: Source, raw: IO[bytes], member: zipfile.ZipInfo) -> IO[bytes]:
    """A member of an archive that can be read at any place: where it is stored as it is, out of the archive itself."""
    check_packed(source, member.filename, member.file_size)
    if member.compress_type != zipfile.ZIP_STORED:
        with zipfile.ZipFile(raw) as archive:
            return io.BytesIO(archive.read(member))
    raw.seek(member.header_offset)
    head = raw.read(30)
    begin = member.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return io.BufferedReader(_Stretch(raw, begin, min(member.file_size, source.size - begin)))


class _Stretch(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, file: IO[bytes], begin: int, size: int) -> None:
        super().__init__()
        self._file, self._begin, self._size, self._at = file, begin, max(size, 0), 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read at any place."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Goes to a place."""
        self._at = max((0, self._at, self._size)[whence] + offset, 0)
        return self._at

    def tell(self) -> int:
        """The place where it is."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Reads as much as there is, up to the size of a buffer."""
        count = max(min(len(buffer), self._size - self._at), 0)
        self._file.seek(self._begin + self._at)
        data = self._file.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
