"""An ONNX file as bytes: counted before it is parsed, its tensors read one at a time, nothing outside its folder.

The protobuf messages and their field numbers are those of onnx.proto, which the ONNX specification prints.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.texts import megabytes, one_line
from rnn_tui.files.arrays import from_bfloat16
from rnn_tui.files.extras import needed
from rnn_tui.files.source import MEMORY_LIMIT, Source, quoted

Array = NDArray[Any]

LARGEST_FILE = 512 * 1024**2
"""The bytes of the file itself, which is parsed whole; tensors in files beside it do not count."""
MOST_FIELDS = 300_000
"""An empty message takes two bytes in the file and a hundred in memory."""
MOST_DIMENSIONS = 16
OPSETS = range(7, 28)
"""The versions of the operators that are known: RNN, LSTM and GRU are as they are since 7."""

MODEL, GRAPH, NODE, ATTRIBUTE, OTHER = "model", "graph", "node", "attribute", "other"
INSIDE = {
    MODEL: {7: GRAPH, 8: OTHER, 14: OTHER, 20: OTHER, 25: OTHER},
    GRAPH: {1: NODE, 5: OTHER, 11: OTHER, 12: OTHER, 13: OTHER, 14: OTHER, 15: OTHER, 16: OTHER},
    NODE: {5: ATTRIBUTE, 9: OTHER},
    ATTRIBUTE: {5: OTHER, 6: GRAPH, 10: OTHER, 11: GRAPH, 14: OTHER, 15: OTHER},
    OTHER: {},
}
"""Of each message, which fields hold messages of what kind; the fields of tensors and types are counted, not entered.
"""
NUMBERS = {1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool"}
NUMBERS |= {10: "float16", 11: "float64", 12: "uint32", 13: "uint64"}
BFLOAT16 = 16


def open_model(source: Source) -> Any:
    """The model in a file, as a message of the package onnx.

    Raises:
        LoadError: not a whole ONNX file, too large, with operators of an unknown version, or the package is missing.
    """
    if source.size > LARGEST_FILE:
        hint = f"up to {megabytes(LARGEST_FILE)} is loaded, weights saved as external data do not count"
        raise source.error("", f"has {megabytes(source.size)}", hint)
    with source.open() as file, source.reading():
        content = file.read(source.size + 1)  # as much as is read is taken at once, whatever there is
    damaged = source.error("", "is not a whole ONNX file", "onnx.save and torch.onnx.export write one")
    try:
        _count(memoryview(content), MODEL, [0])
    except (IndexError, RecursionError):
        raise damaged from None
    except OverflowError:
        raise source.error("", f"has more than {MOST_FIELDS:,} parts", "a model this reads has far fewer") from None
    package = needed("onnx", source)
    model = package.ModelProto()
    try:
        model.ParseFromString(content)
    except Exception:  # whatever protobuf makes of a stranger's bytes
        raise damaged from None
    if not model.HasField("graph") or not model.graph.node:
        raise source.error("", "holds no ONNX graph with a node in it", "onnx.save and torch.onnx.export write one")
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions:
        raise source.error("opset", "does not say which version of the operators it is for", "it is no whole model")
    if versions[0] not in OPSETS:
        known = f"known are {OPSETS.start} to {OPSETS.stop - 1}"
        raise source.error("opset", f"is for version {versions[0]} of the operators", known)
    return model


def _count(data: memoryview, kind: str, count: list[int], depth: int = 0) -> None:
    """Counts the fields of a message. Raises IndexError where it is cut short, OverflowError if they are too many."""
    if depth > 100:
        raise IndexError
    at, end, inside = 0, len(data), INSIDE[kind]
    while at < end:
        count[0] += 1
        if count[0] > MOST_FIELDS:
            raise OverflowError
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == 0:
            _, at = _varint(data, at)
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
        elif wire == 2:
            size, at = _varint(data, at)
            if at + size > end:
                raise IndexError
            if tag >> 3 in inside:
                _count(data[at : at + size], inside[tag >> 3], count, depth + 1)
            at += size
        else:
            raise IndexError
    if at > end:
        raise IndexError


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number of up to ten bytes, and where it ends. Raises IndexError."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise IndexError


class Tensors:
    """Reads the tensors of one model, sizes first.

    Attributes:
        source: the model's file.
        held: the bytes of numbers read so far.
    """

    def __init__(self, source: Source) -> None:
        self.source, self.held = source, 0

    def read(self, tensor: Any, where: str) -> Array:
        """The numbers of a TensorProto, bfloat16 as float32.

        Raises:
            LoadError: a type without numbers, a shape that the data does not fill, data that is missing or outside the
                model's folder, or more than `MEMORY_LIMIT` in all.
        """
        where = where or "a tensor without a name"
        shape = tuple(int(size) for size in tensor.dims)
        kind = tensor.data_type
        if len(shape) > MOST_DIMENSIONS:
            raise self.source.error(where, f"has {len(shape)} dimensions", f"up to {MOST_DIMENSIONS} are read")
        if any(size < 0 for size in shape):
            raise self.source.error(where, f"has shape {shape}", "a length cannot be negative")
        if kind not in NUMBERS and kind != BFLOAT16:
            raise self.source.error(where, f"is of type {kind}", "floats and whole numbers are read")
        dtype = np.dtype(np.uint16 if kind == BFLOAT16 else NUMBERS[kind]).newbyteorder("<")
        count = math.prod(shape)
        size = count * dtype.itemsize
        if self.held + size > MEMORY_LIMIT:
            why = f"declares {count:,} numbers"
            raise self.source.error(where, why, f"up to {megabytes(MEMORY_LIMIT)} are loaded in all")
        self.held += size
        if tensor.data_location == 1:
            flat = self._external(tensor, where, dtype, size)
        elif tensor.HasField("raw_data"):
            self._filled(where, shape, len(tensor.raw_data), size)
            flat = np.frombuffer(tensor.raw_data, dtype)
        else:
            flat = self._listed(tensor, where, shape, kind, dtype, count)
        array = flat.reshape(shape)
        if kind == BFLOAT16:
            return from_bfloat16(array)
        return array.astype(dtype.newbyteorder("="), copy=False)

    def _filled(self, where: str, shape: tuple[int, ...], found: int, wanted: int) -> None:
        if found != wanted:
            raise self.source.error(where, f"has shape {shape} and {found:,} bytes", f"{wanted:,} are needed")

    def _listed(
        self, tensor: Any, where: str, shape: tuple[int, ...], kind: int, dtype: np.dtype[Any], count: int
    ) -> Array:
        """Numbers that stand one by one in the message, small ones as int32 (onnx.proto, TensorProto)."""
        lists = {1: tensor.float_data, 7: tensor.int64_data, 11: tensor.double_data}
        lists |= {12: tensor.uint64_data, 13: tensor.uint64_data}
        numbers = lists.get(kind, tensor.int32_data)
        if len(numbers) != count:
            raise self.source.error(where, f"has shape {shape} and {len(numbers):,} numbers", f"{count:,} are needed")
        if kind in (10, BFLOAT16):
            return np.array(numbers, np.int64).astype(np.uint16).view("<f2" if kind == 10 else dtype)
        return np.array(numbers).astype(dtype)

    def _external(self, tensor: Any, where: str, dtype: np.dtype[Any], size: int) -> Array:
        """Numbers in a file beside the model's; never one outside its folder."""
        entries = {entry.key: entry.value for entry in tensor.external_data}
        location = said(entries.get("location", ""))
        folder = None if self.source.path is None else self.source.path.resolve().parent
        if folder is None:
            raise self.source.error(where, "has its numbers in another file", "give the model as a file")
        path, outside = self._inside(folder, location)
        if outside:
            raise self.source.error(where, f"has its numbers in {quoted(location)}", "a file in its folder is needed")
        try:
            offset, length = int(entries.get("offset") or 0), int(entries.get("length") or size)
        except ValueError:
            raise self.source.error(where, "does not say where in its file its numbers are") from None
        if not path.is_file():
            raise self.source.error(where, f"has its numbers in {quoted(location)}", "that file is not there")
        there = path.stat().st_size
        if length != size or offset < 0 or offset + size > there:
            why = f"needs {size:,} bytes from byte {offset:,} of {quoted(location)} on"
            raise self.source.error(where, why, f"that file has {there:,}, the model says {length:,}")
        if not size:
            return np.zeros(0, dtype)
        with self.source.reading():
            return np.memmap(path, dtype, "r", offset, (size // dtype.itemsize,))

    def _inside(self, folder: Path, location: str) -> tuple[Path, bool]:
        """The file that a location names, and whether it is outside the folder, by a link too."""
        if not location or "\0" in location:
            return folder, True
        try:
            path = (folder / location).resolve()
        except (OSError, RuntimeError):  # a circle of links
            return folder, True
        return path, not path.is_relative_to(folder)


def place_of(node: Any, index: int) -> str:
    """What an error calls a node: its name, or its number from 1 with its operator."""
    return f"node {index + 1} ({said(node.op_type)[:40]}{' ' + said(node.name)[:80] if node.name else ''})"


def said(name: str | bytes) -> str:
    """A name of the file on one line; protobuf gives bytes where it is not UTF-8."""
    return one_line(name if isinstance(name, str) else name.decode("utf-8", "replace"))
