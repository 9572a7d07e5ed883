"""The ONNX operators that move numbers about and compute none, on any array: of weights, of sizes, of element numbers.

Each follows the page of its operator in the ONNX specification. Whatever NumPy cannot do with the arrays it raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Attributes = Mapping[str, Any]
MOST_ELEMENTS = 2**24
"""Elements that one rearrangement may make out of fewer."""


class TooLarge(Exception):
    """More elements than a model this reads has."""


def _sizes(array: Array) -> list[int]:
    """Whole numbers given as a tensor."""
    return [int(number) for number in np.asarray(array).reshape(-1)]


def _listed(arrays: Sequence[Array | None], attributes: Attributes, name: str, at: int = 1) -> list[int] | None:
    """Whole numbers that an attribute gave once and an input gives now."""
    if len(arrays) > at and arrays[at] is not None:
        return _sizes(np.asarray(arrays[at]))
    return [int(number) for number in attributes[name]] if name in attributes else None


def _bounded(shape: Sequence[int]) -> tuple[int, ...]:
    """A shape that is not too large."""
    if any(size < 0 for size in shape) or len(shape) > 16 or math.prod(shape) > MOST_ELEMENTS:
        raise TooLarge
    return tuple(shape)


def _reshape(arrays: Sequence[Any], attributes: Attributes) -> Array:
    data, wanted = arrays[0], _sizes(arrays[1])
    if not attributes.get("allowzero"):
        wanted = [data.shape[axis] if size == 0 else size for axis, size in enumerate(wanted)]
    return np.asarray(data.reshape(wanted))


def _squeeze(arrays: Sequence[Any], attributes: Attributes) -> Array:
    axes = _listed(arrays, attributes, "axes")
    return np.asarray(np.squeeze(arrays[0], None if axes is None else tuple(axes)))


def _unsqueeze(arrays: Sequence[Any], attributes: Attributes) -> Array:
    axes = _listed(arrays, attributes, "axes")
    if axes is None or len(axes) > 16:
        raise ValueError
    return np.expand_dims(arrays[0], tuple(axes))


def _transpose(arrays: Sequence[Any], attributes: Attributes) -> Array:
    return np.transpose(arrays[0], attributes.get("perm"))


def _slice(arrays: Sequence[Any], attributes: Attributes) -> Array:
    data = arrays[0]
    starts, ends = _listed(arrays, attributes, "starts", 1) or [], _listed(arrays, attributes, "ends", 2) or []
    axes = _listed(arrays, attributes, "axes", 3) or list(range(len(starts)))
    steps = _listed(arrays, {}, "steps", 4) or [1] * len(starts)
    cut = [slice(None)] * data.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        cut[axis] = slice(start, end, step)
    return np.asarray(data[tuple(cut)])


def _gather(arrays: Sequence[Any], attributes: Attributes) -> Array:
    data, indices, axis = arrays[0], np.asarray(arrays[1], np.int64), int(attributes.get("axis", 0))
    _bounded((indices.size, data.size // max(data.shape[axis], 1)))
    return np.take(data, indices, axis)


def _concat(arrays: Sequence[Any], attributes: Attributes) -> Array:
    return np.concatenate(arrays, int(attributes.get("axis", 1)))


def _expand(arrays: Sequence[Any], attributes: Attributes) -> Array:
    return np.broadcast_to(arrays[0], _bounded(np.broadcast_shapes(arrays[0].shape, tuple(_sizes(arrays[1])))))


def _tile(arrays: Sequence[Any], attributes: Attributes) -> Array:
    times = _sizes(arrays[1])
    _bounded([size * count for size, count in zip(arrays[0].shape, times, strict=True)])
    return np.tile(arrays[0], times)


def _flatten(arrays: Sequence[Any], attributes: Attributes) -> Array:
    data, axis = arrays[0], int(attributes.get("axis", 1))
    return np.asarray(data.reshape(math.prod(data.shape[: axis % (data.ndim + 1) if axis < 0 else axis]), -1))


def _same(arrays: Sequence[Any], attributes: Attributes) -> Array:
    return np.asarray(arrays[0])


ONE: Mapping[str, Callable[[Sequence[Any], Attributes], Array]] = {
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Transpose": _transpose,
    "Slice": _slice,
    "Gather": _gather,
    "Concat": _concat,
    "Expand": _expand,
    "Tile": _tile,
    "Flatten": _flatten,
    "Identity": _same,
    "Dropout": _same,
}
"""The operators that give one array."""
SPREAD = ("Concat",)
"""Those of which every input is data; of the others the first is, and the rest say what is done."""
ARRANGING = (*ONE, "Split")


def arranged(operator: str, arrays: Sequence[Array | None], attributes: Attributes, outputs: int) -> list[Array]:
    """What one of `ARRANGING` makes.

    Args:
        operator: its name.
        arrays: its inputs in order, None where one is left out.
        attributes: by name.
        outputs: how many it gives.

    Raises:
        TooLarge: more than `MOST_ELEMENTS`.
        ValueError, IndexError, TypeError, OverflowError: the arrays do not fit.
    """
    if not arrays or arrays[0] is None:
        raise ValueError
    if operator != "Split":
        return [ONE[operator](arrays, attributes)]
    data, axis = np.asarray(arrays[0]), int(attributes.get("axis", 0))
    parts = _listed(arrays, attributes, "split")
    count = int(attributes.get("num_outputs", outputs))
    if parts is None:
        each = -(-data.shape[axis] // max(count, 1))
        parts = [each] * (count - 1) + [data.shape[axis] - each * (count - 1)]
    if len(parts) != outputs or sum(parts) != data.shape[axis] or min(parts) < 0:
        raise ValueError
    return np.split(data, np.cumsum(parts)[:-1].tolist(), axis)
