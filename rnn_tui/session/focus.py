"""The selected number as the tables know it, a Focus, and as a reference, which is how files write it.

The tables call a gradient ``d s`` and its parts ``d s here``, ``d s later`` and ``d W gathered``; nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from rnn_tui.core.equations import Equation, names
from rnn_tui.core.errors import RangeError
from rnn_tui.core.layer import sized
from rnn_tui.core.references import Ref
from rnn_tui.core.run import Walk
from rnn_tui.core.search import quantity_sizes
from rnn_tui.session.model import BY, Focus


def focus_of(ref: Ref) -> Focus:
    """A reference as a selection; where it tells no time, the offset is None, for a gradient 0."""
    name = f"{BY}{ref.name}" + (f" {ref.part}" if ref.part else "") if ref.gradient else ref.name
    offset = 0 if ref.gradient and ref.offset is None else ref.offset
    return Focus(name, offset, ref.row or 0, ref.column or 0)


def equation_of(focus: Focus, equations: Iterable[Equation]) -> int:
    """Which of some equations makes a number, else which is the first that reads it; from 0, the first if none does."""
    here = (focus.name, focus.offset)
    found = list(enumerate(equations))
    made = (i for i, each in found if (each.target, 0) == here)
    read = (i for i, each in found if any((name.name, name.offset) == here for name in names(each.expression)))
    return next(chain(made, read), 0)


def ref_of(focus: Focus) -> Ref:
    """A selection as a reference for `Ref.selected`; what is at the cursor tells no time."""
    gradient = focus.name.startswith(BY)
    name, _, part = focus.name.removeprefix(BY).partition(" ")
    column = focus.column if focus.offset is None or focus.column else None
    return Ref(name, offset=focus.offset or None, row=focus.row, column=column, gradient=gradient, part=part)


def there(focus: Focus, walk: Walk, layer: int) -> Focus:
    """The selection in a layer (from 0) of a walk, its timestep filled in. Raises RangeError where it is not there."""
    cell, sizes = walk.network.layers[layer].cell, walk.sizes[layer]
    plain = ref_of(focus).name
    shapes = {name: sized(shape, sizes) for name, shape in cell.parameters.items()}
    vectors = quantity_sizes(walk, layer)
    if plain not in shapes and plain not in vectors:
        known = ", ".join([*shapes, *(name for name in vectors if name.isidentifier())])
        raise _none(f"there is no quantity {plain} to select", f"known are {known}")
    offset = focus.offset
    if plain in shapes and plain == focus.name:
        if offset is not None:
            raise _none(f"{plain} has no timestep", f"it is a parameter, write {plain}[1]")
    else:
        offset = offset or 0
        if offset < -1 or (offset and plain not in cell.states):
            raise _none(f"{plain}[t{offset}] is not there", "only a state of t-1 is")
    shape = shapes.get(plain) or (vectors.get(plain, 1),)
    rows, columns = (*shape, 1)[:2]
    if focus.row >= rows or focus.column >= columns:
        place = f"[{focus.row + 1}]" + f"[{focus.column + 1}]" * (focus.column > 0 or columns > 1)
        size = f"{rows}x{columns}" if columns > 1 else f"{rows}"
        raise _none(f"there is no number {plain}{place}", f"its size is {size}")
    return replace(focus, offset=offset)


def has_number(walk: Walk, name: str, t: int, row: int) -> bool:
    """Whether any layer has a number of that name, at that t and in that row, from 0."""
    layers = range(len(walk.network.layers))
    return t <= len(walk) and any(row < quantity_sizes(walk, layer).get(name, 0) for layer in layers)


def _none(why: str, hint: str) -> RangeError:
    return RangeError("", "", why, hint, "focus")
