"""Where following a gradient leads on the way back: to the larger of its two parts, and from a part, by the largest
chain-rule product, to the gradient that it came from: of this timestep, of t + 1, or of the layer above."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnn_tui.core.chain import Chain, Index
from rnn_tui.core.equations import Name
from rnn_tui.core.layer import Array
from rnn_tui.core.plan import sum_names
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import BY, Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.leads import Lead
from rnn_tui.stepper.selection import GATHERED, HERE, LATER

NOBODY = "nothing at this t reads it"


def behind(frame: Frame, teaching: Teaching, focus: Focus) -> Lead:
    """Where a gradient came from."""
    name, place, t, index = focus.name.removeprefix(BY), (focus.row, focus.column), frame.t, frame.index
    adjoint, window = teaching.adjoint(index, t), teaching.update_at(t).window
    times = range(window.first, window.first + len(window))
    if name in frame.cell.states:
        later = size(adjoint.later[name], place) > size(adjoint.local[name], place)
        return Lead(replace(focus, name=f"{BY}{name}{LATER if later else HERE}"), index, t)
    if name.endswith(LATER):
        there = t - 1 if frame.layer.reverse else t + 1
        if there not in times:
            return Lead(focus, index, t, "0, for the window of its timesteps ends here")
        return _through(frame, teaching, index, there, Name(name.removesuffix(LATER), -1), place) or ended(frame, focus)
    if name.endswith(GATHERED):
        plain = name.removesuffix(GATHERED)
        parts = {at: size(teaching.adjoint(index, at).parameters[plain], place) for at in times if at >= t}
        return Lead(replace(focus, name=f"{BY}{plain}{HERE}"), index, max(parts, key=lambda at: parts[at]))
    if name == "y":
        return _above(frame, teaching, focus)
    plain = name.removesuffix(HERE)
    read = Name(plain, None if plain in frame.cell.parameters else 0)
    return _through(frame, teaching, index, t, read, place) or ended(frame, focus)


def ended(frame: Frame, focus: Focus) -> Lead:
    """A gradient that came from nowhere."""
    return Lead(focus, frame.index, frame.t, NOBODY)


def _above(frame: Frame, teaching: Teaching, focus: Focus) -> Lead:
    """dL/dy: from the layer that reads this one, where two do from the one that hands back more, else from the loss."""
    t, place, network = frame.t, (focus.row, focus.column), frame.walk.network
    readers = [
        (above, name)
        for above, (read, layer) in enumerate(zip(network.reads, network.layers, strict=True))
        for source, name in zip(read, layer.cell.inputs, strict=True)
        if source == frame.index
    ]
    if not readers:
        return Lead(focus, frame.index, t, "the slope of the loss at this t")
    above, name = max(readers, key=lambda reader: size(teaching.adjoint(reader[0], t).inputs[reader[1]], place))
    return _through(frame, teaching, above, t, Name(name, 0), place) or ended(frame, focus)


def _through(frame: Frame, teaching: Teaching, index: int, t: int, name: Name, place: Index) -> Lead | None:
    """By the largest product at a timestep of a layer, on through what has no table, to a y or a state."""
    moment, cell = teaching.update_at(t).window.moment(index, t), frame.walk.network.layers[index].cell
    chain, targets = Chain(moment, teaching.adjoint(index, t)), {z: target for target, z in sum_names(cell).items()}
    while True:
        links = chain.links(name, place[: moment.value(name).ndim])
        if not links:
            return None
        of, place, _ = max(links, key=lambda link: _amount(link.value)).of
        of = targets.get(of, of)
        if of == "y" or of in cell.states:
            return Lead(Focus(f"{BY}{of}", 0, (*place, 0)[0]), index, t)
        name = Name(of, 0)


def size(array: Array, place: Index) -> float:
    """How large one number of a gradient is."""
    return _amount(float(array[place[: array.ndim]]))


def _amount(value: float) -> float:
    return float("inf") if np.isnan(value) else abs(value)
