"""The tensors of a .safetensors file: eight bytes that say how long its JSON header is, the header, the numbers.

Format: the README of the safetensors repository. The header is read and checked first; the numbers are mapped from the
disk, and become floats only when they are asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rnn_tui.files.arrays import as_floats, from_bfloat16
from rnn_tui.files.foreign.loaded import Array, Held
from rnn_tui.files.source import Source, quoted

HEADER_LIMIT = 16 * 1024**2
"""Bytes of JSON."""
TYPES = {"F64": ("<f8", "float64"), "F32": ("<f4", "float32"), "F16": ("<f2", "float16"), "BF16": ("<u2", "bfloat16")}
"""The types that weights are in: as they are read, and what they are called."""
OTHERS = {
    "I64": (8, "int64"),
    "I32": (4, "int32"),
    "I16": (2, "int16"),
    "I8": (1, "int8"),
    "U64": (8, "uint64"),
    "U32": (4, "uint32"),
    "U16": (2, "uint16"),
    "U8": (1, "uint8"),
    "BOOL": (1, "bool"),
    "F8_E4M3": (1, "float8_e4m3"),
    "F8_E5M2": (1, "float8_e5m2"),
}
WHY = "is no whole .safetensors file"


def safetensors(source: Source) -> dict[str, Held]:
    """Name to tensor, in the file's order. Raises LoadError where the header is not what it should be."""
    with source.open() as file, source.reading():
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(HEADER_LIMIT, source.size - 8):
            raise source.error("", WHY, f"its header would have {length:,} bytes")
        text = file.read(length)
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise source.error("", WHY, "its header is not JSON") from None
    if not isinstance(entries, dict):
        raise source.error("", WHY, "its header names no tensors")
    begin, taken, found = 8 + length, [], {}
    for name, entry in entries.items():
        if name != "__metadata__":
            first, last, held = _tensor(source, name, entry, begin)
            taken.append((first, last, name))
            found[name] = held
    for (_, last, _), (first, _, name) in zip(sorted(taken), sorted(taken)[1:], strict=False):
        if first < last:
            raise source.error(quoted(name), "shares its bytes with another tensor", "each has its own")
    return found


def _tensor(source: Source, name: str, entry: Any, begin: int) -> tuple[int, int, Held]:
    """Where a tensor's bytes are, and the tensor. Raises LoadError."""
    given: dict[str, Any] = entry if isinstance(entry, dict) else {}
    kind: Any = given.get("dtype")
    shape: Any = given.get("shape")
    offsets: Any = given.get("data_offsets")
    whole = isinstance(shape, list) and isinstance(offsets, list) and len(offsets) == 2 and len(shape) <= 8
    if not whole or not all(type(each) is int and 0 <= each < 2**60 for each in (*shape, *offsets)):
        raise source.error(quoted(name), "has no dtype, shape and data_offsets", "safetensors writes all three")
    if not isinstance(kind, str) or kind not in (*TYPES, *OTHERS):
        raise source.error(quoted(name), f"is of type {quoted(kind)}", f"known are {', '.join(TYPES)}")
    size = np.dtype(TYPES[kind][0]).itemsize if kind in TYPES else OTHERS[kind][0]
    first, last = offsets
    if last - first != math.prod(shape) * size:
        why = f"has shape {tuple(shape)} of {kind} and {last - first:,} bytes"
        raise source.error(quoted(name), why, f"{math.prod(shape) * size:,} are needed")
    if begin + last > source.size:
        why = f"is cut short: its numbers end at byte {begin + last:,} of {source.size:,}"
        raise source.error(quoted(name), why)
    if kind not in TYPES:
        return first, last, Held.without(source, name, tuple(shape), OTHERS[kind][1])
    return first, last, Held(name, tuple(shape), TYPES[kind][1], _reader(source, kind, tuple(shape), begin + first))


def _reader(source: Source, kind: str, shape: tuple[int, ...], offset: int) -> Callable[[], Array]:
    """Gives the numbers at a place."""

    def read() -> Array:
        if not math.prod(shape) or source.path is None:
            return np.zeros(shape, np.float32)
        with source.reading():
            stored: Array = np.memmap(source.path, TYPES[kind][0], "r", offset, shape)
        return from_bfloat16(stored) if kind == "BF16" else as_floats(stored)

    return read
