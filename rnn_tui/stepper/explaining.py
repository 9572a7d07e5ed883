"""What explains the selected number: its account on the way forwards, its chain-rule products on the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.core.equations import Name
from rnn_tui.core.moment import sums_of
from rnn_tui.core.teaching import Teaching
from rnn_tui.session.model import BY
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.groups import GATHERED
from rnn_tui.stepper.selection import HERE, LATER

if TYPE_CHECKING:
    from rnn_tui.core.chain import Chain, Link


def chain(frame: Frame, teaching: Teaching, t: int) -> Chain:
    """The chain rule of the layer at a timestep."""
    from rnn_tui.core.chain import Chain

    moment = teaching.update_at(t).window.moment(frame.index, t)
    return Chain(moment, teaching.adjoint(frame.index, t))


def links(frame: Frame, teaching: Teaching, name: str, place: tuple[int, int]) -> list[Link]:
    """The chain-rule products of a gradient, ``s``, ``s later`` or ``W here``; none across the end of a window."""
    if name.endswith(LATER):
        t = frame.when(1)
        window = teaching.update_at(frame.t).window
        if not window.first <= t < window.first + len(window):
            return []
        return chain(frame, teaching, t).links(Name(name.removesuffix(LATER), -1), place[:1])
    plain = name.removesuffix(HERE)
    parameter = plain in frame.cell.parameters
    dimensions = teaching.adjoint(frame.index, frame.t).parameters[plain].ndim if parameter else 1
    what = Name(plain, None if parameter else 0)
    return chain(frame, teaching, frame.t).links(what, place[:dimensions])


def joint(frame: Frame, teaching: Teaching, name: str) -> bool:
    """Whether this is what a softmax is of, gone through in one step with cross-entropy."""
    from rnn_tui.core.softmax import softmax_of

    softmax = softmax_of(frame.cell)
    if softmax is None or not teaching.adjoint(frame.index, frame.t).joint:
        return False
    return softmax.logits == Name(name, 0) or sums_of(frame.cell).get(softmax.logits) == name


def readers(frame: Frame) -> list[tuple[int, str]]:
    """The layers that read the y of this one, from 0, and what each calls it."""
    network = frame.walk.network
    return [
        (above, name)
        for above, (read, layer) in enumerate(zip(network.reads, network.layers, strict=True))
        for source, name in zip(read, layer.cell.inputs, strict=True)
        if source == frame.index
    ]


def handed_down(frame: Frame, teaching: Teaching, place: tuple[int, int]) -> list[tuple[Frame, Link]]:
    """The chain-rule products of dL/dy of a layer that others read, each with the layer that it is of."""
    above = ((replace(frame, gaze=replace(frame.gaze, layer=layer + 1)), name) for layer, name in readers(frame))
    return [(there, link) for there, name in above for link in links(there, teaching, name, place)]


def gathered(frame: Frame, teaching: Teaching) -> range:
    """The timesteps of which a gradient of a parameter has been gathered, from the last one back to t."""
    window = teaching.update_at(frame.t).window
    return range(window.first + len(window) - 1, frame.t - 1, -1)


def terms(frame: Frame) -> int:
    """How many terms the sum has that is written out."""
    focus = frame.gaze.focus
    if focus is None:
        return 0
    if frame.back is not None and focus.gradient:
        name = focus.name.removeprefix(BY)
        if name.endswith(GATHERED):
            return len(gathered(frame, frame.back))
        place = focus.row, focus.column
        return len(handed_down(frame, frame.back, place) if name == "y" else links(frame, frame.back, name, place))
    return len(frame.account.terms) if frame.account is not None else 0
