"""Opening the app on a session: only where there is a terminal that can show it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from dataclasses import replace

from rnn_tui.cli.progress import ProgressBar
from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Session

SMALLEST = (40, 12)
"""Columns and rows that the app needs."""
INSTEAD = "`rnn-tui run` prints the numbers and `rnn-tui snapshot` draws the screen into a file"


def simulator_of(session: Session) -> Simulator:
    """The simulator of a session, of a lesson that of its first stop; a bar shows a long reading. Raises InputError."""
    with ProgressBar("opening") as bar:
        return (session.stops[0].session if session.stops else session).simulator(bar.report)


def open_session(session: Session) -> int:
    """Opens the app and returns its exit status; the terminal is checked before anything is drawn.

    Raises:
        InputError: no terminal, or a session that cannot be.
    """
    if trouble := terminal_trouble():
        raise InputError("", "", trouble, INSTEAD)
    if "utf" not in (getattr(sys.__stderr__, "encoding", "") or "").lower():
        session = replace(session, display=replace(session.display, ascii=True))
    simulator = simulator_of(session)
    gc.disable()  # what is loaded now stays; the app switches it on again once it stands
    from rnn_tui.app import RnnApp

    app = RnnApp(simulator, session.display, session)
    app.run()
    return app.return_code or 0


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
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{one_line(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
