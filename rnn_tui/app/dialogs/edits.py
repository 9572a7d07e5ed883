"""The dialogs that change the run: a number typed over, and the list of edits."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog, line_of
from rnn_tui.core.edits import Edit
from rnn_tui.core.errors import InputError
from rnn_tui.stepper.changing import HINT
from rnn_tui.stepper.keys import INTO, NEXT, REMOVE, SHARE, SWITCH, key_name


class ChangeDialog(Dialog):
    """A number that is typed over: enter takes it, tab goes on to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(NEXT), "next", show=False, priority=True)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog short"):
            yield line_of(self.ask.title)
            yield Input(self.ask.text, id="answer")
            yield line_of("", "wrong")
            yield line_of(HINT, "hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.accept(event.value.strip())

    def action_next(self) -> None:
        """Takes the number, and goes on to the next one of its table."""
        self.accept(self.query_one(Input).value.strip(), "change_next")


class EditsDialog(Dialog):
    """What is changed in the run: add, switch on and off, have in both runs, remove."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(INTO), "into", show=False),
        Binding(",".join(SWITCH), "give('switch_edit')", show=False),
        Binding(",".join(SHARE), "give('share_edit')", show=False),
        Binding(",".join(REMOVE), "give('remove_edit')", show=False),
    ]

    def compose(self) -> ComposeResult:
        switch, share, remove = (key_name(keys[0]) for keys in (SWITCH, SHARE, REMOVE))
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            yield OptionList(id="samples")
            yield Input(id="answer")
            yield line_of("", "wrong")
            yield line_of("x[2][1] = 0   U = 0   f[*][2] = 1   s[3] = 0   reset 4   reverse")
            keys = f"{key_name(INTO[0], self.plain)} into the list; there {switch}: on or off"
            yield line_of(f"{keys}, {share}: in both runs, {remove}: remove", "hint")

    def on_mount(self) -> None:
        self._list()
        self.query_one(Input).focus()

    def action_into(self) -> None:
        """From the line into the list."""
        options = self.query_one(OptionList)
        if options.display:
            options.focus()

    def _list(self) -> None:
        options, edits = self.query_one(OptionList), self.stepper.session.recipe.edits
        chosen = options.highlighted
        options.clear_options()
        options.add_options(Option(self._row(each)) for each in edits)
        options.display = bool(edits)
        options.highlighted = min(chosen or 0, len(edits) - 1) if edits else None

    def _row(self, each: Edit) -> Text:
        on, off = ("[x]", "[ ]") if self.plain else ("●", "○")
        return Text(f"{on if each.enabled else off} {each.text}{'   in both runs' if each.both else ''}")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self.say("type an edit; escape leaves")
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
        self.action_give("switch_edit")

    def action_give(self, command: str) -> None:
        """Does something with the edit that is chosen in the list."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.guarded(lambda: self._give(command, str(index)))
