"""The dialogs that change the run: a number typed over, and the list of edits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList

from rnn_tui.app.dialogs.dialog import Dialog, line_of
from rnn_tui.app.dialogs.listed import ListDialog
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


class EditsDialog(ListDialog):
    """What is changed in the run: add, switch on and off, have in both runs, remove."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(SWITCH), "give('switch_edit')", show=False),
        Binding(",".join(SHARE), "give('share_edit')", show=False),
        Binding(",".join(REMOVE), "give('remove_edit')", show=False),
    ]
    NOTHING = "type an edit; escape leaves"

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

    def rows(self) -> Iterable[Text]:
        for each in self.stepper.session.recipe.edits:
            yield Text(f"{self.switched(each.enabled)} {each.text}{'   in both runs' if each.both else ''}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_give("switch_edit")
