"""Enter: selects a number, opens its arithmetic, and follows it, over timesteps and layers, to where it comes from."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.equations import Name
from rnn_tui.stepper import across, remembering
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.gazing import explained, select
from rnn_tui.stepper.here import Here, Outcome
from rnn_tui.stepper.leads import Lead, elsewhere, largest
from rnn_tui.stepper.leads_back import behind
from rnn_tui.stepper.travel import noted


def follow(here: Here, argument: str) -> Outcome:
    """Selects a number; opens the arithmetic of a selected one; follows one that is open or was made elsewhere.

    Where the writers of a number are told, to the one that is picked; across time, to the x that matters most.
    """
    frame, session = here.frame, here.session
    if remembering.told(frame):
        return remembering.visit(here)
    if across.leads(frame):
        return across.strongest(here)
    lead = lead_of(frame)
    if lead is None:
        return Outcome(replace(session, gaze=select(frame)))
    if lead.end and lead.focus == frame.gaze.focus:
        return Outcome(session, f"{lead.text(frame)}: {lead.end}" + ("; ( comes back" if session.past else ""))
    layer = frame.gaze.layer if lead.layer == frame.index else lead.layer + 1
    gate = lead.gate if lead.gate is not None else frame.gaze.gate if lead.layer == frame.index else 0
    there = here.to(replace(session, at=lead.t, gaze=replace(frame.gaze, layer=layer, gate=gate)))
    return Outcome(replace(noted(session), at=lead.t, gaze=explained(there.frame, lead.focus)))


def lead_of(frame: Frame) -> Lead | None:
    """Where enter leads; None where it selects a number or opens its arithmetic."""
    focus, opened = frame.gaze.focus, frame.gaze.zoom == "number"
    if focus is None:
        return None
    if focus.gradient:
        return behind(frame, frame.back, focus) if opened and frame.back is not None else None
    given = elsewhere(frame, Name(focus.name, focus.offset), (focus.row, focus.column))
    if given is not None:
        return None if given.end and not opened else given
    return largest(frame) if opened else None


def hint(frame: Frame) -> str:
    """What enter does, in the footer's words; empty where it says why it can do nothing."""
    if remembering.told(frame):
        return remembering.hint(frame)
    if across.leads(frame):
        return across.hint(frame)
    lead = lead_of(frame)
    if lead is None:
        return "a number" if frame.gaze.focus is None else "" if frame.gaze.zoom == "number" else "where from"
    return "" if lead.end and lead.focus == frame.gaze.focus else f"follow {lead.text(frame)}"
