"""What the HDF5 library says of a file, in a process of its own, ``python -m ...hdf5_process REQUEST``.

The library is written in C, and a stranger's bytes can make it loop, take all memory, or crash. Here it may: the
process has little time and memory, and whoever began it goes on without it. Nothing of a file is run or believed here;
what it says of itself is written to standard output as JSON, or the numbers of one dataset as bytes.

REQUEST is JSON: ``path``; ``member``, that of an archive, or null; ``dataset``, whose numbers are wanted, or null;
``bytes``, how many they are.
"""

from __future__ import annotations

import io
import json
import math
import sys
import zipfile
from dataclasses import field
from importlib import import_module
from typing import IO, Any

from rnn_tui.core.dataclass import dataclass

SECONDS = 3
"""Of the processor, to say what is in a file; the numbers of a dataset have more, by how many they are."""
BYTES_A_SECOND = 50_000_000
MEMORY = 450 * 1024**2
"""Bytes of memory, beside three times those of the numbers that are wanted."""
DEEPEST = 16
MOST = 20_000
"""Groups and datasets."""
TEXT_LIMIT = 16 * 1024**2
"""Bytes of an attribute."""
TEXTS = ("name", "keras_version", "backend", "model_config", "layer_names", "weight_names")
"""What the attributes that are read begin with."""


class Refused(Exception):
    """What is wrong with a file: the place in it, why, and a hint."""


@dataclass
class Found:
    """What is in a file: `hdf5.Tree` says what it means.

    Attributes:
        datasets: path to shape, type, where its numbers stand in the file or -1, and the bytes of its pieces.
        attributes: path to name to texts.
        seen: the groups passed, by their places.
    """

    datasets: dict[str, tuple[list[int], str, int, int]] = field(default_factory=dict)
    attributes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    seen: set[Any] = field(default_factory=set)


def main(words: list[str]) -> int:
    """Answers a request; the exit status is 0 where that could be done."""
    request = json.loads(words[0])
    limited(request["bytes"])
    h5py: Any = import_module("h5py")

    with open(request["path"], "rb") as raw:
        begin, inside = opened(raw, request["member"])
        try:
            with h5py.File(inside, "r") as file:
                if request["dataset"] is not None:
                    sys.stdout.buffer.write(file[request["dataset"]][()].tobytes())
                    return 0
                found = Found()
                walk(h5py, found, file, "", DEEPEST)
                answer: dict[str, Any] = {"begin": begin, "datasets": found.datasets, "attributes": found.attributes}
        except Refused as refused:
            answer = {"refused": refused.args}
    print(json.dumps(answer))
    return 0


def limited(wanted: int) -> None:
    """Lets this process have little time and memory, where the system can do that."""
    try:
        import resource
    except ImportError:  # whoever began this process ends it after a while all the same
        return
    seconds = SECONDS + wanted // BYTES_A_SECOND
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY + 3 * wanted,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def walk(h5py: Any, found: Found, group: Any, path: str, depth: int) -> None:
    """Notes everything below a group. Raises Refused for what leads elsewhere, or nowhere."""
    place = h5py.h5o.get_info(group.id)
    if (place.fileno, place.addr) in found.seen or depth == 0:
        raise Refused(path, "is a group in itself", "h5py writes no such file")
    found.seen.add((place.fileno, place.addr))
    found.attributes[path] = texts(h5py, group, path)
    for name in group:
        if len(found.datasets) + len(found.seen) > MOST:
            raise Refused("", f"holds more than {MOST:,} groups and datasets", "")
        below = f"{path}/{name}" if path else str(name)
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise Refused(below, "is a link to somewhere else", "the weights must be in the file")
        entry = group[name]
        if isinstance(entry, h5py.Group):
            walk(h5py, found, entry, below, depth - 1)
        elif isinstance(entry, h5py.Dataset):
            found.datasets[below] = told(entry, below)


def texts(h5py: Any, group: Any, path: str) -> dict[str, list[str]]:
    """Those attributes of a group that are texts and that Keras writes."""
    found = {}
    for name in group.attrs:
        if not str(name).startswith(TEXTS):
            continue
        own = h5py.h5a.open(group.id, name.encode())
        if math.prod(own.shape) * own.dtype.itemsize > TEXT_LIMIT:
            raise Refused(f"{path} {name}".strip(), "is larger than a text of Keras is", "")
        value = group.attrs[name]
        values = value.reshape(-1).tolist() if hasattr(value, "reshape") else [value]
        found[str(name)] = [
            each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for each in values
        ]
    return found


def told(dataset: Any, path: str) -> tuple[list[int], str, int, int]:
    """What a dataset says of itself."""
    if dataset.is_virtual or dataset.external:
        raise Refused(path, "lies in another file", "the weights must be in this one")
    chunk = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    offset = dataset.id.get_offset()
    return list(dataset.shape or ()), dataset.dtype.str, -1 if offset is None else offset, chunk


def opened(raw: IO[bytes], member: str | None) -> tuple[int, IO[bytes]]:
    """Where the HDF5 file begins in `raw`, or -1 where it is packed, and itself."""
    if member is None:
        return 0, raw
    archive = zipfile.ZipFile(raw)
    info = archive.getinfo(member)
    if info.compress_type != zipfile.ZIP_STORED:
        return -1, io.BytesIO(archive.read(info))
    raw.seek(info.header_offset)
    head = raw.read(30)
    begin = info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return begin, io.BufferedReader(Stretch(raw, begin, info.file_size))


class Stretch(io.RawIOBase):
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
