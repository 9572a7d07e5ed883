"""A setting: something that is chosen, by writing it or by going through what may be chosen."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.directions import directed
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.nearest import nearest
from rnn_tui.core.rivals import rivals
from rnn_tui.stepper.here import Do, Here, Outcome

SWITCH = ("off", "on")
Say = Callable[[Here], str]
Near = Callable[[Here, str, int], tuple[str, ...]]


@dataclass(frozen=True)
class Setting:
    """One thing that is chosen.

    Attributes:
        name: as a session file and the command line call it.
        title: in plain words.
        value: what it is now, as it may be written; empty where it is nothing.
        put: makes of a text another session. Raises InputError.
        effect: what another value does, in one sentence.
        written: what may be written, in few words.
        choices: what is suggested.
        only: whether nothing but the choices may be written.
        near: from a value the ones that come after it (1) or before it (-1), in turn; none where there is no order.
    """

    name: str
    title: str
    value: Say
    put: Do
    effect: Say
    written: str = ""
    choices: tuple[str, ...] = ()
    only: bool = False
    near: Near = lambda here, value, by: ()

    def given(self, here: Here, text: str) -> Outcome:
        """Another value. Raises InputError, and nothing has changed."""
        text = text.strip()
        if self.only and text not in self.choices:
            raise InputError("", "", f"{text or 'nothing'} is not known", nearest(text, self.choices), self.name)
        try:
            return self.put(here, text)
        except InputError as error:
            field = self.name if error.field == "hidden_size" else error.field
            raise InputError(error.path, error.where, error.why, error.hint, field) from None

    def stepped(self, here: Here, by: int) -> Outcome:
        """The next value that can be, or the one before; why others cannot is said. Raises InputError if none can."""
        refused = ""
        for text in self.near(here, self.value(here), by):
            try:
                outcome = self.given(here, text)
            except InputError as error:
                refused = refused or f"not {text}: {error.why}"
                continue
            said = "; ".join(part for part in (outcome.say, refused) if part)
            return Outcome(outcome.session, said, errand=outcome.errand, pace=outcome.pace)
        raise RangeError("", "", refused or "there is nothing to go through", f"write {self.written}", self.name)

    def completed(self, text: str) -> str:
        """A text with its last word completed to the first choice that begins so; the text itself where none does."""
        start = text.rpartition(",")[2].strip()
        found = (each for each in self.choices if start and each.startswith(start))
        return text + next(found, start)[len(start) :]


def among(choices: tuple[str, ...]) -> Near:
    """Round and round through some choices."""

    def near(here: Here, value: str, by: int) -> tuple[str, ...]:
        if value not in choices:
            return choices[::by]
        at = choices.index(value)
        return tuple(choices[(at + by * step) % len(choices)] for step in range(1, len(choices)))

    return near


def first_cell(here: Here, value: str, by: int) -> tuple[str, ...]:
    """Other cells with a state in the place of the first, round and round."""
    first, comma, rest = value.partition(",")
    plain, _ = directed(first)
    return tuple(each + first[len(plain) :] + comma + rest for each in among(rivals())(here, plain, by))


def counted(least: int, most: int) -> Near:
    """One more or one less."""

    def near(here: Here, value: str, by: int) -> tuple[str, ...]:
        found = int(value) + by if value.isdecimal() else least - 1
        return (str(found),) if least <= found <= most else ()

    return near


def shortest(value: object) -> str:
    """A value as it is written; a float as short as it reads back to the same bits."""
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return str(value)


def float_of(name: str, text: str) -> float:
    """The number in a text. Raises RangeError."""
    try:
        return float(text)
    except ValueError:
        raise RangeError("", "", f"{text!r} is no number", "write one like 0.1", name) from None
