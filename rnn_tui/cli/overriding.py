"""A session file with options beside it: what is given on the command line counts, the rest is the file's."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rnn_tui.cli.options import check_digits, check_learning, session_of, size_of
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.session.model import Display, Session, Source

SOURCE = ("number", "words", "targets", "allow_nonfinite")
OPTIMIZER = ("rate", "momentum", "clip")


def session_from(options: argparse.Namespace, allow: Callable[[str], bool] | None = None) -> Session:
    """The session that the options describe: a session file with what is given beside it, or all by options.

    Args:
        options: what `Parser.read` read.
        allow: asked before a session file reads another outside its folder.

    Raises:
        InputError: options that do not go together, or a session file that is wrong.
    """
    if not options.sequence.lower().endswith(".toml"):
        return session_of(options)
    return overridden(session_in(options.sequence, options, allow), options)


def session_in(path: str, options: argparse.Namespace, allow: Callable[[str], bool] | None = None) -> Session:
    """The session in a file or a lesson; with --allow-outside nobody is asked. Raises InputError."""
    from rnn_tui.session.file import read_session

    return read_session(path, (lambda _: True) if options.allow_outside else allow)


def overridden(session: Session, options: argparse.Namespace) -> Session:
    """A session, and every stop of it, with the options that were given. Raises InputError."""
    network = _network(session, options)
    display = _display(session.display, options)
    if network:  # the number selected may not be there
        display = replace(display, focus=None, hidden=())
    stops = tuple(replace(stop, session=overridden(stop.session, options)) for stop in session.stops)
    top = {"at": options.at} if "at" in options.given else {}
    if "breaks" in options.given:
        top["breaks"] = tuple(options.breaks)
    return replace(
        session,
        source=_source(session.source, options),
        learning=_learning(session.learning, options),
        display=display,
        stops=stops,
        **network,
        **top,
    )


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: getattr(options, name) for name in names if name in options.given}


def _source(source: Source, options: argparse.Namespace) -> Source:
    given = _given(options, *SOURCE)
    if source.inline is not None and given:
        option = "--sequence" if "number" in given else f"--{next(iter(given))}".replace("_", "-")
        raise InputError(option, "", f"does not go with {options.sequence}", "its sequence is written in it")
    return replace(source, **given)


def _network(session: Session, options: argparse.Namespace) -> dict[str, Any]:
    given = _given(options, "cell", "hidden", "seed", "model")
    if "model" in given:
        return {"model": given["model"], "inline": None}
    if given and "cell" not in given and (session.model or session.inline is not None):
        why = f"does not go with {options.sequence}, which has a whole network"
        raise InputError(f"--{next(iter(given))}", "", why, "add --cell")
    fields: dict[str, Any] = {"seed": given["seed"]} if "seed" in given else {}
    if "hidden" in given:
        fields["hidden"] = tuple(size_of(part) for part in given["hidden"].split(","))
    if "cell" in given:
        fields |= {"cells": tuple(given["cell"].split(",")), "model": "", "inline": None}
        fields.setdefault("hidden", session.hidden[: len(fields["cells"])])
    return fields


def _display(display: Display, options: argparse.Namespace) -> Display:
    if "at" not in options:  # a command that shows nothing, whose digits and layers are those of its numbers
        return display
    given = _given(options, "digits", "names", "layer", "ascii")
    check_digits(given.get("digits", display.digits))
    for diagram in ("rolled", "unrolled"):
        if diagram in options.given:
            given["diagram"] = diagram
    return replace(display, signs=display.signs or bool(os.environ.get("NO_COLOR")), **given)


def _learning(learning: Learning | None, options: argparse.Namespace) -> Learning | None:
    given = _given(options, "loss", "truncate", "epochs")
    how = _given(options, *OPTIMIZER)
    if "optimizer" in options.given:
        how["name"] = options.optimizer
    if learning is None:
        for name in (*given, *_given(options, *OPTIMIZER, "optimizer")):
            if "learn" not in options.given:
                raise InputError(f"--{name}", "", "says how to learn", "add --learn")
        if "learn" not in options.given:
            return None
        learning = Learning(loss="")
    learning = replace(learning, optimizer=replace(learning.optimizer, **how), **given)
    check_learning(learning if learning.loss else replace(learning, loss="sse"))
    return learning
