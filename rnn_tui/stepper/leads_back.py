"""Where following a gradient leads on the way back: to the larger of its two parts, and from a part, by the largest
chain-rule product, to the gradient that it came from: of this timestep, of t + 1, or of the layer above."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.core.equations import Name
from rnn_tui.core.layer import Array
from rnn_tui.core.plan import sum_names
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import BY, Focus
from rnn_tui.stepper.explaining import chain, gathered, joint, links, readers
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import GATHERED, groups
from rnn_tui.stepper.leads import Lead
from rnn_tui.stepper.selection import HERE, LATER

if TYPE_CHECKING:
    from rnn_tui.core.chain import Index, Link

NOBODY = "nothing at this t reads it"


def behind(frame: Frame, teaching: Teaching, focus: Focus) -> Lead:
    """Where a gradient came from."""
    name, place, t, index = focus.name.removeprefix(BY), (focus.row, focus.column), frame.t, frame.index
    adjoint = teaching.adjoint(index, t)
    if name in frame.cell.states:
        later = size(adjoint.later[name], place) > size(adjoint.local[name], place)
        return Lead(replace(focus, name=f"{BY}{name}{LATER if later else HERE}"), index, t)
    if name.endswith(GATHERED):
        plain = name.removesuffix(GATHERED)
        parts = {at: size(teaching.adjoint(index, at).parameters[plain], place) for at in gathered(frame, teaching)}
        return Lead(replace(focus, name=f"{BY}{plain}{HERE}"), index, max(parts, key=lambda at: parts[at]))
    if name == "y":
        return _above(frame, teaching, focus)
    if joint(frame, teaching, name):
        return Lead(focus, index, t, _slope(teaching, t, "the slope of the loss through its softmax"))
    if name.endswith(LATER):
        ended, there = "0, for the window of its timesteps ends here", frame.when(1)
    else:
        ended, there = NOBODY, t
    return _through(frame, teaching, there, links(frame, teaching, name, place)) or Lead(focus, index, t, ended)


def _above(frame: Frame, teaching: Teaching, focus: Focus) -> Lead:
    """dL/dy: from the layer that reads this one, where two do from the one that hands back more, else from the loss."""
    t, place, above_it = frame.t, (focus.row, focus.column), readers(frame)
    if not above_it:
        return Lead(focus, frame.index, t, _slope(teaching, t, "the slope of the loss at this t"))
    above, name = max(above_it, key=lambda reader: size(teaching.adjoint(reader[0], t).inputs[reader[1]], place))
    there = replace(frame, gaze=replace(frame.gaze, layer=above + 1))
    products = links(there, teaching, name, place)
    return _through(there, teaching, t, products) or Lead(focus, frame.index, t, NOBODY)


def _slope(teaching: Teaching, t: int, told: str) -> str:
    """Why the gradients of the loss itself are an end."""
    return "0, there is no target at this t" if np.isnan(teaching.target_at(t)).any() else told


def _through(frame: Frame, teaching: Teaching, t: int, products: list[Link]) -> Lead | None:
    """By the largest product at a timestep, on through what has no table, to a sum, a state or y; None for none."""
    sums = {group.inside: gate for gate, group in enumerate(groups(frame.cell)) if group.inside}
    targets = {z: target for target, z in sum_names(frame.cell).items() if z not in sums}
    while products:
        of, index, _ = max(products, key=lambda link: _amount(link.value)).of
        of = targets.get(of, of)
        if of == "y" or of in sums or of in frame.cell.states:
            return Lead(Focus(f"{BY}{of}", 0, (*index, 0)[0]), frame.index, t, gate=sums.get(of))
        products = chain(frame, teaching, t).links(Name(of, 0), index)
    return None


def size(array: Array, place: Index) -> float:
    """How large one number of a gradient is."""
    return _amount(float(array[place[: array.ndim]]))


def _amount(value: float) -> float:
    return float("inf") if np.isnan(value) else abs(value)
