"""What was on the screen last, kept in the platform's state folder, so that a lost connection loses nothing."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path

from rnn_tui.core.errors import InputError
from rnn_tui.files.errors import LoadError
from rnn_tui.session.file import read_session, write_session
from rnn_tui.session.model import Session

KEPT = 5
"""Sessions that are kept, one a process; older ones go."""
MOST_NUMBERS = 50_000
"""Numbers of a session's own above which it is not kept: writing them would hold up the keys."""


def folder() -> Path:
    """Where sessions are kept. Raises OSError for a person who has no home."""
    with suppress(RuntimeError):  # what newer platformdirs raise
        here = user_state_path("rnn_tui", appauthor=False)
        if here.is_absolute():  # older ones say "~/.local/state", which would be made in the current folder
            return here
    raise FileNotFoundError("there is no home to keep anything in")


def keep(session: Session) -> bool:
    """Keeps a session as this process's last. Whether it could be: a folder that cannot be written to is no error."""
    if _numbers(session) > MOST_NUMBERS:
        return False
    try:
        here = folder()
        here.mkdir(parents=True, exist_ok=True)
        write_session(session, here / f"session-{os.getpid()}.toml")
        for old in _kept()[KEPT:]:
            old.unlink(missing_ok=True)
    except (OSError, InputError):
        return False
    return True


def last() -> Session:
    """The session that was kept last. Raises LoadError where there is none, or it cannot be read any more."""
    kept = _kept()
    if not kept:
        why = "there is no session to resume"
        raise LoadError("", "", why, "one is kept while the app is open, and stays when it ends")
    return read_session(kept[0], lambda _: True)


def _kept() -> list[Path]:
    """The files of kept sessions, the newest first."""
    found = []
    with suppress(OSError):
        found = [(path.stat().st_mtime_ns, path) for path in folder().glob("session-*.toml")]
    return [path for _, path in sorted(found, reverse=True)]


def _numbers(session: Session) -> int:
    """How many numbers of its own a session would write."""
    sessions = [session, *(stop.session for stop in (session.lesson.stops if session.lesson else ()))]
    count = 0
    for recipe in {each.recipe for each in sessions}:
        if recipe.source.inline is not None:
            count += recipe.source.inline.x.size
        if recipe.blueprint.numbers is not None:
            layers = recipe.blueprint.numbers.network.layers
            count += sum(array.size for layer in layers for array in layer.parameters.values())
    return count
