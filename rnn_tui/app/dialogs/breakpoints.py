"""The dialog of breakpoints; that of the hits of one is `HitsDialog`."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import PAUSE, SLICE, Dialog, line_of
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.errors import InputError
from rnn_tui.core.search import quantity_sizes
from rnn_tui.stepper.breaking import counted, counting
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.keys import INTO, REMOVE, SWITCH, key_name


class BreakpointsDialog(Dialog):
    """The breakpoints with the count of their hits: add, switch on and off, remove, list the hits of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(INTO), "into", show=False),
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
            yield Input(placeholder='any(s > prev(s))   label == "l"   max(abs(s)) < 0.1 for 5 steps', id="answer")
            yield line_of("", "wrong")
            keys = f"{key_name(INTO[0], self.plain)} into the list; there enter: its hits, {toggle}: on or off"
            yield line_of(f"{keys}, {remove}: remove    names: {names}, t, label, nonfinite", "hint")

    def on_mount(self) -> None:
        self._list()
        self.query_one(Input).focus()
        self.set_interval(PAUSE, lambda: self.guarded(self._count))

    def action_into(self) -> None:
        """From the line into the list."""
        options = self.query_one(OptionList)
        if options.display:
            options.focus()

    def _count(self) -> None:
        """Counts for a while; what is new is shown."""
        here, options = self.stepper.here, self.query_one(OptionList)
        counting(here, SLICE)
        for index, each in enumerate(here.session.breaks):
            row = self._row(each, here)
            if options.get_option_at_index(index).prompt != row:
                options.replace_option_prompt_at_index(index, row)

    def _list(self) -> None:
        options, here = self.query_one(OptionList), self.stepper.here
        breaks, chosen = here.session.breaks, options.highlighted
        counting(here, SLICE)
        options.clear_options()
        options.add_options(Option(self._row(each, here)) for each in breaks)
        options.display = bool(breaks)
        options.highlighted = min(chosen or 0, len(breaks) - 1) if breaks else None

    def _row(self, each: Breakpoint, here: Here) -> Text:
        on, off = ("[x]", "[ ]") if self.plain else ("●", "○")
        layer = f"  layer {each.index(here.walk) + 1}" if len(here.walk.network.layers) > 1 else ""
        refused = each in here.watch.refused
        return Text(f"{on if each.enabled else off} {each.text}{'' if refused else layer}  {counted(here, each)}")

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
        """Lists the hits of the chosen breakpoint."""

        def do() -> None:
            outcome = self.stepper.do("hits", str(event.option_index))
            if outcome.ask is None:
                self.say(outcome.say)
            else:
                self.dismiss(outcome)

        self.guarded(do)

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
