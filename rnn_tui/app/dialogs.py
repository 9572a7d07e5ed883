"""The small dialogs over the main screen: go to a timestep, open a sequence, and the list of keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.app.commands import CLOSE, COMMANDS, key_name
from rnn_tui.files.samples import sample_notes
from rnn_tui.views.palette import LABEL, NOW, PLAIN


class Dialog(ModalScreen[None]):
    """A dialog that closes on the keys of `CLOSE`."""

    BINDINGS: ClassVar[list[BindingType]] = [CLOSE]

    def action_close(self) -> None:
        """Closes, changing nothing."""
        self.dismiss()


class Prompt(Dialog):
    """Asks for one line of text. What `accept` answers, if anything, is what is wrong with it, and the prompt stays."""

    def __init__(self, question: str, accept: Callable[[str], str]) -> None:
        super().__init__()
        self.question, self.accept = question, accept

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog short"):
            yield Label(self.question)
            yield Input(id="answer")
            yield Label("", id="wrong")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        wrong = self.accept(event.value.strip())
        if wrong:
            self.query_one("#wrong", Label).update(Text(wrong, NOW))
        else:
            self.dismiss()


class OpenDialog(Dialog):
    """Offers the built-in sequences, and a line for a file's name."""

    def __init__(self, accept: Callable[[str], str]) -> None:
        super().__init__()
        self.accept = accept

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Open a sequence: choose a built-in one, or type a file's name")
            yield OptionList(
                *(Option(_sample(name, note), id=name) for name, note in sample_notes().items()), id="samples"
            )
            yield Input(placeholder="path of a .csv .tsv .json .jsonl .npy .npz or .txt file", id="answer")
            yield Label("", id="wrong")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._try(event.option.id or "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._try(event.value.strip())

    def _try(self, path: str) -> None:
        wrong = self.accept(path) if path else "type a file's name"
        if wrong:
            self.query_one("#wrong", Label).update(Text(wrong, NOW))
        else:
            self.dismiss()


def _sample(name: str, note: str) -> Text:
    return Text.assemble((f"{name:18}", PLAIN), (note, LABEL), no_wrap=True, overflow="ellipsis")


class KeysDialog(Dialog):
    """Every command with its keys, out of the table of commands."""

    def compose(self) -> ComposeResult:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for command in COMMANDS:
            keys = "  ".join(key_name(key) for key in command.keys)
            table.add_row(Text(keys, NOW), Text(command.title, PLAIN))
        with VerticalScroll(classes="dialog"):
            yield Static(table)
