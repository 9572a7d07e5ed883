"""The app itself: one screen, the palette out of the table of commands, and good manners when the terminal goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from textual import events
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.screen import Screen

from rnn_tui.app.commands import COMMANDS, key_name
from rnn_tui.app.main_screen import MainScreen
from rnn_tui.app.terminal.pacing import Headless, Line
from rnn_tui.core.breakpoints import Breakpoints
from rnn_tui.core.errors import InputError
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display, Session, Source
from rnn_tui.views.layer.shown import layer_index


class RnnApp(App[None]):
    """Steps a simulator's tape on the screen.

    ``RnnApp(simulator)`` is a Textual App like any other: ``snap_compare(app, press=["right"] * 3)`` works.

    Attributes:
        line: the way to the terminal; the driver puts itself there.
    """

    TITLE = "rnn_tui"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, simulator: Simulator, display: Display | None = None, session: Session | None = None) -> None:
        """An app over a simulator.

        Args:
            simulator: the tape; the cursor starts where its own is.
            display: how it is shown.
            session: what another sequence is opened with: the cells, sizes and seed; and the breakpoints.

        Raises:
            ConditionError: a breakpoint that is not understood.
        """
        self.line: Line = Headless()
        super().__init__()
        self.session = session or Session()
        self.simulator = simulator
        self._look = display or Display()
        if self.session.stops:
            first = self.session.stops[0].session
            self._look = self._look if display else first.display
        self._breakpoints = Breakpoints.parse(self.session.breaks, simulator, layer_index(simulator, self._look))

    def get_driver_class(self) -> type[Driver]:
        """A driver that sends only what differs, in place of Textual's for Linux and macOS; any other as it is."""
        driver = super().get_driver_class()
        if driver.__module__ != "textual.drivers.linux_driver":
            return driver
        from rnn_tui.app.terminal.driver import CellDriver

        return CellDriver

    def on_mount(self) -> None:
        self.set_class(self._look.ascii, "plain")

    def get_default_screen(self) -> Screen[Any]:
        """The main screen; there is none below it that would be painted first."""
        return MainScreen(self.simulator, self._look, self._open, self._breakpoints, self.session)

    def on_resize(self, event: events.Resize) -> None:
        """Another size: a terminal may have moved or wiped what it showed."""
        self.line.resized()

    def _open(self, path: str, report: Callable[[int, int], None]) -> Simulator:
        """The simulator of another sequence with the same cells and seed. Raises InputError."""
        if path == "-":
            raise InputError("-", "", "the app needs the keyboard, so it cannot read standard input", "give it a file")
        return replace(self.session, source=Source(path), at=0).simulator(report)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every command of the table."""
        main = next((s for s in self.screen_stack if isinstance(s, MainScreen)), None)
        if main is not None:
            for command in COMMANDS:
                keys = ", ".join(key_name(key) for key in command.keys)
                yield SystemCommand(command.title, keys, partial(main.action_command, command.id))


def lesson_app(lesson: str) -> RnnApp:
    """The app with a lesson in it, a built-in one by its name or a file: ``snap_compare(lesson_app("mine.toml"))``.

    Raises:
        LoadError: no such lesson, or one that cannot be read.
    """
    from rnn_tui.session.file import read_session

    session = read_session(lesson)
    first = session.stops[0].session if session.stops else session
    return RnnApp(first.simulator(), first.display, session)
