"""What still fits when the run has become another: what does not is switched off or let go of, so that all can be
drawn, and read again from a file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.errors import ConditionError, InputError, RangeError
from rnn_tui.core.run import Run
from rnn_tui.session.focus import has_number, there
from rnn_tui.session.model import Gaze, Place, Session
from rnn_tui.session.recipe import Recipe


def edits_fitted(recipe: Recipe, base: Run) -> Recipe:
    """The recipe with those edits switched off that do not fit; `base` is its run without any."""

    def fit(edits: list[Edit]) -> bool:
        with suppress(InputError):
            for given in (edits, [edit for edit in edits if edit.both]):
                edited(base, given, recipe.source.allow_nonfinite)
            return True
        return False

    if fit(list(recipe.edits)):
        return recipe
    kept: list[Edit] = []
    for edit in recipe.edits:
        kept.append(edit if fit([*kept, edit]) else replace(edit, enabled=False))
    return replace(recipe, edits=tuple(kept))


def fitted(session: Session, old: Run, new: Run) -> Session:
    """A session of one run as one of another: what is selected, hidden or marked and not there any more is let go of,
    and breakpoints that do not fit are switched off."""

    def place(each: Place) -> Place:
        return Place(min(each.at, len(new)), min(each.epoch, new.epochs), _gaze(each.gaze, old, new))

    return replace(
        session,
        gaze=_gaze(session.gaze, old, new),
        breaks=breaks_fitted(session, new),
        arrived=tuple(t for t in session.arrived if t <= len(new)),
        marks=tuple((letter, t) for letter, t in session.marks if t <= len(new)),
        hidden=tuple(each for each in session.hidden if has_number(new.first, *each)),
        past=tuple(map(place, session.past)),
        future=tuple(map(place, session.future)),
    )


def _gaze(gaze: Gaze, old: Run, new: Run) -> Gaze:
    """What is looked at; of another cell, its timestep, with nothing selected."""
    was, now = (gaze.index(len(run.network.layers)) for run in (old, new))
    gaze = replace(gaze, layer=now + 1 if gaze.layer else 0, back=gaze.back and new.learner is not None)
    one, other = old.network.layers[was].cell, new.network.layers[now].cell
    if (one.equations, one.parameters, one.states) != (other.equations, other.parameters, other.states):
        return replace(gaze.unselected, back=gaze.back, gate=0, trace="")
    if gaze.focus is None:
        return gaze
    with suppress(RangeError):
        there(gaze.focus, new.first, now)
        if gaze.back or not gaze.focus.gradient:
            return gaze
    return gaze.unfocused


def breaks_fitted(session: Session, run: Run) -> tuple[Breakpoint, ...]:
    """The breakpoints, those that cannot be asked of a run switched off."""

    def fit(each: Breakpoint) -> bool:
        with suppress(ConditionError):
            each.condition(run.first)
            return True
        return False

    return tuple(each if not each.enabled or fit(each) else replace(each, enabled=False) for each in session.breaks)
