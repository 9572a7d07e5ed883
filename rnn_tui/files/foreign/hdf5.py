"""The datasets and the texts of an HDF5 file, as Keras writes them: hard links alone, and sizes before numbers.

A dataset may say that it is larger than any memory, lie in another file, or be a loop of groups; all that is refused.
The library itself runs in a process of its own, `hdf5_process`; numbers that stand in the file as they are, are mapped
from the disk without it.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import zipfile
from dataclasses import field
from typing import Any

import numpy as np

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.texts import megabytes
from rnn_tui.files.archives import check_packed
from rnn_tui.files.arrays import as_floats
from rnn_tui.files.errors import LoadError
from rnn_tui.files.extras import check_there
from rnn_tui.files.foreign.hdf5_process import BYTES_A_SECOND
from rnn_tui.files.foreign.loaded import Array, Held
from rnn_tui.files.source import Source, quoted

LONGEST = 60
"""Seconds after which the process is ended, however busy the machine; more for many numbers."""
LARGEST_CHUNK = 64 * 1024**2
"""Bytes of the pieces in which a dataset is stored, each of which is unpacked as a whole."""


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
    check_there("h5py", source)
    if member is not None:
        check_packed(source, member.filename, member.file_size)
    name = None if member is None else member.filename
    try:
        answer = json.loads(_asked(source, name, None, 0))
        if "refused" in answer:
            where, why, hint = answer["refused"]
            raise source.error(quoted(where) if where else "", why, hint)
        begin, attributes = answer["begin"], answer["attributes"]
        datasets = {path: _held(source, name, begin, path, *told) for path, told in answer["datasets"].items()}
    except LoadError:  # a ValueError too
        raise
    except (ValueError, KeyError, TypeError):
        raise _damaged(source) from None
    return Tree(datasets, attributes)


def _damaged(source: Source) -> Exception:
    return source.error("", "is no whole HDF5 file", "Keras' save or save_weights writes one")


def _held(
    source: Source, member: str | None, begin: int, path: str, shape: list[int], dtype: str, offset: int, chunk: int
) -> Held:
    """A dataset. Raises LoadError where it is far larger than the file."""
    kind = np.dtype(dtype)
    count = math.prod(shape)
    check_packed(source, quoted(path), count * max(kind.itemsize, 4))
    if chunk > max(LARGEST_CHUNK, 2 * count * kind.itemsize):
        raise source.error(quoted(path), f"is stored in pieces of {megabytes(chunk)}", "h5py writes smaller ones")
    mapped = begin >= 0 <= offset and count > 0 and kind.kind == "f"
    if mapped and begin + offset + count * kind.itemsize > source.size:
        raise source.error(quoted(path), "is cut short")
    size = count * kind.itemsize

    def read() -> Array:
        if mapped:
            with source.reading():
                stored: Array = np.memmap(source.path or "", kind, "r", begin + offset, tuple(shape))
            return as_floats(stored)
        data = _asked(source, member, path, size)
        if len(data) != size:
            raise source.error(quoted(path), "is damaged or cannot be read")
        return as_floats(np.frombuffer(data, kind).reshape(shape))

    return Held(path, tuple(shape), kind.name if kind.kind in "fiub" else "no numbers", read)


def _asked(source: Source, member: str | None, dataset: str | None, count: int) -> bytes:
    """What the process answers. Raises LoadError where it was ended, or knows no answer."""
    request = {"path": os.path.abspath(source.path or ""), "member": member, "dataset": dataset, "bytes": count}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "rnn_tui.files.foreign.hdf5_process", json.dumps(request)]
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdout": subprocess.PIPE}
    try:
        done = subprocess.run(command, env=environment, timeout=LONGEST + count // BYTES_A_SECOND, check=True, **quiet)
    except (subprocess.SubprocessError, OSError):
        raise _damaged(source) from None
    return bytes(done.stdout)
