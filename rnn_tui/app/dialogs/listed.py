"""A dialog with a line and a list of what there is: entries are added, switched and removed, and it stays open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.stepper.keys import INTO


class ListDialog(Dialog):
    """A line that adds an entry, and the list of them, with keys for the one that is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(INTO), "into", show=False)]
    NOTHING: ClassVar[str]
    """What is said where the line is empty."""

    def rows(self) -> Iterable[Text]:
        """The entries as they are now."""
        raise NotImplementedError

    def switched(self, on: bool) -> str:
        """The mark of an entry that is on, or off."""
        marks = ("[ ]", "[x]") if self.plain else ("○", "●")
        return marks[on]

    def on_mount(self) -> None:
        self._list()
        self.query_one(Input).focus()

    def _list(self) -> None:
        options = self.query_one(OptionList)
        rows, chosen = list(self.rows()), options.highlighted
        options.clear_options()
        options.add_options(map(Option, rows))
        options.display = bool(rows)
        options.highlighted = min(chosen or 0, len(rows) - 1) if rows else None

    def action_into(self) -> None:
        """From the line into the list."""
        options = self.query_one(OptionList)
        if options.display:
            options.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.say(self.NOTHING)
            return

        def do() -> None:
            if self._give(self.ask.command, event.value.strip()):
                event.input.value = ""

        self.guarded(do)

    def action_give(self, command: str) -> None:
        """Does something with the entry that is chosen in the list."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.guarded(lambda: self._give(command, str(index)))

    def _give(self, command: str, argument: str) -> bool:
        """Gives a command and stays. Whether it was a right one."""
        if self.tried(command, argument) is None:
            return False
        self.say("")
        self._list()
        return True
