"""Another run to look at beside one's own: from a few words to its recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.core.errors import InputError
from rnn_tui.session.choosing import network_with
from rnn_tui.session.model import is_session
from rnn_tui.session.recipe import Blueprint, Recipe, Source

if TYPE_CHECKING:
    from rnn_tui.session.access import Allow

HINT = "write a cell (gru), seed 3, untrained, unedited, sequence F, model M.npz, or a session (other.toml)"
FIELD = "beside"


def recipe_beside(words: str, recipe: Recipe, allow: Allow | None = None) -> Recipe:
    """The recipe of another run, as one's own but for what is said.

    Args:
        words: ``gru`` or ``lstm,softmax`` are other cells, ``seed 3`` other random weights, ``untrained`` is without
            learning and ``unedited`` without edits, ``sequence F`` and ``model M.npz`` are of a file, and
            ``other.toml`` is what that session runs.
        recipe: one's own.
        allow: asked before a session reads a file outside its folder.

    Raises:
        InputError: words that say nothing of the kind, or a session that cannot be read.
    """
    text = words.strip()
    first, _, rest = text.partition(" ")
    rest = rest.strip()
    if first == "sequence" and rest:
        return _reading(recipe, rest)
    if first == "model" and rest:
        return _of_model(recipe, rest)
    if first == "seed":
        if not (rest.isascii() and rest.isdecimal() and len(rest) < 19):
            raise InputError("", text, "a seed is a whole number", "write seed 3", FIELD)
        return _seeded(recipe, int(rest))
    if text == "untrained":
        if recipe.learning is None:
            raise InputError("", text, "the network does not learn, and is untrained itself", HINT, FIELD)
        return replace(recipe, learning=None)
    if text == "unedited":
        return recipe.going_on
    if not text or " " in text:
        raise InputError("", text, "says nothing of a run", HINT, FIELD)
    if is_session(text):
        from rnn_tui.session.file import read_session

        return read_session(text, allow).recipe
    return _of_cells(recipe, text)


def words_beside(other: Recipe, recipe: Recipe) -> str:
    """The words from which `recipe_beside` makes a recipe; empty where it has come from elsewhere, or what one runs has
    become another."""
    blueprint, source = other.blueprint, other.source
    cells = ",".join(blueprint.cells)
    made: dict[str, Recipe] = {"unedited": recipe.going_on} if recipe.edits else {}
    if not is_session(cells):
        made[cells] = _of_cells(recipe, cells)
    made[f"seed {blueprint.seed}"] = _seeded(recipe, blueprint.seed)
    if recipe.learning is not None:
        made["untrained"] = replace(recipe, learning=None)
    made[f"sequence {source.path}"] = _reading(recipe, source.path)
    made[f"model {blueprint.model}"] = _of_model(recipe, blueprint.model)
    return next((words for words, found in made.items() if found == other), "")


def _of_cells(recipe: Recipe, cells: str) -> Recipe:
    return replace(recipe.going_on, blueprint=network_with(recipe.blueprint, {"cell": cells}))


def _of_model(recipe: Recipe, path: str) -> Recipe:
    return replace(recipe.going_on, blueprint=Blueprint(model=path))


def _seeded(recipe: Recipe, seed: int) -> Recipe:
    blueprint = replace(recipe.blueprint, seed=seed, model="", numbers=None)
    return replace(recipe.going_on, blueprint=blueprint)


def _reading(recipe: Recipe, path: str) -> Recipe:
    return replace(recipe.going_on, source=Source(path, allow_nonfinite=recipe.source.allow_nonfinite))
