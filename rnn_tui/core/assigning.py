"""Assigning to some numbers of an array: which places an edit names, and what stands there then."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Rows
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.edits import ALL, Assignment, EditError

Array = NDArray[Any]
HOW: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda old, new: new,
    "*=": np.multiply,
    "/=": np.divide,
    "+=": np.add,
    "-=": np.subtract,
}


def places_of(change: Assignment, places: Rows[int | None], shape: tuple[int, ...]) -> tuple[Any, ...]:
    """The places of an array, from 0; all where none is written. Raises EditError."""
    if len(places) > len(shape):
        raise EditError("", str(change), f"{change.name} is {sized(shape)}", "it has fewer places than that")
    found: list[Any] = []
    for place, count in zip((*places, *[ALL] * (len(shape) - len(places))), shape, strict=True):
        if place is not ALL and not 1 <= place <= count:
            right = f"{change.name} is {sized(shape)}, counted from 1"
            raise EditError("", str(change), f"there is no place {place}", right)
        found.append(slice(None) if place is ALL else place - 1)
    return tuple(found)


def assigned(change: Assignment, old: Array) -> Any:
    """What numbers become that are assigned to. Raises EditError where the value is of another shape."""
    return HOW[change.how](old, _value(change, np.shape(old)))


def _value(change: Assignment, shape: tuple[int, ...]) -> Any:
    """The value in an assignment to places of this shape."""
    value = change.value
    if value.label:
        raise EditError("", str(change), "a label is an x", f"give {change.target} a number")
    if value.identity:
        if len(shape) != 2 or shape[0] != shape[1]:
            raise EditError("", str(change), f"{change.target} is {sized(shape)}", "the identity is a square matrix")
        return np.eye(shape[0]) * value.numbers[0]
    if len(value.numbers) == 1:
        return value.numbers[0]
    if shape[-1:] != (len(value.numbers),):
        raise misshapen(change, shape)
    return np.array(value.numbers)


def misshapen(change: Assignment, shape: tuple[int, ...]) -> EditError:
    """The error of a list of numbers that does not fit."""
    why = f"{len(change.value.numbers)} numbers stand against {sized(shape)}"
    return EditError("", str(change), why, "give as many, or one")


def sized(shape: tuple[int, ...]) -> str:
    """``3x4``, ``3 numbers``, or ``a single number``."""
    return "x".join(map(str, shape)) if len(shape) > 1 else f"{shape[0]} numbers" if shape else "a single number"
