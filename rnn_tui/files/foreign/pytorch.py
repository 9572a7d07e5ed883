"""The tensors of a .pt or .pth file, through torch.load(weights_only=True): nothing in the file is ever run.

A state_dict, a checkpoint that holds some under any keys, in the zip format and the one before it.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from rnn_tui.core.texts import megabytes
from rnn_tui.files.archives import check_packed, open_archive
from rnn_tui.files.arrays import as_floats, from_bfloat16
from rnn_tui.files.extras import needed
from rnn_tui.files.foreign.loaded import Array, Held
from rnn_tui.files.source import Source

DEEPEST = 8
"""Mappings in mappings that are looked into."""
MOST_TENSORS = 100_000
PICKLE_LIMIT = 64 * 1024**2
"""Bytes of the part of a file that says which tensors there are."""
NOT_WEIGHTS = ("optim", "sched", "scaler")
"""What the keys begin with under which a checkpoint keeps what belongs to learning."""
WHY = "is no whole .pt file"
SAVE = 'torch.save(model.state_dict(), "weights.pt") writes its numbers alone'
PACKED = ".ScriptObject"
UNPACKED = "the state_dict of the network before it was quantized is read"


def pytorch(source: Source) -> dict[str, Held]:
    """Name to tensor, in the file's order; those of a checkpoint have the keys before them.

    Raises:
        LoadError: PyTorch is not there, or the file holds a program or objects, or no tensors, or is damaged.
    """
    zipped = _check_zip(source)
    torch = needed("torch", source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole = torch.load(source.path, map_location="cpu", weights_only=True, mmap=zipped)
    except MemoryError:
        raise
    except Exception as problem:  # whatever it makes of a stranger's bytes
        raise _refused(source, str(problem)) from None
    found: dict[str, Held] = {}
    for name, tensor in _tensors(torch, whole, "", DEEPEST):
        if len(found) == MOST_TENSORS:
            raise source.error("", f"holds more than {MOST_TENSORS:,} tensors")
        if name in found:
            raise source.error(name, "is there twice")
        found[name] = _held(source, torch, name, tensor)
    return found


def _check_zip(source: Source) -> bool:
    """Whether the file is an archive; what is in it is looked at first. Raises LoadError."""
    with source.open() as file, source.reading():
        if file.read(2) != b"PK":
            return False
        members = open_archive(source, file, WHY, SAVE)[0].infolist()
    names = {info.filename.partition("/")[2] for info in members}
    if "constants.pkl" in names or any(name.startswith("code/") for name in names):
        type_ = "torch.save(torch.jit.load(F).state_dict(), 'weights.pt')"
        raise source.error("", "is TorchScript, a program that is not run here", f"write its numbers: {type_}")
    for info in members:
        if info.filename.endswith("/data.pkl") and info.file_size > PICKLE_LIMIT:
            raise source.error(info.filename, f"has {megabytes(info.file_size)}", SAVE)
    check_packed(source, "", sum(info.file_size for info in members))
    return True


def _refused(source: Source, problem: str) -> Exception:
    """Why torch.load would not have it."""
    found = re.search(r"GLOBAL ([\w.]{1,200})", problem) or re.search(r"class `?([\w.]{1,200})", problem)
    if "weights_only" in problem.lower() or "WeightsUnpickler" in problem:
        what = f", {found[1]}" if found else ""
        if what.endswith(PACKED):
            return source.error("", f"holds Python objects{what}, as quantized layers do", UNPACKED)
        return source.error("", f"holds Python objects{what}, which are never unpickled", SAVE)
    return source.error("", WHY, SAVE)


def _tensors(torch: Any, value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Every tensor below a mapping, with the keys on its way; those of an optimizer are left out."""
    if isinstance(value, torch.Tensor):
        yield name or "tensor", value
    elif isinstance(value, Mapping) and depth:
        for key, part in value.items():
            if isinstance(key, str) and not key.lower().startswith(NOT_WEIGHTS):
                yield from _tensors(torch, part, f"{name}.{key}" if name else key, depth - 1)


def _held(source: Source, torch: Any, name: str, tensor: Any) -> Held:
    """A tensor. Raises LoadError where it says that it is larger than the file could hold."""
    shape = tuple(int(size) for size in tensor.shape)
    taken = math.prod(shape) * 4
    source.check_room(name, taken)
    check_packed(source, name, taken)
    dtype = str(tensor.dtype).rpartition(".")[2]
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        dtype = f"{'quantized' if tensor.is_quantized else 'sparse'} {dtype}"
    return Held(name, shape, dtype, _reader(source, torch, name, tensor))


def _reader(source: Source, torch: Any, name: str, tensor: Any) -> Callable[[], Array]:
    """Gives the numbers of a tensor."""

    def read() -> Array:
        try:
            whole = tensor.detach().contiguous()
            if whole.dtype == torch.bfloat16:
                return from_bfloat16(whole.view(torch.int16).numpy().view(np.uint16))
            values: Array = whole.numpy()
        except MemoryError:
            raise
        except Exception:  # storages that are not there, and whatever else
            raise source.error(name, "cannot be read", SAVE) from None
        return as_floats(values)

    return read
