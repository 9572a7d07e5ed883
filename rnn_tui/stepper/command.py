"""A command: one thing a person can do, and when."""

from __future__ import annotations

from rnn_tui.core.dataclass import dataclass
from rnn_tui.stepper.here import Do, Outcome

ALWAYS, FREE, SELECTING, LESSON, NAMED, PICKED = "always", "free", "selecting", "lesson", "named", "picked"
"""When a command can be given: always, while no number is selected, while one is, in a lesson, or by no key at all: by
its title in the palette, or only by a click or a dialog."""


@dataclass(frozen=True)
class Command:
    """One thing a person can do.

    Attributes:
        id: its name.
        keys: Textual's names of the keys, the one to show first.
        title: what it does, in a few words: the palette and the help.
        do: what it makes of a session.
        hint: one or two words for the footer; empty where it is not shown there.
        rank: how much it is needed in the footer: where the screen is narrow, the highest goes first.
        when: of two commands on one key the first that can be given is.
        idle: what is said where it changes nothing.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    do: Do
    hint: str = ""
    rank: int = 9
    when: str = ALWAYS
    idle: str = ""


def ordering(order: str) -> Do:
    """What only the front end can do."""
    return lambda here, argument: Outcome(here.session, order=order)
