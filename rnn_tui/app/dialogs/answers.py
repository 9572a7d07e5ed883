"""The dialogs that want a line, a letter or a cell, and the one that lists the keys."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static, TextArea

from rnn_tui.app.dialogs.dialog import Dialog, line_of
from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
from rnn_tui.core.texts import one_line
from rnn_tui.stepper.command import LESSON
from rnn_tui.stepper.commands import given_by
from rnn_tui.stepper.help import listed
from rnn_tui.stepper.keys import ACCEPT, CLOSE, TURNING, key_name
from rnn_tui.views.page.legend import legend
from rnn_tui.views.page.markdown import Words
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN


class LineDialog(Dialog):
    """Asks for one line of text. In a lesson the keys of a slide clicker leave it, as they do everything."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog short"):
            yield line_of(self.ask.title)
            yield Input(self.ask.text, placeholder="enter takes it, escape leaves", id="answer")
            yield line_of("", "wrong")

    def on_key(self, event: events.Key) -> None:
        """To another stop, unanswered."""
        command = given_by(event.key, self.stepper.here) if event.key in TURNING else None
        if command is not None and command.when == LESSON:
            event.stop()
            self.stepper.close()
            self.guarded(lambda: self.dismiss(self.tried(command.id, "")))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.accept(event.value.strip())


class LetterDialog(Dialog):
    """Waits for one letter."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog short"):
            yield line_of(self.ask.title)
            yield line_of("", "wrong")

    def on_key(self, event: events.Key) -> None:
        """Takes any letter or digit; what closes a dialog closes this one."""
        if self.is_current and event.character is not None and _is_mark(event.character):
            event.stop()
            self.accept(event.character)


class KeysDialog(Dialog):
    """What can be done here with its keys, out of the table of commands, and how the screen is written."""

    def compose(self) -> ComposeResult:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for heading, commands in listed(self.stepper.here):
            table.add_row("", self.dressed(Text(heading, LABEL)))
            for command, keys in commands:
                names = "  ".join(key_name(key, self.plain) for key in keys)
                table.add_row(self.dressed(Text(names, NOW)), self.dressed(Text(command.title, PLAIN)))
            table.add_row()
        table.add_row("", self.dressed(Text("how it is written", LABEL)))
        for sign, meaning in legend(self.stepper.frame):
            table.add_row(self.dressed(sign), self.dressed(Text(meaning, PLAIN)))
        with VerticalScroll(classes="dialog"):
            yield line_of(self.ask.title)
            yield Static("")
            yield Static(table)


class NotesDialog(Dialog):
    """Speaker's notes; those who have a second terminal read them there."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog"):
            yield line_of(self.ask.title)
            yield Static("")
            yield Static(Words(self.ask.text, self.plain))


class CellDialog(Dialog):
    """The description of a cell to be edited; it is checked while one types, and run when one says so."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(ACCEPT), "accept", show=False, priority=True)]

    def compose(self) -> ComposeResult:
        keys = " or ".join(map(key_name, ACCEPT))
        closing = key_name(CLOSE[0])
        with Vertical(classes="dialog tall"):
            yield line_of(self.ask.title)
            yield TextArea(self.ask.text, id="answer", soft_wrap=False, show_line_numbers=True)
            yield line_of("", "wrong")
            yield line_of(f"{keys}: run it over the same sequence    {closing}: leave R as it was", "hint")

    def on_mount(self) -> None:
        """The cursor stands on the first equation."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        lines = self.ask.text.split("\n")
        first = next((i for i, line in enumerate(lines) if line.startswith("equations")), 0)
        area.move_cursor((min(first + 1, len(lines) - 1), 0))
        area.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Checks what is written; an error stands under the text."""
        self.guarded(lambda: self._check(event.text_area.text))

    def _check(self, text: str) -> None:
        try:
            Cell.parse(text, self.stepper.frame.cell.name)
            self.say("")
        except InputError as error:
            self.say(str(error))

    def action_accept(self) -> None:
        """Runs what is written, if it is a cell."""
        self.accept(self.query_one(TextArea).text)


def _is_mark(character: str) -> bool:
    return character.isalnum() and one_line(character) == character
