"""Another run in the place of the one there is: of other cells, another seed, another way to learn; or beside it."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.session.comparing import recipe_beside
from rnn_tui.session.recipe import Recipe
from rnn_tui.stepper import whatif
from rnn_tui.stepper.fitting import edits_fitted
from rnn_tui.stepper.here import Here, Outcome

SAME = "it is that already"


def rebuilt(here: Here, recipe: Recipe, say: str = "") -> Outcome:
    """Another recipe at the same place; what does not fit it any more is switched off or let go of.

    Args:
        here: where one is.
        recipe: what is to run.
        say: what becomes of it, perhaps with ``{layers}``, how many there are; all else that does is said after it.

    Raises:
        InputError: it cannot run; nothing has changed.
    """
    session = here.session
    if recipe == session.recipe:
        return Outcome(session, SAME)
    recipe = edits_fitted(recipe, here.runs.of(recipe.unedited, here.report))
    outcome = whatif.with_recipe(here, recipe)
    there = here.to(outcome.session)
    there.frame.step.values.get("y")  # what cannot be computed is told before anything has changed
    count = len(there.run.network.layers)
    parts = [say.format(layers=f"{count} layers" if count > 1 else "1 layer")]
    if recipe.learning is not None and session.recipe.learning is not None:
        parts.append("learning begins anew")
    edits = sum(edit.enabled for edit in session.recipe.edits) - sum(edit.enabled for edit in recipe.edits)
    breaks = sum(each.enabled for each in session.breaks) - sum(each.enabled for each in outcome.session.breaks)
    parts += [_off(edits, "edit"), _off(breaks, "breakpoint"), outcome.say]
    return replace(outcome, say="; ".join(filter(None, parts)), pace=replace(here.pace, playing=False))


def _off(count: int, what: str) -> str:
    if not count:
        return ""
    return f"{count} {what}s no longer fit and are off" if count > 1 else f"1 {what} no longer fits and is off"


def beside(here: Here, words: str) -> Outcome:
    """Another run beside this one, from a few words; none from an empty text. Raises InputError."""
    now = here.session.beside
    other = recipe_beside(words, here.session.recipe) if words else None
    if other == now:
        return Outcome(here.session, SAME)
    return whatif.beside(here, "") if other is None else whatif.put_beside(here, other)
