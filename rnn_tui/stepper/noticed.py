"""What is worth a look where nothing is selected: the numbers that changed most, and what they were made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnn_tui.core.arithmetic import sources
from rnn_tui.core.equations import Name
from rnn_tui.session.model import BY, Focus
from rnn_tui.stepper.frame import Frame

MOST = 12
"""Numbers that are worth a look at a timestep at most."""


def noticed(frame: Frame) -> list[Focus]:
    """The units of the state by how much they changed at t, of a layer without one those of y by their amount.

    On the way back, the gradients of the state by their amount. Left out is what must not be shown, and what would tell
    of it by its place in this order.
    """
    name = next(iter(frame.cell.states), "y")
    if not frame.t:
        return [Focus(name, 0)]
    if frame.back is not None:
        amounts = frame.back.adjoint(frame.index, frame.t).named[name]
        name = BY + name
    else:
        step = frame.step
        amounts = step.state[name] - step.state_prev[name] if name in step.state else step.y
    strength = np.nan_to_num(np.abs(np.atleast_1d(amounts)), nan=np.inf)
    rows = np.argsort(-strength, kind="stable")[:MOST].tolist()
    times = (frame.t, frame.when(-1))
    return [Focus(name, 0, row) for row in rows if not any(frame.secret(name, t, row) for t in times)]


def followed(frame: Frame, focus: Focus) -> Iterator[Focus]:
    """A number, then those of this timestep that it was made of, unit by unit, the states first."""
    queue, seen = [focus], set[Focus]()
    while queue:
        here = queue.pop(0)
        if here in seen:
            continue
        seen.add(here)
        yield here
        made = sources(frame.cell, Name(here.name, here.offset), here.row) if not here.gradient else ()
        inner = [
            Focus(each.name.name, 0, each.row)
            for each in made
            if each.row is not None and each.name.offset == 0 and each.name.name in frame.cell.shapes
        ]
        queue += sorted(inner, key=lambda each: each.name not in frame.cell.states)
