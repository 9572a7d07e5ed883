"""Another run to look at beside one's own: from a few words to its recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rnn_tui.core.errors import InputError
from rnn_tui.session.access import Allow
from rnn_tui.session.file import is_session, read_session
from rnn_tui.session.recipe import Blueprint, Recipe, Source

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
    plain, rest = recipe.unedited, rest.strip()
    if first == "sequence" and rest:
        return replace(plain, source=Source(rest, allow_nonfinite=recipe.source.allow_nonfinite))
    if first == "model" and rest:
        return replace(plain, blueprint=Blueprint(model=rest))
    if first == "seed":
        if not (rest.isascii() and rest.isdecimal() and len(rest) < 19):
            raise InputError("", text, "a seed is a whole number", "write seed 3", FIELD)
        return replace(plain, blueprint=_random(recipe, seed=int(rest)))
    if text == "untrained":
        if recipe.learning is None:
            raise InputError("", text, "the network does not learn, and is untrained itself", HINT, FIELD)
        return replace(recipe, learning=None)
    if text == "unedited":
        return plain
    if not text or " " in text:
        raise InputError("", text, "says nothing of a run", HINT, FIELD)
    if is_session(text):
        return read_session(text, allow).recipe
    return replace(plain, blueprint=_random(recipe, cells=tuple(text.split(","))))


def _random(recipe: Recipe, **changed: Any) -> Blueprint:
    return replace(recipe.blueprint, model="", numbers=None, **changed)
