"""Opening the app on a session: only where there is a terminal that can show it."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from rnn_tui import __version__
from rnn_tui.cli.options import generates, session_from
from rnn_tui.cli.parser import Parser
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line
from rnn_tui.session.keeping import keeping, last
from rnn_tui.session.model import Session
from rnn_tui.session.presenting import presenting
from rnn_tui.stepper.files import guessed, refuse_stdin
from rnn_tui.stepper.stepper import Stepper

SMALLEST = (40, 12)
"""Columns and rows that the app needs."""
SUMMARY = """
other commands:
  run SEQUENCE        the numbers, without a screen
  snapshot SEQUENCE   a picture of the app, without a terminal
  lesson [NAME]       a lesson: text beside the live app (what-is-rnn)
  check LESSON.toml   all stops of a lesson, headless
  compare SEQUENCE    where it first differs from another framework, and why
  inspect MODEL       what is in a trained network's file, and how it is read
  list                built-in sequences, models, cells and lessons
Each has a --help of its own.
"""
INSTEAD = "`rnn-tui run` prints the numbers and `rnn-tui snapshot` draws the screen into a file"


def command(words: Sequence[str]) -> int:
    """Opens the app; the terminal is checked before anything is drawn."""
    parser = Parser("", "Step a sequence through a recurrent network, number by number.", SUMMARY)
    parser.sequence("hello.txt")
    parser.network()
    parser.learning()
    parser.display()
    parser.breaks("stop where this holds")
    parser.add_argument("--version", action="version", version=f"rnn-tui {__version__}", help="say which this is")
    parser.add_argument("--resume", action="store_true", help="go on with what was on the screen last")
    options = parser.read(words)
    if options.resume and len(words) > 1:
        raise InputError("", "", "goes on with what was there, and takes no other words", "give it alone", "resume")
    session = last() if options.resume else session_from(options, allow_on_terminal)
    refuse_stdin(options.sequence)
    return open_session(session, at_end(options))


def at_end(options: argparse.Namespace) -> bool:
    """Whether one begins at the last timestep: what is generated is there."""
    return generates(options) and "at" not in options.given


def stepper_of(session: Session, waits: bool = False, end: bool = False) -> Stepper:
    """The stepper of a session, at the last timestep where that is the `end` to begin at; a bar shows a long reading,
    and learning where one `waits` for that. Raises InputError."""
    with ProgressBar("opening") as bar:
        run = session.recipe.build(bar.report)
        if end and run.learner is not None:  # one waits there for what is learned, and else for what is passed
            session, end = replace(session, at=len(run)), False
        run.report_to(bar.report)
        stepper = Stepper(session, run, waits)
        run.report_to(None)
    if end:
        stepper.give("last")
    return stepper


def open_session(session: Session, end: bool = False) -> int:
    """Opens the app and returns its exit status; the terminal is checked before anything is drawn.

    Raises:
        InputError: no terminal, or a session that cannot be.
    """
    stepper = stepper_of(shown_here(session), end=end)
    stepper.notice = guessed(stepper.here.run)
    gc.disable()  # what is loaded now stays; the app switches it on again once it stands
    from rnn_tui.app import RnnApp

    app = RnnApp(stepper)
    with keeping(lambda: stepper.session) as keeper, presenting(lambda: stepper.session):
        app.run()
    if keeper.trouble:
        with suppress(OSError):  # the terminal may be gone
            print(f"rnn-tui: --resume will not find this session: {one_line(keeper.trouble)}", file=sys.stderr)
    return app.return_code or 0


def shown_here(session: Session) -> Session:
    """A session as this terminal can show it. Raises InputError where there is none that can."""
    ask_the_terminal()
    if trouble := terminal_trouble():
        raise InputError("", "", trouble, INSTEAD)
    unicode = writes_unicode(getattr(sys.__stderr__, "encoding", None), os.environ)
    return session if unicode else plain(session)


def writes_unicode(encoding: str | None, environment: Mapping[str, str]) -> bool:
    """Whether a terminal is said to have more than ASCII: by the encoding of what is written there, and by the locale.

    Python writes UTF-8 where the locale is ``C``, and where LANG says so puts another one into LC_CTYPE.
    """
    whole, letters, usual = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = whole or (usual if letters in ("", "C.UTF-8") else "") or letters or "utf-8"
    return all("utf" in name.lower() for name in (encoding or "", locale))


def plain(session: Session) -> Session:
    """A session and all its stops drawn with ASCII alone."""
    return session.everywhere(lambda each: replace(each, look=replace(each.look, ascii=True)))


def ask_the_terminal() -> None:
    """A terminal that knows its size is believed, and not what a shell once put into COLUMNS and LINES."""
    with suppress(OSError):  # no terminal, which is told next
        if sys.__stdout__ is not None and all(os.get_terminal_size(sys.__stdout__.fileno())):
            for name in ("COLUMNS", "LINES"):
                os.environ.pop(name, None)


def terminal_trouble() -> str:
    """Why the app cannot open here; empty where it can."""
    for name, stream in (("input", sys.stdin), ("output", sys.stdout), ("error", sys.stderr)):
        if stream is None or not stream.isatty():
            return f"the app needs a terminal, and standard {name} is none"
    if os.environ.get("TERM", "dumb") == "dumb":
        return "the app needs a terminal that can move its cursor, and TERM says it is dumb"
    columns, rows = shutil.get_terminal_size()
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return f"the terminal has {columns}x{rows} characters and the app needs {SMALLEST[0]}x{SMALLEST[1]}"
    return ""


def allow_on_terminal(question: str) -> bool:
    """Asks a person whether a file outside a session's folder may be read; without a terminal the answer is no."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{one_line(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
