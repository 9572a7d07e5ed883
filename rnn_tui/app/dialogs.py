"""The dialogs over the main screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static, TextArea
from textual.widgets.option_list import Option
from textual.worker import Worker, get_current_worker

from rnn_tui.app.commands import ACCEPT, CLOSE, COMMANDS, GROUPS, REMOVE, TOGGLE, key_name
from rnn_tui.core.breakpoints import Breakpoint, Breakpoints
from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
from rnn_tui.core.search import quantity_sizes
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.samples import sample_notes
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN


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


class OpenDialog(ModalScreen[Simulator | None]):
    """Offers the built-in sequences, and a line for a file's name. A long file is read while one watches."""

    BINDINGS: ClassVar[list[BindingType]] = [CLOSE]

    def __init__(self, load: Callable[[str, Callable[[int, int], None]], Simulator]) -> None:
        super().__init__()
        self.load = load
        self._reading: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label("Open a sequence: choose a built-in one, or type a file's name")
            yield OptionList(
                *(Option(_sample(name, note), id=name) for name, note in sample_notes().items()), id="samples"
            )
            yield Input(placeholder="path of a .csv .tsv .json .jsonl .npy .npz or .txt file", id="answer")
            yield Label("", id="wrong")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._begin(event.option.id or "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._begin(event.value.strip())

    def action_close(self) -> None:
        """Closes; a file that is being read is left alone."""
        if self._reading is not None:
            self._reading.cancel()
        self.dismiss(None)

    def _begin(self, path: str) -> None:
        if not path:
            self._say("type a file's name")
        elif self._reading is None:
            self._reading = self.run_worker(lambda: self._read(path), thread=True, exit_on_error=False)

    def _read(self, path: str) -> None:
        """Reads the file in a thread, so that the screen stays awake."""
        worker = get_current_worker()

        def report(done: int, whole: int) -> None:
            if worker.is_cancelled:
                raise InterruptedError
            self.app.call_from_thread(self._say, f"reading {done / whole if whole else 0:.0%}, escape cancels")

        try:
            simulator = self.load(path, report)
        except InterruptedError:
            return
        except InputError as error:
            self.app.call_from_thread(self._say, str(error))
        else:
            if not worker.is_cancelled:
                self.app.call_from_thread(self.dismiss, simulator)
        finally:
            self._reading = None

    def _say(self, text: str) -> None:
        if self.is_mounted:
            self.query_one("#wrong", Label).update(Text(text, NOW))


class LetterDialog(Dialog):
    """Waits for one letter."""

    def __init__(self, question: str, accept: Callable[[str], None]) -> None:
        super().__init__()
        self.question, self.accept = question, accept

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog short"):
            yield Label(self.question)

    def on_key(self, event: events.Key) -> None:
        """Takes any letter or digit; what closes a dialog closes this one."""
        if self.is_current and event.character is not None and event.character.isalnum():
            event.stop()
            self.dismiss()
            self.accept(event.character)


class BreakpointsDialog(Dialog):
    """The breakpoints with their hits: add, switch on and off, remove."""

    BINDINGS: ClassVar[list[BindingType]] = [TOGGLE, REMOVE]

    def __init__(self, breakpoints: Breakpoints, simulator: Simulator, layer: int) -> None:
        super().__init__()
        self.breakpoints, self.simulator, self.shown_layer = breakpoints, simulator, layer

    def compose(self) -> ComposeResult:
        names = ", ".join(quantity_sizes(self.simulator, self.shown_layer))
        toggle, remove = key_name(TOGGLE.key), key_name(REMOVE.key.split(",")[0])
        with Vertical(classes="dialog"):
            yield Label("Breakpoints: stop where a condition holds")
            yield OptionList(id="samples")
            yield Input(placeholder='any(abs(s) > 0.95)   label == "l"   t % 50 == 0   nonfinite', id="answer")
            yield Label("", id="wrong")
            yield Label(f"in the list {toggle}: on or off, {remove}: remove    names: {names}, t, label", id="hint")

    def on_mount(self) -> None:
        self._list()
        self.query_one(Input).focus()

    def _list(self) -> None:
        options = self.query_one(OptionList)
        here = options.highlighted
        options.clear_options()
        on, off = ("[x]", "[ ]") if self.app.has_class("plain") else ("●", "○")
        for b in self.breakpoints.all:
            layer = f"  layer {b.layer + 1}" if len(self.simulator.network.layers) > 1 else ""
            mark = (f"{on if b.enabled else off} ", NOW if b.enabled else LABEL)
            options.add_option(
                Option(
                    Text.assemble(
                        mark,
                        (b.condition.text, PLAIN),
                        (f"{layer}  {b.hits} {'hit' if b.hits == 1 else 'hits'}", LABEL),
                    )
                )
            )
        options.display = bool(self.breakpoints.all)
        options.highlighted = min(here or 0, len(self.breakpoints) - 1) if len(self.breakpoints) else None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self.breakpoints.all.append(Breakpoint.parse(event.value, self.simulator, self.shown_layer))
        except InputError as error:
            self.query_one("#wrong", Label).update(Text(str(error), NOW))
            return
        event.input.value = ""
        self.query_one("#wrong", Label).update("")
        self._list()

    def _chosen(self) -> Breakpoint | None:
        index = self.query_one(OptionList).highlighted
        return None if index is None else self.breakpoints.all[index]

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_switch()

    def action_switch(self) -> None:
        """Switches the chosen breakpoint on or off."""
        if (chosen := self._chosen()) is not None:
            chosen.enabled = not chosen.enabled
            self._list()

    def action_remove(self) -> None:
        """Removes the chosen breakpoint."""
        if (chosen := self._chosen()) is not None:
            self.breakpoints.all.remove(chosen)
            self._list()


def _sample(name: str, note: str) -> Text:
    return Text.assemble((f"{name:18}", PLAIN), (note.partition(";")[0], LABEL))


class KeysDialog(Dialog):
    """Every command with its keys, out of the table of commands."""

    def compose(self) -> ComposeResult:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        for when, heading in GROUPS.items():
            if heading:
                table.add_row()
                table.add_row("", Text(heading, LABEL))
            for command in (command for command in COMMANDS if command.when in when):
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
