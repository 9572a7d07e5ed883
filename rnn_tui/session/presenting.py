"""Where a lesson is, for a second terminal with the speaker's notes: a small file beside the sessions that are kept.

The file is named after what the lesson says, so that whoever opened the same lesson finds it, by whatever name. A
thread writes it, as it does the sessions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from rnn_tui.core.errors import InputError
from rnn_tui.files.replacing import PRIVATE, replace_file
from rnn_tui.session.keeping import clear, folder
from rnn_tui.session.model import Lesson, Session

PAUSE = 0.2
"""Seconds between two looks at where the lesson is."""


@contextmanager
def presenting(now: Callable[[], Session]) -> Iterator[None]:
    """Says where the lesson is that `now` gives, whenever it is at another stop, until it is over."""
    over = Event()
    thread = Thread(target=_present, args=(now, over), name="lesson-presenter", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def presented(lesson: Lesson) -> int | None:
    """The stop, from 1, at which another terminal has this lesson; None where none has it open."""
    with suppress(OSError, ValueError):
        stop = int(_place(lesson).read_bytes()[:20])
        return stop if 1 <= stop <= len(lesson.stops) else None
    return None


def _present(now: Callable[[], Session], over: Event) -> None:
    clear("stop-*")
    there: tuple[Path, int] | None = None
    while not over.wait(PAUSE):
        here = _where(now().lesson)
        if here != there:
            _leave(there if here is None or there is None or here[0] != there[0] else None)
            there = here
            if here is not None:
                _write(*here)
    _leave(there)


def _where(lesson: Lesson | None) -> tuple[Path, int] | None:
    """The file of a lesson, and what it is to say."""
    with suppress(OSError):
        return None if lesson is None else (_place(lesson), lesson.stop + 1)
    return None


def _place(lesson: Lesson) -> Path:
    """The file of a lesson. Raises OSError for a person who has no home."""
    from hashlib import sha256  # most runs are no lesson

    words = "\0".join(part for stop in lesson.stops for part in (stop.title, stop.text, stop.notes))
    return folder() / f"stop-{sha256(words.encode()).hexdigest()[:16]}"


def _write(path: Path, stop: int) -> None:
    with suppress(InputError, OSError):  # then there is nothing to follow, which the other terminal says
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(str(path), lambda file: file.write(f"{stop}\n".encode()), PRIVATE)


def _leave(there: tuple[Path, int] | None) -> None:
    """The lesson is not open any more."""
    if there is not None:
        with suppress(OSError):
            there[0].unlink(missing_ok=True)
