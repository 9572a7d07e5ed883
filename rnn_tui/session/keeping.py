"""What was on the screen last, kept in the platform's state folder, so that a lost connection loses nothing.

A thread keeps it, which nothing that holds up the app holds up. It may: a session never changes, there is a new one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from platformdirs import user_state_path

from rnn_tui.core.errors import InputError
from rnn_tui.files.errors import LoadError
from rnn_tui.files.replacing import PRIVATE
from rnn_tui.session.model import Session

PAUSE = 1.0
"""Seconds between two looks at whether the session has changed."""
SESSIONS = "session-*.toml"
"""The files of kept sessions."""
KEPT_FOR = 7 * 86400.0
"""Seconds after which what was kept goes: by its age and not by a number, for another instance may be alive."""
MOST_NUMBERS = 50_000
"""Numbers of a session's own above which it is not kept; so many fill a session file."""


@contextmanager
def keeping(now: Callable[[], Session]) -> Iterator[Keeper]:
    """Keeps the session that `now` gives whenever it is another one, and at the end; not the one there is at first."""
    keeper, over = Keeper(now), Event()
    thread = Thread(target=keeper.keep_until, args=(over,), name="session-keeper", daemon=True)
    thread.start()
    try:
        yield keeper
    finally:
        over.set()
        thread.join()


def last() -> Session:
    """The session that was kept last. What it names may be read: it is one's own file, and it was allowed before.

    Raises:
        LoadError: there is none, or it cannot be read any more.
    """
    kept = _kept()
    if not kept:
        why = "there is no session to go on with"
        raise LoadError("", "", why, "one is kept as soon as something is done in the app")
    from rnn_tui.session.file import read_session

    return read_session(kept[0], lambda _: True)


class Keeper:
    """Keeps the sessions of one process, in a file of its own.

    Attributes:
        trouble: why the last one could not be kept; empty where it could, and where there is no folder for it.
    """

    def __init__(self, now: Callable[[], Session]) -> None:
        self.trouble = ""
        self._now, self._done = now, now()
        self._name = f"session-{os.urandom(8).hex()}.toml"

    def keep_until(self, over: Event) -> None:
        """Keeps now and then what has changed, and once more when it is over."""
        clear(SESSIONS)
        while not over.wait(PAUSE):
            self._keep()
        self._keep()

    def _keep(self) -> None:
        session = self._now()
        if session is self._done:
            return
        self._done, self.trouble = session, ""
        try:
            here = folder()
            here.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:  # no home, or one that cannot be written to
            return
        from rnn_tui.session.file import write_session  # when there is something to be kept: not before the first frame

        try:
            if (count := _numbers(session)) > MOST_NUMBERS:
                raise LoadError("", "", f"it has {count} numbers of its own", f"up to {MOST_NUMBERS} are kept")
            write_session(session, here / self._name, PRIVATE)
        except (InputError, OSError) as error:
            self.trouble = str(error)


def folder() -> Path:
    """Where sessions are kept. Raises OSError for a person who has no home."""
    with suppress(RuntimeError):  # what newer platformdirs raise
        here = user_state_path("rnn_tui", appauthor=False)
        if here.is_absolute():  # older ones say "~/.local/state", which would be made in the current folder
            return here
    raise FileNotFoundError("there is no home to keep anything in")


def _kept() -> list[Path]:
    """The files of kept sessions, the newest first."""
    found = []
    with suppress(OSError):
        for path in folder().glob(SESSIONS):
            with suppress(OSError):  # another instance may take it away now
                found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def clear(pattern: str) -> None:
    """Takes away the files of the folder of that name that were kept long ago."""
    with suppress(OSError):
        for path in folder().glob(pattern):
            with suppress(OSError):  # another instance may take it away now
                if path.stat().st_mtime < time.time() - KEPT_FOR:
                    path.unlink(missing_ok=True)


def _numbers(session: Session) -> int:
    """How many numbers of its own a session would write."""
    count = 0
    for recipe in {each.recipe for each in session.sessions}:
        if recipe.source.inline is not None:
            count += recipe.source.inline.x.size
        if recipe.blueprint.numbers is not None:
            layers = recipe.blueprint.numbers.network.layers
            count += sum(array.size for layer in layers for array in layer.parameters.values())
    return count
