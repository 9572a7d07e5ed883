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
from textual.widgets import Input, Label, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from rnn_tui.app.commands import ACCEPT, CLOSE, COMMANDS, key_name
from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
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
    return Text.assemble((f"{name:18}", PLAIN), (note.partition(";")[0], LABEL))


class KeysDialog(Dialog):
    """Every command with its keys, out of the table of commands."""

    def compose(self) -> ComposeResult:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for command in COMMANDS:
            keys = "  ".join(key_name(key, self.app.has_class("plain")) for key in command.keys)
            table.add_row(Text(keys, NOW), Text(command.title, PLAIN))
        with VerticalScroll(classes="dialog"):
            yield Static(table)


class EditDialog(Dialog):
    """The description of a cell to be edited; it is checked while one types, and run when one says so."""

    BINDINGS: ClassVar[list[BindingType]] = [ACCEPT]

    def __init__(self, cell: Cell, accept: Callable[[str], str]) -> None:
        super().__init__()
        self.cell, self.accept = cell, accept

    def compose(self) -> ComposeResult:
        keys = " or ".join(key_name(key) for key in ACCEPT.key.split(","))
        closing = key_name(CLOSE.key.split(",")[0])
        with Vertical(classes="dialog tall"):
            yield Label(
                f"Edit R: the equations, one a line, and the shapes of their parameters in I, H, O ({self.cell.name})"
            )
            yield TextArea(self.cell.text, id="answer", soft_wrap=False, show_line_numbers=True)
            yield Label("", id="wrong")
            yield Label(f"{keys}: run it over the same sequence    {closing}: leave R as it was", id="hint")

    def on_mount(self) -> None:
        """The cursor stands on the first equation."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        lines = self.cell.text.split("\n")
        first = next((i for i, line in enumerate(lines) if line.startswith("equations")), 0)
        area.move_cursor((min(first + 1, len(lines) - 1), 0))
        area.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Checks what is written; an error stands under the text."""
        try:
            Cell.parse(event.text_area.text, self.cell.name)
            self._say("")
        except InputError as error:
            self._say(str(error))

    def action_accept(self) -> None:
        """Runs what is written, if it is a cell."""
        wrong = self.accept(self.query_one(TextArea).text)
        if wrong:
            self._say(wrong)
        else:
            self.dismiss()

    def _say(self, wrong: str) -> None:
        self.query_one("#wrong", Label).update(Text(wrong, NOW))
