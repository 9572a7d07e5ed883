"""The commands that let x be what y said: past the end of the sequence, and in the place of its own x."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.edits import FREE, GENERATE, Edit, Order
from rnn_tui.session.diagrams import FORECAST
from rnn_tui.stepper.here import Ask, Here, Outcome
from rnn_tui.stepper.travel import going
from rnn_tui.stepper.whatif import Edits, with_edits

USUAL = "12"
"""Timesteps that are offered."""
HOW = "How many timesteps past the end (12; drawn: 40 at 0.8; none: 0)"


def ahead(here: Here, argument: str) -> Outcome:
    """Goes on past the end, and shows what comes of it; with 0, no more."""
    every = here.session.recipe.edits
    known = next((edit.text for edit in every if edit.goes_on and edit.enabled), "")
    if not argument:
        return Outcome(here.session, ask=Ask("generate", "line", HOW, known.removeprefix(f"{GENERATE} ") or USUAL))
    edit = Edit.parse(f"{GENERATE} {argument}")
    kept = tuple(each for each in every if not each.goes_on)
    if isinstance(edit.change, Order) and not edit.change.number:
        outcome = with_edits(here, kept, "nothing is generated" if known else "nothing was generated")
        gaze = outcome.session.gaze
        gaze = replace(gaze, diagram="unrolled") if gaze.diagram == FORECAST else gaze
        return replace(outcome, session=replace(outcome.session, gaze=gaze))
    return _shown(here, (*kept, edit), f"{edit.text}   y takes it back")


def free(here: Here, argument: str) -> Outcome:
    """Lets x be what y said from this timestep on, or from another; where it does already, its own again."""
    every, t = here.session.recipe.edits, here.frame.t
    kept = tuple(each for each in every if not each.free)
    if not argument and any(each.free and each.enabled for each in every):
        return with_edits(here, kept, "the sequence gives x again")
    if not argument and t < 2:
        return Outcome(here.session, "there is no y before this t: step on to t = 2 first")
    voice = here.run.voice
    if not argument and voice is not None and t > voice.given:
        return Outcome(here.session, f"past the end x is what y said already: go to a t of 2 to {voice.given} first")
    edit = Edit.parse(f"{FREE} {argument or t}")
    return _shown(here, (*kept, edit), f"{edit.text}: from here x is what y said; t compares, & gives x again")


def _shown(here: Here, edits: Edits, say: str) -> Outcome:
    """Other edits, at the end of what they make, which is shown: as soon as it is there."""
    outcome = with_edits(here, edits, say)
    gaze = replace(outcome.session.gaze, diagram=FORECAST, alone=False, maps=False)
    session, there = replace(outcome.session, gaze=gaze), here.to(outcome.session)
    if outcome.errand is None:
        return going(there, session, len(there.run), outcome.say)
    return replace(outcome, session=replace(session, at=len(there.run)))
