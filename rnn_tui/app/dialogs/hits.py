"""The dialog of the hits of a breakpoint."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import PAUSE, SLICE, Dialog, line_of
from rnn_tui.stepper.breaking import counted, counting, hit_rows
from rnn_tui.stepper.here import Ask
from rnn_tui.stepper.keys import LIST, key_name
from rnn_tui.stepper.stepper import Stepper


class HitsDialog(Dialog):
    """Where a breakpoint holds, as far as the run has been searched: enter goes there."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(LIST), "list", show=False)]

    def __init__(self, ask: Ask, stepper: Stepper) -> None:
        super().__init__(ask, stepper)
        self._shown, self._times = "", list[int]()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            yield line_of("", "count")
            yield OptionList(id="samples")
            yield line_of("", "wrong")
            yield line_of(f"enter: go there    {key_name(LIST[0])}: all breakpoints", "hint")

    def on_mount(self) -> None:
        self._count()
        self.query_one(OptionList).focus()
        self.set_interval(PAUSE, lambda: self.guarded(self._count))

    def _count(self) -> None:
        """Counts for a while; what is new is shown, and the row that was chosen stays so."""
        counting(self.stepper.here, SLICE)
        here, index = self.stepper.here, int(self.ask.text)
        told = counted(here, here.session.breaks[index])
        if told == self._shown:
            return
        rows, chosen = hit_rows(here, index)
        times, options = [t for _, t in rows], self.query_one(OptionList)
        if options.highlighted is not None and self._times[options.highlighted] in times:
            chosen = times.index(self._times[options.highlighted])
        options.clear_options()
        options.add_options(Option(Text(text), disabled=not t) for text, t in rows)
        options.highlighted = chosen if rows else None
        self.query_one("#count", Static).update(Text(told))
        self._shown, self._times = told, times

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.accept(f"{self.ask.text} {self._times[event.option_index]}")

    def action_list(self) -> None:
        """Back to the breakpoints."""
        self.guarded(lambda: self.dismiss(self.stepper.do("breakpoints")))
