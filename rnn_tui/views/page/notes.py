"""The two lines about speaker's notes: above them which stop they are to, below them what comes next."""

from __future__ import annotations

from rich.text import Text

from rnn_tui.stepper.commands import BY_ID
from rnn_tui.stepper.keys import key_name
from rnn_tui.stepper.lesson_text import Noted
from rnn_tui.views.sheet.notation import mark, printable
from rnn_tui.views.sheet.palette import DIM, LABEL, NOW, PLAIN
from rnn_tui.views.sheet.pen import Phrase, fitting, length, written


def notes_title(noted: Noted, followed: int | None, width: int, plain: bool) -> Text:
    """Which stop, and whether the lesson is there as well; `followed` is where it is, from 1."""
    where = "by hand" if followed is None else f"the lesson is at {followed}"
    told = "follows" if followed == noted.number else where
    left = [
        Phrase.of(LABEL, f" {noted.number} of {noted.count}  "),
        Phrase.of(NOW, printable(noted.title, plain), rank=1),
    ]
    right = [Phrase.of(DIM, f"{told} ")]
    start = fitting(max(width - length(right[0].forms[0]) - 1, 0), left, mark(plain))
    gap = max(width - length(start) - length(right[0].forms[0]), 1)
    return written([*start, (" " * gap, PLAIN), *right[0].forms[0]])


def notes_footer(noted: Noted, width: int, plain: bool) -> Text:
    """The title of the next stop, and the keys."""
    words = (("next_stop", "next"), ("previous_stop", "before"), ("quit", "quit"))
    keys = [(key_name(BY_ID[name].keys[0], plain), word) for name, word in words]
    following = f" then: {printable(noted.following, plain)}   " if noted.following else " this is the last stop   "
    phrases = [Phrase.of(LABEL, following, rank=1)]
    phrases += [Phrase(((((key, LABEL), (f" {word}  ", DIM))),)) for key, word in keys]
    return written(fitting(width, phrases, mark(plain)))
