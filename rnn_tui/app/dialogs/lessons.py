"""The dialog that opens a lesson."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog, entry, line_of
from rnn_tui.lessons import lesson_notes


class LessonsDialog(Dialog):
    """The built-in lessons, in the order in which they follow one another."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            options = (Option(entry(name, note, 21), id=name) for name, note in lesson_notes().items())
            yield OptionList(*options, id="lessons")
            yield line_of("", "wrong")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.accept(event.option.id or "")
