"""The dialog of the convention card."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from rnn_tui.app.dialogs.dialog import Dialog, line_of
from rnn_tui.files.foreign.wording import model_lines
from rnn_tui.stepper.inspecting import model_of

FRAME = 6
"""Columns that the frame of a dialog and its scroll bar take."""
WIDEST = 84


class CardDialog(Dialog):
    """How the network was read, layer by layer; it scrolls."""

    def compose(self) -> ComposeResult:
        width = max(min(self.app.size.width * 9 // 10, WIDEST) - FRAME, 1)
        with VerticalScroll(classes="dialog"):
            yield line_of(self.ask.title)
            yield Static(Text("\n".join(model_lines(model_of(self.stepper.here), width)), no_wrap=True))
