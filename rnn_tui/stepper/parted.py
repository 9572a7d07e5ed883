"""The command that goes to the first number in which two runs are not the same."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.decimals import free
from rnn_tui.session.model import Focus
from rnn_tui.stepper.here import Here, Outcome
from rnn_tui.stepper.travel import jumping

NONE = "there is one run alone: J puts another beside it, and an edit keeps the one before"


def to_difference(here: Here, argument: str) -> Outcome:
    """To the first number that differs, which is then selected."""
    from rnn_tui.core.parting import first_apart

    walk, other = here.walk, here.other
    if other is None:
        return Outcome(here.session, NONE)
    found = first_apart(walk, other)
    if found is None:
        so_far = "" if min(walk.ready, other.ready) >= min(walk.last, other.last) else " so far"
        return Outcome(here.session, f"no number of the two runs differs{so_far}")
    session = here.session
    focus = Focus(found.quantity, 0, found.unit - 1, 0)
    gaze = replace(session.gaze.unselected, layer=found.layer, focus=focus, back=False)
    name = f"{found.quantity}[{found.unit}]"
    values = ", ".join(free(value, session.look.digits + 2) for value in (found.ours, found.reference))
    say = f"first difference: {name} of layer {found.layer}" + ("" if here.frame.hidden else f": {values}")
    outcome = jumping(here, found.t, say)
    return replace(outcome, session=replace(outcome.session, gaze=gaze))
