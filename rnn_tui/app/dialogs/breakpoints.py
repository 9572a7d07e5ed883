"""The dialog of breakpoints; that of the hits of one is `HitsDialog`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList

from rnn_tui.app.dialogs.dialog import PAUSE, SLICE, line_of
from rnn_tui.app.dialogs.listed import ListDialog
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.search import quantity_sizes
from rnn_tui.stepper.breaking import counted, counting
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.keys import INTO, REMOVE, SWITCH, key_name


class BreakpointsDialog(ListDialog):
    """The breakpoints with the count of their hits: add, switch on and off, remove, list the hits of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(SWITCH), "give('switch_break')", show=False),
        Binding(",".join(REMOVE), "give('remove_break')", show=False),
    ]
    NOTHING = "type a condition; escape leaves"

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
        self.set_interval(PAUSE, lambda: self.guarded(self._count))

    def _count(self) -> None:
        """Counts for a while; what is new is shown."""
        options = self.query_one(OptionList)
        for index, row in enumerate(self.rows()):
            if options.get_option_at_index(index).prompt != row:
                options.replace_option_prompt_at_index(index, row)

    def rows(self) -> Iterable[Text]:
        here = self.stepper.here
        counting(here, SLICE)
        return [self._row(each, here) for each in here.session.breaks]

    def _row(self, each: Breakpoint, here: Here) -> Text:
        layer = f"  layer {each.index(here.walk) + 1}" if len(here.walk.network.layers) > 1 else ""
        refused = each in here.watch.refused
        return Text(f"{self.switched(each.enabled)} {each.text}{'' if refused else layer}  {counted(here, each)}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Lists the hits of the chosen breakpoint."""

        def do() -> None:
            outcome = self.stepper.do("hits", str(event.option_index))
            if outcome.ask is None:
                self.say(outcome.say)
            else:
                self.dismiss(outcome)

        self.guarded(do)
