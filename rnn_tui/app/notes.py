"""Speaker's notes in a terminal of their own. It follows the terminal that shows the lesson, and can be stepped by
hand."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from rnn_tui.app.private import Unfailing
from rnn_tui.core.texts import one_line
from rnn_tui.session.presenting import PAUSE, presented
from rnn_tui.stepper.commands import BY_ID
from rnn_tui.stepper.lessons import open_notes
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.markdown import Words
from rnn_tui.views.page.notes import notes_footer, notes_title

STEPS = ("next_stop", "previous_stop")
"""The commands of a lesson that are known here."""


class NotesApp(Unfailing):
    """The notes to one stop after another.

    Attributes:
        stepper: the lesson.
        followed: the stop, from 1, at which another terminal is; None where none is.
    """

    TITLE = "rnn_tui"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"step('{name}')", show=False, priority=True) for name in STEPS for key in BY_ID[name].keys),
        *(Binding(key, "leave", show=False, priority=True) for key in BY_ID["quit"].keys),
    ]

    def __init__(self, stepper: Stepper) -> None:
        super().__init__()
        self.stepper = stepper
        self.theme = "textual-dark"  # roles have the colours of the dark theme where no scheme is worn
        self.followed: int | None = None

    def compose(self) -> ComposeResult:
        """The title, the notes, and below them what comes next."""
        yield Static(id="title")
        with VerticalScroll():
            yield Static(id="notes")
        yield Static(id="following")

    def on_mount(self) -> None:
        """Looks now and then where the other terminal is."""
        self.set_interval(PAUSE, self._follow)
        self._follow()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def action_step(self, name: str) -> None:
        """By hand, until the other terminal goes on."""
        self.stepper.give(name)
        self._show()

    def action_leave(self) -> None:
        """Ends."""
        self.exit()

    def fail(self, error: Exception) -> None:
        """Ends with one sentence."""
        self.exit(return_code=1, message=Text(f"rnn-tui: the notes failed: {one_line(str(error))}"))

    def _follow(self) -> None:
        """Goes where the other terminal has gone."""
        lesson = self.stepper.session.lesson
        assert lesson is not None
        there = presented(lesson)
        if there != self.followed:
            self.followed = there
            if there is not None:
                self.stepper.give("go_to_stop", str(there))
            self._show()

    def _show(self) -> None:
        noted, plain = open_notes(self.stepper.here), self.stepper.session.look.ascii
        assert noted is not None
        width = self.size.width
        self.query_one("#title", Static).update(notes_title(noted, self.followed, width, plain))
        self.query_one("#notes", Static).update(Words(noted.notes or "This stop has no notes.", plain))
        self.query_one("#following", Static).update(notes_footer(noted, width, plain))
        self.query_one(VerticalScroll).scroll_home(animate=False)
