"""``lesson``: a text beside the live app."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.cli.opening import allow_on_terminal, open_session
from rnn_tui.cli.options import Parser, session_in
from rnn_tui.lessons import lesson_names
from rnn_tui.stepper.lessons import stopped


def command(words: Sequence[str]) -> int:
    """Opens a lesson."""
    parser = Parser("lesson", "Follow a lesson: a text beside the live app.")
    known = ", ".join(lesson_names())
    parser.add_argument("lesson", nargs="?", default="what-is-rnn", metavar="NAME|FILE.toml", help=f"one of {known}")
    parser.add_argument("--stop", type=int, metavar="N", help="the stop to begin at (where the file says, or 1)")
    parser.outside()
    options = parser.parse_args(words)
    session = session_in(options.lesson, options, allow_on_terminal)
    return open_session(session if options.stop is None else stopped(session, options.stop))
