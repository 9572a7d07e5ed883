"""Across time: which number is asked about, how much every x matters to it, and the way to the x that matters most."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.core.plan import sum_names
from rnn_tui.core.references import Ref
from rnn_tui.session.diagrams import ACROSS
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import Here, Outcome
from rnn_tui.stepper.travel import jumping

if TYPE_CHECKING:
    from rnn_tui.core.across import Across

EARLY = "a number at t is needed: step on"


def asked(frame: Frame) -> Ref | None:
    """The number that is asked about: the selected one, else what is predicted, else the first of y; None at t = 0.

    Of the state before it is that of its own timestep, of the x of an upper layer the y below. What no equation
    computes is not asked about.
    """
    if not frame.t:
        return None
    focus, layer = frame.gaze.focus, frame.index + 1
    if focus is not None and focus.offset is not None and not focus.gradient:
        t, reads = frame.when(focus.offset), frame.walk.network.reads[frame.index]
        if focus.name in frame.cell.inputs:
            source = reads[list(frame.cell.inputs).index(focus.name)]
            if source >= 0:
                return Ref("y", source + 1, t, None, focus.row)
        elif focus.name in (*frame.cell.shapes, *sum_names(frame.cell).values()) and 1 <= t <= frame.walk.last:
            return Ref(focus.name, layer, t, None, focus.row)
    found = None if frame.readout is None else frame.prediction
    return Ref("y", layer, frame.t, None, 0 if found is None else found.unit)


def secret(frame: Frame, number: Ref) -> bool:
    """Whether that number must not be shown yet."""
    return frame.secret(number.name, number.t or 0, number.row or 0, number.layer - 1)


def across_time(frame: Frame) -> Across | None:
    """How much every x matters to it, as far as that is known; None where nothing is asked, or must not be told."""
    from rnn_tui.core.across import across

    number = asked(frame)
    return None if number is None or secret(frame, number) else across(frame.walk, number)


def looked_at(frame: Frame) -> Across | None:
    """The same where it is looked at; None where it is not."""
    return across_time(frame) if shown(frame) else None


def shown(frame: Frame) -> bool:
    """Whether that is what is looked at, and not the arithmetic, a table alone or the maps."""
    gaze = frame.gaze
    return gaze.diagram == ACROSS and gaze.zoom == "step" and not gaze.alone


def leads(frame: Frame) -> bool:
    """Whether enter goes to the x that matters most; not on the way back, nor where two runs take the room for it."""
    return shown(frame) and frame.back is None and frame.pair is None


def every(frame: Frame) -> list[Across]:
    """What is looked at across time, of the run and of the one beside it."""
    found = [looked_at(each) for each in (frame, frame.pair) if each is not None]
    return [each for each in found if each is not None]


def hint(frame: Frame) -> str:
    """What enter does, in the footer's words; empty where no x matters."""
    found = looked_at(frame)
    best = None if found is None else found.strongest
    return "" if best is None or best == frame.t else f"to t = {best}"


def strongest(here: Here) -> Outcome:
    """To the timestep whose x matters most, noting where one came from."""
    frame, found = here.frame, looked_at(here.frame)
    if found is None:
        said = EARLY if not frame.t else "that must not be told yet"
        return Outcome(here.session, said)
    name = str(found.number if len(frame.walk.network.layers) > 1 else replace(found.number, layer=0))
    best = found.strongest
    if best is None:
        return Outcome(here.session, found.why if not found.slopes else f"no x matters to {name}")
    if best == frame.t:
        return Outcome(here.session, f"x at t = {best} itself matters most to {name}")
    sofar = "" if found.over else " so far"
    return jumping(here, best, f"the x here matters most to {name}{sofar}; ( comes back")
