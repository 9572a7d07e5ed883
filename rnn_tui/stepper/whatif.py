"""What if: the commands that change the run, take it back, and show what the change does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnn_tui.core.edits import Assignment, Change, Edit, Value
from rnn_tui.core.errors import RangeError
from rnn_tui.session.comparing import HINT, recipe_beside
from rnn_tui.session.model import BEFORE, DIFFERENCE, NOW, VERSUS, Session
from rnn_tui.session.recipe import Recipe
from rnn_tui.stepper.changing import nudged, spot_of, typed
from rnn_tui.stepper.files import refuse_stdin
from rnn_tui.stepper.fitting import fitted
from rnn_tui.stepper.here import Ask, Do, Here, Outcome
from rnn_tui.stepper.selection import next_number
from rnn_tui.stepper.travel import entered, whole

NONE = "nothing was changed: = on a selected number changes it, 1 to 8 and U try something"
Edits = tuple[Edit, ...]


def with_recipe(here: Here, recipe: Recipe, say: str = "") -> Outcome:
    """Another recipe at the same place, with the old one to come back to. Raises InputError where it cannot run."""
    return arrived(here, here.session.running(recipe), say)


def arrived(here: Here, session: Session, say: str) -> Outcome:
    """A session of another recipe, at the same place as far as that is there. Raises InputError where it, or what it is
    compared with, cannot run."""
    there = here.to(replace(session, epoch=1))
    run, _ = there.run, there.other_run
    session = fitted(session, here.run, run)
    if session.ghost is None:
        session = replace(session, gaze=replace(session.gaze, versus=NOW))
    at = min(session.at, len(run))
    if run.learner is None:
        return Outcome(replace(session, epoch=1, at=at), say)
    epoch = min(session.epoch, run.last_epoch)
    found = entered(here.to(replace(session, epoch=1, at=at)), epoch, at)
    return replace(found, say=f"{say}; {found.say}" if say and found.say else say or found.say)


def put(here: Here, edit: Edit) -> Outcome:
    """One more edit; it takes the place of the last one where that is of the same numbers."""
    edits, target = here.session.recipe.edits, _target(edit.change)
    if edits and target and target == _target(edits[-1].change) and edits[-1].enabled:
        edits = edits[:-1]
    return with_edits(here, (*edits, edit), f"{edit.text}   y takes it back, t compares")


def with_edits(here: Here, edits: Edits, say: str) -> Outcome:
    """Other edits. Raises InputError where they do not fit."""
    return with_recipe(here, replace(here.session.recipe, edits=edits), say)


def _target(change: Change) -> str:
    """What an edit assigns to once and for all; empty where it does anything else."""
    return change.target if isinstance(change, Assignment) and change.how == "=" else ""


def undo(here: Here, argument: str) -> Outcome:
    """The last change taken back."""
    session = here.session
    if not session.before:
        return Outcome(session, "there is no change to take back")
    after = (*session.after, session.recipe)
    return arrived(
        here, replace(session, recipe=session.before[-1], before=session.before[:-1], after=after), _said(here)
    )


def redo(here: Here, argument: str) -> Outcome:
    """The last change that was taken back made again."""
    session = here.session
    if not session.after:
        return Outcome(session, "there is no change to make again")
    before = (*session.before, session.recipe)
    return arrived(
        here, replace(session, recipe=session.after[-1], before=before, after=session.after[:-1]), "made again"
    )


def _said(here: Here) -> str:
    left = len(here.session.before) - 1
    return f"taken back; {left} more can be" if left else "taken back, the last change there was"


def change(here: Here, argument: str) -> Outcome:
    """The selected number, typed over."""
    spot = spot_of(here.frame)
    if not argument:
        title = f"{spot.change('', '=', Value((0.0,))).target} = {spot.value!r}"
        return Outcome(here.session, ask=Ask("change", "edit", title, repr(spot.value)))
    return put(here, typed(spot, argument))


def change_next(here: Here, argument: str) -> Outcome:
    """The selected number typed over, and then the next one of its table."""
    outcome = change(here, argument)
    there = here.to(outcome.session)
    focus = next_number(there.frame)
    if focus is None:
        return outcome
    session = replace(outcome.session, gaze=replace(outcome.session.gaze, focus=focus))
    return replace(change(here.to(session), ""), session=session)


def nudge(by: int) -> Do:
    """The selected number a little larger or smaller."""
    return lambda here, argument: put(here, nudged(spot_of(here.frame), by))


def versus(here: Here, argument: str) -> Outcome:
    """The tables show the run, the run it is compared with, or the difference."""
    session = here.session
    if session.ghost is None:
        return Outcome(session, NONE)
    wanted = VERSUS[(VERSUS.index(session.gaze.versus) + 1) % len(VERSUS)]
    if wanted == DIFFERENCE and here.comparison is None:
        wanted = NOW
    other = "the run beside" if session.beside is not None else "the run before the edits"
    words = {NOW: "this run", BEFORE: other, DIFFERENCE: f"this run less {other}"}
    return Outcome(replace(session, gaze=replace(session.gaze, versus=wanted)), f"the tables show {words[wanted]}")


def edits(here: Here, argument: str) -> Outcome:
    """The list of edits; with an argument one more, as it is written in a session file."""
    if argument:
        return put(here, Edit.parse(argument))
    return Outcome(here.session, ask=Ask("edits", "edits", "Edits: what is changed in this run, each with its switch"))


def altered(alter: Callable[[Edit], Edit | None]) -> Do:
    """An edit, by its number from 0, changed or, for None, taken out of the list."""

    def do(here: Here, argument: str) -> Outcome:
        every = here.session.recipe.edits
        if not every:
            raise RangeError("", "", "there is no edit")
        index = whole(argument, len(every) - 1)
        new = alter(every[index])
        found = (*every[:index], *(() if new is None else (new,)), *every[index + 1 :])
        state = "removed" if new is None else "off" if not new.enabled else "on, in both runs" if new.both else "on"
        return with_edits(here, found, f"{every[index].text}: {state}")

    return do


def switched(edit: Edit) -> Edit:
    """On where it was off."""
    return replace(edit, enabled=not edit.enabled)


def shared(edit: Edit) -> Edit:
    """In the run that one compares with as well, or not."""
    return replace(edit, both=not edit.both, enabled=True)


def removed(edit: Edit) -> None:
    """Out of the list."""
    return


def beside(here: Here, argument: str) -> Outcome:
    """Another run to look at together with this one; with one there already, away with it."""
    session = here.session
    if argument:
        return put_beside(here, recipe_beside(argument, session.recipe))
    if session.beside is not None:
        return Outcome(replace(session, beside=None, gaze=replace(session.gaze, versus=NOW)), "this run alone again")
    return Outcome(session, ask=Ask("beside", "line", f"Another run beside: {HINT}"))


def put_beside(here: Here, other: Recipe) -> Outcome:
    """Another run to look at together with this one. Raises InputError where it cannot run."""
    session = here.session
    if other.source.inline is None:
        refuse_stdin(other.source.path)
    found = replace(session, beside=other, gaze=replace(session.gaze, versus=NOW))
    there = here.to(found)
    assert there.other_run is not None
    there.other_run.first.at(0)
    also = ", or the difference" if there.comparison is not None else "; the two are too unlike for a difference"
    return Outcome(found, f"t shows the other run whole{also}; J closes it")
