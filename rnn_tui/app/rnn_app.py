"""The app itself: one screen over a stepper, the palette out of the table of commands, and good manners when all goes
wrong."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from rich.text import Text
from textual import events
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.screen import Screen

from rnn_tui.app.host import Host
from rnn_tui.app.main_screen import MainScreen
from rnn_tui.app.terminal.pacing import Headless, Hold, Line
from rnn_tui.app.themes import depth_of, of_textual, worn
from rnn_tui.core.errors import InputError
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Session
from rnn_tui.stepper.command import PICKED
from rnn_tui.stepper.commands import COMMANDS
from rnn_tui.stepper.keys import key_name
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.sheet.colours import MONO, TRUE
from rnn_tui.views.sheet.scheme import Scheme


class RnnApp(Host):
    """Steps through a run on the screen.

    ``RnnApp(simulator)`` is a Textual App like any other: ``snap_compare(app, press=["right"] * 3)`` works.

    Attributes:
        stepper: the session, and what is done with it.
        failed: whether it ends because of what should never have been raised.
    """

    TITLE = "rnn_tui"
    CSS_PATH = "styles.tcss"
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, what: Simulator | Session | Stepper, depth: str = "") -> None:
        """An app over a simulator, whose cursor it starts at, or over a session.

        Args:
            what: what is shown.
            depth: how many colours there are: mono, 16, 256 or truecolor; empty for as many as the terminal has, in a
                picture all.

        Raises:
            InputError: the session cannot be run.
        """
        self.line: Line = Headless()
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._depth, self._habit = depth, self.current_theme
        self.hold, self.failed = Hold(), False
        self.stepper = _stepper(what)

    def get_driver_class(self) -> type[Driver]:
        """A driver that sends only what differs, in place of Textual's for Linux and macOS; any other as it is."""
        driver = super().get_driver_class()
        if driver.__module__ != "textual.drivers.linux_driver":
            return driver
        from rnn_tui.app.terminal.driver import CellDriver

        return CellDriver

    def on_resize(self, event: events.Resize) -> None:
        """Another size: a terminal may have moved or wiped what it showed."""
        self.line.resized()

    def get_default_screen(self) -> Screen[Any]:
        """The main screen; there is none below it that would be painted first."""
        if self.is_headless:
            self.stepper.finish()
        if not self._depth:
            system = TRUE if self.is_headless else self.console.color_system
            self._depth = MONO if self.no_color else depth_of(system, self._habit.ansi)
        own = worn(self.stepper.session.look.theme, self._habit, self._depth, False)
        self.register_theme(of_textual(own))
        self.set_reactive(App.theme, own.name)  # before the style sheet is read, which then is read once
        self.stylesheet.set_variables(self.get_css_variables())
        self.ansi_color = not own.coloured
        return MainScreen(self.stepper)

    def wear(self, theme: str, chosen: bool) -> Scheme:
        """How roles look from now on; Textual's own widgets follow."""
        self.scheme = worn(theme, self._habit, self._depth, chosen)
        if self.scheme.name != self.theme:
            self.register_theme(of_textual(self.scheme))
            self.ansi_color = not self.scheme.coloured
            self.theme = self.scheme.name
        return self.scheme

    @property
    def main(self) -> MainScreen | None:
        """The main screen, under whatever is over it; None before it is there."""
        return next((screen for screen in self.screen_stack if isinstance(screen, MainScreen)), None)

    def show_main(self) -> None:
        """Draws the main screen as it is now, under what is over it."""
        if self.main is not None:
            self.main.draw_when_free()

    def told(self, error: Exception, said: str) -> str:
        """The sentence about an error: its own, where it is one (a file has become shorter); else what should never
        have been raised is written down, and the sentence begins with `said`."""
        if isinstance(error, InputError):
            return str(error)
        from rnn_tui.app.mishap import told

        return told(error, said, self.stepper.session)

    def guarded(self, doing: str, do: Callable[[], object]) -> bool:
        """Does something; where that fails as it never should, all goes on from what was on the screen before, and one
        sentence says so. Whether it went well."""
        try:
            do()
        except Exception as error:  # whatever it was: the app goes on, and nothing of it is kept back
            self._go_back(self.told(error, f"{doing} failed and is undone"))
            if self.main is not None:
                self.main.draw()
            return False
        return True

    def fail(self, error: Exception) -> None:
        """Ends with one sentence: what nothing has caught may have left half of the app dead."""
        if self.failed:
            return
        self.failed = True
        said = self.told(error, "something failed and ended the app")
        self._go_back("")
        self.exit(return_code=1, message=Text(f"rnn-tui: {said}"))

    def _go_back(self, say: str) -> None:
        """To the session that was on the screen last."""
        self.stepper.recover(self.stepper.session if self.main is None else self.main.drawn, say)

    def on_mount(self) -> None:
        """What the loop calls for the driver may fail as well."""
        if not self.is_headless:
            asyncio.get_running_loop().set_exception_handler(self._callback_failed)

    def _callback_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something failed that the loop called; what the loop says without an exception is not for the screen."""
        if isinstance(context.get("exception"), Exception):
            self.fail(context["exception"])

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every command of the table."""
        if self.main is not None:
            for command in (command for command in COMMANDS if command.when != PICKED):
                keys = ", ".join(key_name(key) for key in command.keys)
                yield SystemCommand(command.title, keys, partial(self.main.give, command.id))


def _stepper(what: Simulator | Session | Stepper) -> Stepper:
    if isinstance(what, Stepper):
        return what
    if isinstance(what, Session):
        return Stepper(what)
    session = Session.of(what.network, what.sequence, what.initial_state)
    return Stepper(Session(session.recipe, at=what.t), what.run)


def lesson_app(lesson: str, stop: int = 1) -> RnnApp:
    """The app with a lesson in it: ``snap_compare(lesson_app("mine.toml", stop=3))``.

    Args:
        lesson: a file, or the name of a built-in lesson.
        stop: the stop to begin at, from 1.

    Raises:
        LoadError: no such lesson, or one that cannot be read.
        RangeError: no such stop.
    """
    from rnn_tui.session.file import read_session
    from rnn_tui.stepper.lessons import stopped

    return RnnApp(stopped(read_session(lesson), stop))
