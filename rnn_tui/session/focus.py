"""The selected number as the tables know it, a Focus, and as a reference, which is how files write it.

The tables call a gradient ``d s`` and its parts ``d s here``, ``d s later`` and ``d W gathered``; nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from rnn_tui.core.equations import Equation, names
from rnn_tui.core.references import Ref
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
