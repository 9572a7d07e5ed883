"""The dialogs over the main screen: each asks for the argument of a command, and gives it to the stepper."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option
from textual.worker import Worker, get_current_worker

from rnn_tui.app.host import Host
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.cell import Cell
from rnn_tui.core.errors import InputError
from rnn_tui.core.search import quantity_sizes
from rnn_tui.core.texts import one_line
from rnn_tui.files.samples import sample_notes
from rnn_tui.stepper.commands import COMMANDS, GROUPS
from rnn_tui.stepper.here import Ask, Outcome
from rnn_tui.stepper.keys import ACCEPT, CLOSE, REMOVE, SWITCH, key_name
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.sheet.palette import LABEL, NOW, PLAIN


def line_of(text: str, identifier: str = "") -> Static:
    """A line of text, which is never read as markup."""
    return Static(Text(text), id=identifier or None, markup=False, classes="line")


class Dialog(ModalScreen[Outcome | None]):
    """Asks for the argument of a command; what the stepper makes of it is what it closes with."""

    app: Host

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(CLOSE), "close", show=False)]

    def __init__(self, ask: Ask, stepper: Stepper) -> None:
        super().__init__()
        self.ask, self.stepper = ask, stepper
        self._refused = ""

    @property
    def plain(self) -> bool:
        """Whether to draw with ASCII alone."""
        return self.stepper.session.look.ascii

    def action_close(self) -> None:
        """Closes, changing nothing."""
        self.dismiss(None)

    def accept(self, text: str) -> None:
        """Gives an answer to the command; what is wrong with it stands below, and the dialog stays."""
        if not text:
            self.say("type something first; escape leaves")
            return
        command = self.ask.again if self.ask.again and text == self._refused else self.ask.command

        def do() -> None:
            try:
                outcome = self.stepper.do(command, text)
            except InputError as error:
                self._refused = text
                self.say(str(error))
            else:
                self.dismiss(outcome)

        self.guarded(do)

    def guarded(self, do: Callable[[], object]) -> None:
        """Does something; where that fails as it never should, the dialog closes over what was there before it."""
        if not self.app.guarded(self.ask.command, do):
            self.dismiss(None)

    def say(self, text: str) -> None:
        """Says what is wrong."""
        if self.is_mounted:
            self.query_one("#wrong", Static).update(Text(text, NOW))


class LineDialog(Dialog):
    """Asks for one line of text."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog short"):
            yield line_of(self.ask.title)
            yield Input(self.ask.text, id="answer")
            yield line_of("", "wrong")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.accept(event.value.strip())


