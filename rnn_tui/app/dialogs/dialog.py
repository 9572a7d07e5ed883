"""What every dialog is: a question, an answer, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rnn_tui.app.host import Host
from rnn_tui.core.errors import InputError
from rnn_tui.stepper.here import Ask, Outcome
from rnn_tui.stepper.keys import CLOSE
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.sheet.palette import NOW

PAUSE, SLICE = 0.03, 0.015
"""Seconds between two slices of the work that a dialog does, and of each."""


def line_of(text: str, identifier: str = "") -> Static:
    """A line of text, which is never read as markup."""
    return Static(Text(text), id=identifier or None, markup=False, classes="line")


def entry(name: str, note: str, width: int) -> Text:
    """A line of a list to choose from: a name, and what is said of it; in the ink of the list, for it may be lit."""
    return Text(f"{name:{width}}{note}")


class Dialog(ModalScreen[Outcome | None]):
    """Asks for the argument of a command; what the stepper makes of it is what it closes with."""

    app: Host

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(CLOSE), "close", show=False)]

    def __init__(self, ask: Ask, stepper: Stepper) -> None:
        super().__init__()
        self.ask, self.stepper = ask, stepper
        self._refused = ""

    def on_mount(self) -> None:
        self.set_class(self.plain, "plain")

    @property
    def plain(self) -> bool:
        """Whether to draw with ASCII alone."""
        return self.stepper.session.look.ascii

    def action_close(self) -> None:
        """Closes, changing nothing."""
        self.dismiss(None)

    def accept(self, text: str, instead: str = "") -> None:
        """Gives an answer to the command, or to another; what is wrong with it stands below, and the dialog stays."""
        if not text:
            self.say("type something first; escape leaves")
            return
        command = instead or (self.ask.again if self.ask.again and text == self._refused else self.ask.command)

        def do() -> None:
            outcome = self.tried(command, text)
            if outcome is None:
                self._refused = text
            else:
                self.dismiss(outcome)

        self.guarded(do)

    def into_line(self, event: events.Key) -> None:
        """What is typed anywhere else, as in a list, goes into the line."""
        line = self.query_one(Input)
        if self.focused is not line and event.character is not None and event.is_printable:
            event.stop()
            line.focus()
            line.insert_text_at_cursor(event.character)

    def tried(self, command: str, argument: str) -> Outcome | None:
        """Gives a command; where it cannot be, says why, and None."""
        try:
            return self.stepper.do(command, argument)
        except InputError as error:
            self.say(str(error))
            return None

    def guarded(self, do: Callable[[], object]) -> None:
        """Does something; where that fails as it never should, the dialog closes over what was there before it."""
        if not self.app.guarded(self.ask.command, do):
            self.dismiss(None)

    def dressed(self, text: Text) -> Text:
        """A text as it looks now."""
        return self.app.scheme.text(text)

    def say(self, text: str) -> None:
        """Says what is wrong."""
        if self.is_mounted:
            self.query_one("#wrong", Static).update(self.dressed(Text(text, NOW)))
