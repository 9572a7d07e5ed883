"""From the options of a command to a session: the one place that does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.edits import Edit
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.files.wanted import OPTIONS, key_of
from rnn_tui.session.choosing import (
    OF_LEARNING,
    OF_OPTIMIZER,
    edits_with,
    known_kind,
    learning_with,
    look_with,
    network_with,
    whole_number,
)
from rnn_tui.session.diagrams import FORECAST
from rnn_tui.session.model import Gaze, Look, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source

Allow = Callable[[str], bool]
"""Asked whether a file outside a session's folder may be read, in a sentence that says which."""


def session_from(options: argparse.Namespace, allow: Allow | None = None) -> Session:
    """The session that the options describe: what is given counts, the rest is of the session file, or usual.

    Args:
        options: what `Parser.read` read.
        allow: asked before a session file reads another outside its folder.

    Raises:
        InputError: options that do not go together, or a session file that is wrong.
    """
    if options.sequence.lower().endswith(".toml"):
        return applied(session_in(options.sequence, options, allow), options)
    return applied(Session(Recipe(Source(options.sequence))), options)


def session_in(path: str, options: argparse.Namespace, allow: Allow | None = None) -> Session:
    """The session in a file or a lesson. Raises InputError."""
    from rnn_tui.session.file import read_session

    return read_session(path, allowed(options, allow))


def allowed(options: argparse.Namespace, allow: Allow | None = None) -> Allow | None:
    """Who is asked whether a file outside a session's folder may be read; with --allow-outside every one may."""
    return (lambda _: True) if options.allow_outside else allow


def applied(session: Session, options: argparse.Namespace) -> Session:
    """A session, and every stop of it, with the options that were given. Raises InputError."""
    return session.everywhere(lambda each: _applied(each, options))


def looking(session: Session, options: argparse.Namespace) -> Session:
    """A session that looks as the options say. Raises InputError."""
    return replace(session, look=_look(session.look, options))


def _applied(session: Session, options: argparse.Namespace) -> Session:
    recipe = session.recipe
    blueprint = _blueprint(recipe.blueprint, options)
    if "initial_state" in options.given:
        blueprint = replace(blueprint, initial_state=options.initial_state)
    if "rounded" in options.given:
        blueprint = replace(blueprint, rounded=known_kind(options.rounded))
    edits = tuple(map(Edit.parse, options.edits)) if "edits" in options.given else recipe.edits
    edits = edits_with(edits, _given(options, "generate", "temperature"), blueprint.seed)
    learning = _learning(recipe.learning, options)
    other = Recipe(_source(recipe.source, options), blueprint, learning, edits, recipe.reference)
    gaze, look = _gaze(session.gaze, options, blueprint), _look(session.look, options)
    given: dict[str, Any] = {"at": options.at} if "at" in options.given else {}
    if "epoch" in options.given and "at" in options:
        given["epoch"] = _epoch(other.learning, options.epoch)
    elif generates(options) and other.learning is not None and "at" in options:
        given["epoch"] = other.learning.epochs
    if blueprint != recipe.blueprint:  # the number selected may not be there
        gaze, given["hidden"] = replace(gaze, focus=None, zoom="step"), ()
    if "beside" in options.given:
        from rnn_tui.session.comparing import recipe_beside

        given["beside"] = recipe_beside(options.beside, other, allowed(options))
    if "breaks" in options.given:
        given["breaks"] = tuple(Breakpoint(text, gaze.layer) for text in options.breaks)
    return replace(session, recipe=other, gaze=gaze, look=look, **given)


def generates(options: argparse.Namespace) -> bool:
    """Whether something is to be generated, which then is what is looked at."""
    return "generate" in options.given and options.generate > 0


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: getattr(options, name) for name in names if name in options.given}


def _source(source: Source, options: argparse.Namespace) -> Source:
    given = _given(options, *OPTIONS)
    if source.inline is not None and given:
        why, hint = f"does not go with {options.sequence}", "its sequence is written in it"
        raise InputError("", "", why, hint, key_of(next(iter(given))))
    if "header" in given:
        if given["header"] not in ("yes", "no"):
            raise InputError("", "", f"{given['header']!r} is not known", "yes or no are", "header")
        given["header"] = given["header"] == "yes"
    return replace(source, **given)


def _blueprint(blueprint: Blueprint, options: argparse.Namespace) -> Blueprint:
    given = _given(options, "cell", "hidden", "seed", "model")
    if "model" in given:
        for option in ("cell", "hidden", "seed"):
            if option in given:
                raise InputError("", "", "does not go with --model", "the model has its own cells and numbers", option)
    elif given and "cell" not in given and not blueprint.random:
        why = f"does not go with {options.sequence}, which has a whole network"
        raise InputError("", "", why, "add --cell", next(iter(given)))
    return _chosen(network_with(blueprint, given), options)


def _chosen(blueprint: Blueprint, options: argparse.Namespace) -> Blueprint:
    """The network of a model's file that --layer means where the file holds several: it means no layer then."""
    layer = str(options.layer) if "layer" in options.given else "all"
    if not blueprint.model or layer == "all":
        return blueprint
    from rnn_tui.files.models import inspected

    several = inspected(blueprint.model).choices
    return replace(blueprint, choice=whole_number("layer", layer)) if several else blueprint


def _gaze(gaze: Gaze, options: argparse.Namespace, blueprint: Blueprint) -> Gaze:
    """What is looked at; a command that shows nothing has layers of its own."""
    if "at" not in options:
        return gaze
    given = {} if blueprint.choice else _given(options, "layer")
    for diagram in ("rolled", "unrolled"):
        if diagram in options.given:
            given["diagram"] = diagram
    if generates(options):
        given.setdefault("diagram", FORECAST)
    return replace(gaze, **given)


def _look(look: Look, options: argparse.Namespace) -> Look:
    """How it looks; a command that shows nothing has digits of its own."""
    if "theme" not in options:
        return look
    return look_with(look, _given(options, "digits", "names", "ascii", "theme", "unit"))


def _epoch(learning: Learning | None, text: str) -> int:
    """The epoch to begin at. Raises InputError."""
    if learning is None:
        raise InputError("", "", "shows what was learned", "add --learn", "epoch")
    return learning.epochs if text == "last" else whole_number("epoch", text)


def _learning(learning: Learning | None, options: argparse.Namespace) -> Learning | None:
    """How to learn; None where nothing is to be learned. Raises InputError."""
    given = _given(options, *OF_LEARNING, *OF_OPTIMIZER, "optimizer")
    if learning is None:
        if "learn" not in options.given and not getattr(options, "check_gradients", False):
            for name in given:
                raise InputError("", "", "says how to learn", "add --learn", name)
            return None
        learning = Learning(loss="")
    return learning_with(learning, given)
