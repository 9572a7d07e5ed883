"""``lesson``: a text beside the live app."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.cli.opening import allow_on_terminal, open_session, shown_here, stepper_of
from rnn_tui.cli.options import looking, session_in
from rnn_tui.cli.parser import Parser
from rnn_tui.core.errors import InputError
from rnn_tui.lessons import lesson_names
from rnn_tui.session.model import Session
from rnn_tui.stepper.lessons import stopped


def command(words: Sequence[str]) -> int:
    """Opens a lesson."""
    parser = Parser("lesson", "Follow a lesson: a text beside the live app.")
    known = ", ".join(lesson_names())
    parser.add_argument("lesson", nargs="?", default="what-is-rnn", metavar="NAME|FILE.toml", help=f"one of {known}")
    parser.add_argument("--stop", type=int, metavar="N", help="the stop to begin at (where the file says, or 1)")
    parser.add_argument("--notes", action="store_true", help="the speaker's notes alone, which follow another terminal")
    parser.outside()
    parser.look()
    options = parser.read(words)
    session = session_in(options.lesson, options, allow_on_terminal).everywhere(lambda each: looking(each, options))
    if options.stop is not None:
        session = stopped(session, options.stop)
    return _show_notes(session) if options.notes else open_session(session)


def _show_notes(session: Session) -> int:
    """The notes of a lesson, until they are closed. Raises InputError."""
    if session.lesson is None:
        raise InputError("", "", "there are no notes", "only a lesson has any", "notes")
    stepper = stepper_of(shown_here(session))
    from rnn_tui.app.notes import NotesApp

    app = NotesApp(stepper)
    app.run()
    return app.return_code or 0