class SequenceDialog(Dialog):
    """A line for a file's name, and the built-in sequences. A long file is read while one watches."""

    def __init__(self, ask: Ask, stepper: Stepper) -> None:
        super().__init__(ask, stepper)
        self._reading: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            yield Input(placeholder="path of a .csv .tsv .json .jsonl .npy .npz or .txt file", id="answer")
            yield line_of("", "wrong")
            yield OptionList(
                *(Option(_sample(name, note), id=name) for name, note in sample_notes().items()), id="samples"
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._begin(event.option.id or "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._begin(event.value.strip())

    def on_key(self, event: events.Key) -> None:
        """Down from the line goes into the list, and what is typed in the list goes into the line."""
        line, options = self.query_one(Input), self.query_one(OptionList)
        if event.key == "down" and self.focused is line:
            event.stop()
            options.focus()
            options.highlighted = options.highlighted or 0
        elif self.focused is options and event.character is not None and event.is_printable:
            event.stop()
            line.focus()
            line.insert_text_at_cursor(event.character)

    def action_close(self) -> None:
        """Closes; a file that is being read is left alone."""
        if self._reading is not None:
            self._reading.cancel()
        self.dismiss(None)

    def _begin(self, path: str) -> None:
        if not path:
            self.say("type a file's name")
        elif self._reading is None:
            self._reading = self.run_worker(lambda: self._read(path), thread=True)

    def _read(self, path: str) -> None:
        """Reads the file in a thread, so that the screen stays awake."""
        worker = get_current_worker()

        def report(done: int, whole: int) -> None:
            if worker.is_cancelled:
                raise InterruptedError
            self.app.call_from_thread(self.say, f"reading {done / whole if whole else 0:.0%}, escape cancels")

        wrong = ""
        try:
            outcome = self.stepper.outcome(self.ask.command, path, report)
        except InterruptedError:
            return
        except InputError as error:
            wrong = str(error)
        except Exception as error:
            wrong = self.app.told(error, f"{one_line(path)} could not be read")
        finally:  # whatever it was, one may try again
            self._reading = None
        if worker.is_cancelled:
            return
        if wrong:
            self.app.call_from_thread(self.say, wrong)
        else:
            self.app.call_from_thread(self.guarded, lambda: self._done(outcome))

    def _done(self, outcome: Outcome) -> None:
        self.dismiss(self.stepper.settle(self.ask.command, outcome))


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


class BreakpointsDialog(Dialog):
    """The breakpoints with their hits: add, switch on and off, remove."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(SWITCH), "switch", show=False),
        Binding(",".join(REMOVE), "remove", show=False),
    ]

    def compose(self) -> ComposeResult:
        frame = self.stepper.frame
        names = ", ".join(quantity_sizes(frame.walk, frame.index))
        toggle, remove = key_name(SWITCH[0]), key_name(REMOVE[0])
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            yield OptionList(id="samples")
            yield Input(placeholder='any(abs(s) > 0.95)   label == "l"   t % 50 == 0   nonfinite', id="answer")
            yield line_of("", "wrong")
            yield line_of(f"in the list {toggle}: on or off, {remove}: remove    names: {names}, t, label", "hint")

    def on_mount(self) -> None:
        self._list()
        self.query_one(Input).focus()

    def _list(self) -> None:
        options, breaks = self.query_one(OptionList), self.stepper.session.breaks
        here = options.highlighted
        options.clear_options()
        options.add_options(Option(self._row(each)) for each in breaks)
        options.display = bool(breaks)
        options.highlighted = min(here or 0, len(breaks) - 1) if breaks else None

    def _row(self, each: Breakpoint) -> Text:
        here = self.stepper.here
        on, off = ("[x]", "[ ]") if self.plain else ("●", "○")
        layer = f"  layer {each.index(here.walk) + 1}" if len(here.walk.network.layers) > 1 else ""
        count = here.watch.hits(each, here.session.arrived)
        refused = here.watch.refused.get(each)
        told = f"  {refused}" if refused else f"{layer}  {count} {'hit' if count == 1 else 'hits'}"
        mark = (f"{on if each.enabled else off} ", NOW if each.enabled else LABEL)
        return Text.assemble(mark, (each.text, PLAIN), (told, LABEL))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.say("type a condition; escape leaves")
            return

        def do() -> None:
            if self._give(self.ask.command, event.value.strip()):
                event.input.value = ""

        self.guarded(do)

    def _give(self, command: str, argument: str) -> bool:
        """Gives a command and stays. Whether it was a right one."""
        try:
            self.stepper.do(command, argument)
        except InputError as error:
            self.say(str(error))
            return False
        self.say("")
        self._list()
        return True

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_switch()

    def action_switch(self) -> None:
        """Switches the chosen breakpoint on or off."""
        self._change("switch_break")

    def action_remove(self) -> None:
        """Removes the chosen breakpoint."""
        self._change("remove_break")

    def _change(self, command: str) -> None:
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.guarded(lambda: self._give(command, str(index)))


def _is_mark(character: str) -> bool:
    return character.isalnum() and one_line(character) == character


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
                keys = "  ".join(key_name(key, self.plain) for key in command.keys)
                table.add_row(Text(keys, NOW), Text(command.title, PLAIN))
        with VerticalScroll(classes="dialog"):
            yield Static(table)


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


KINDS: dict[str, Callable[[Ask, Stepper], Dialog]] = {
    "line": LineDialog,
    "letter": LetterDialog,
    "sequence": SequenceDialog,
    "breaks": BreakpointsDialog,
    "keys": KeysDialog,
    "cell": CellDialog,
}


def dialog_of(ask: Ask, stepper: Stepper) -> Dialog:
    """The dialog of a question."""
    return KINDS[ask.kind](ask, stepper)
