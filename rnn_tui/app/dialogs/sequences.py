"""The dialog of several sequences: their list, which a text that is typed makes shorter."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog, line_of
from rnn_tui.core.errors import RangeError
from rnn_tui.stepper.corpus import MOST_ROWS, found
from rnn_tui.stepper.keys import INTO, key_name


class SequencesDialog(Dialog):
    """A line to type a number or a text into, and the sequences that are meant; enter goes to the chosen one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(INTO), "into", show=False)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            yield Input(id="answer")
            yield OptionList(id="samples")
            yield line_of("", "wrong")
            yield line_of(f"enter: go there    {key_name(INTO[0], self.plain)} into the list", "hint")

    def on_mount(self) -> None:
        self._list("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.guarded(lambda: self._list(event.value.strip()))

    def _list(self, text: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        try:
            rows, chosen = found(self.stepper.here, text)
        except RangeError as error:
            self.say(str(error))
            return
        self.say(f"{MOST_ROWS} of them are shown" if len(rows) == MOST_ROWS else "")
        options.add_options(Option(Text(row), id=str(number)) for number, row in rows)
        options.highlighted = chosen

    def action_into(self) -> None:
        """From the line into the list."""
        self.query_one(OptionList).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.accept(options.get_option_at_index(options.highlighted).id or "")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.accept(event.option.id or "")

    def on_key(self, event: events.Key) -> None:
        """What is typed in the list goes into the line."""
        self.into_line(event)
