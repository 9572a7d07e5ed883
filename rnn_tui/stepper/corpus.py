"""The commands that go from one of several sequences to another: the next, the one before, one of their list."""

from __future__ import annotations

import numpy as np

from rnn_tui.core.errors import RangeError
from rnn_tui.core.parts import Parts
from rnn_tui.stepper.command import Command
from rnn_tui.stepper.here import Ask, Do, Here, Outcome
from rnn_tui.stepper.travel import jumping, whole

ALONE = "there is one sequence; sequence = all in the settings (Q) takes all of a file"
SAME = "this is its first timestep"
MOST_ROWS = 200
"""Rows of the list, around where one is, or the first that are found."""
MOST_LABELS = 40
"""Characters of the labels in a row."""


def sequence(by: int) -> Do:
    """The first timestep of the next sequence, or of the one before; from t = 0 the next is the first."""

    def do(here: Here, argument: str) -> Outcome:
        parts, t = here.walk.sequence.parts, here.session.at
        if parts is None:
            return Outcome(here.session, ALONE)
        index = parts.at(t) + by if t else min(by - 1, 0)
        if not 0 <= index < len(parts):
            return Outcome(here.session, f"this is the {'last' if by > 0 else 'first'} sequence")
        return jumping(here, parts.span(index)[0])

    return do


def sequences(here: Here, argument: str) -> Outcome:
    """The list of all sequences, or with a number the first timestep of one."""
    parts = here.walk.sequence.parts
    if parts is None:
        return Outcome(here.session, ALONE)
    if not argument:
        ask = Ask("sequences", "sequences", f"{len(parts):,} sequences: type a number, a name or what is in it")
        return Outcome(here.session, ask=ask)
    return jumping(here, parts.span(whole(argument, len(parts), 1) - 1)[0])


def found(here: Here, text: str) -> tuple[list[tuple[int, str]], int]:
    """The sequences that a text is the number of, or is in the name or the labels of: number and row, of as many as a
    list shows; and which of the rows is that of the sequence one is in, from 0.

    Raises:
        RangeError: there is none.
    """
    parts = here.walk.sequence.parts
    assert parts is not None
    now = parts.at(here.session.at)
    if not text:
        first = max(min(now - MOST_ROWS // 2, len(parts) - MOST_ROWS), 0)
        chosen = list(range(first, min(first + MOST_ROWS, len(parts))))
        return [(index + 1, row(here, parts, index)) for index in chosen], now - first
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(parts):
        return [(int(text), row(here, parts, int(text) - 1))], 0
    own: list[int] = []
    for index in range(len(parts)):
        if text in (parts.names[index] if parts.names else "") or text in labels(here, parts, index):
            own.append(index)
            if len(own) == MOST_ROWS:
                break
    if not own:
        raise RangeError("", "", f"no sequence has {text!r} in it", f"type a number from 1 to {len(parts)}, or a text")
    return [(index + 1, row(here, parts, index)) for index in own], int(np.searchsorted(own, now)) % len(own)


def labels(here: Here, parts: Parts, index: int) -> str:
    """What stands in a sequence: its labels, letters side by side and words with blanks between."""
    first, last = parts.span(index)
    own = here.walk.sequence.labels[first - 1 : last]
    return ("" if all(len(label) == 1 for label in own[:MOST_LABELS]) else " ").join(own)


def row(here: Here, parts: Parts, index: int) -> str:
    """A sequence in a line: its number, its name or what is in it, and its timesteps."""
    first, last = parts.span(index)
    told = parts.names[index] if parts.names else labels(here, parts, index)
    width, more = len(str(len(parts))), "..." if here.session.look.ascii else "…"
    shown = told if len(told) <= MOST_LABELS else told[: MOST_LABELS - len(more)] + more
    many = f"{last - first + 1} timestep{'s' * (last > first)}"
    times = f"t = {first}" + f" to {last}" * (last > first)
    return "  ".join(filter(None, (f"{index + 1:>{width}}", shown, many, times)))


CORPUS = (
    Command("next_sequence", ("semicolon",), "Next of several sequences", sequence(1), rank=4, idle=SAME),
    Command("previous_sequence", ("comma",), "Sequence before", sequence(-1), idle=SAME),
    Command("sequences", ("quotation_mark",), "The list of the sequences", sequences, idle=SAME),
)
"""What is added to the table of commands."""
