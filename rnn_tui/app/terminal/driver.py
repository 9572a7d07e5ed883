"""A driver that keeps the cells the terminal shows, and gives the terminal back whatever happens."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from rnn_tui.app import private
from rnn_tui.app.terminal.input import Reader
from rnn_tui.app.terminal.output import Output
from rnn_tui.app.terminal.pacing import Lined
from rnn_tui.app.terminal.signals import SIGNALLED, Watch

MOUNTED = 5.0
"""Seconds after the start in which the app is mounted."""
ALTERNATE = "\x1b[?1049h"
"""What Textual writes first when it takes the terminal."""
GRACE, LITTLE_GRACE = 0.3, 0.1
"""Seconds to wait on leaving for the terminal's last answer; and after a signal."""
LOOK = 0.1
"""Seconds between two looks at whether input still is wanted."""


class CellDriver(LinuxDriver):
    """Textual's driver behind a grid of cells. Its output is the `line` of an app that has one.

    Attributes:
        output: the way to the terminal.
        watch: listens for signals and the terminal's end.
        running: whether the terminal is ours.
        halted: whether a signal stopped us, so that one to go on takes the terminal again.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.app, self.debug = app, debug
        self.loop = asyncio.get_running_loop()
        self.output = Output(self.loop, lambda: app.size, erases_in_colour(self.fileno))
        self.watch = Watch(self.fileno, self.leave, self.end)
        self.running = self.halted = self.suspending = False
        if isinstance(app, Lined):
            app.line = self.output

    # The terminal is taken and given back ----------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Takes the terminal."""
        stream = sys.__stderr__
        assert stream is not None
        self.watch.start(self.stopped, self.continued)
        self.output.open(stream.fileno(), stream.encoding)
        start: Callable[[], None] = super().start_application_mode
        start()  # it returns early in the background, where nothing may be written
        self.halted = not self.running

    def stop_application_mode(self) -> None:
        """Gives the terminal back."""
        if self.running:
            self.output.end(LITTLE_GRACE if self.watch.told else GRACE)
            self.running = False
            super().stop_application_mode()

    def close(self) -> None:
        """Writes what is left to write; unless it is for a while only, gives the signals back."""
        self.output.close()
        super().close()
        if not self.suspending:
            self.watch.stop()

    def suspend_application_mode(self) -> None:
        """Gives the terminal back for a while."""
        self.suspending = True
        super().suspend_application_mode()
        self.suspending = False

    # Signals, heard in the thread of the watch -----------------------------------------------------------------------

    def stopped(self) -> None:
        """SIGTSTP. While another program has the terminal, it is that one's, and nothing is to be given back."""
        if self.running:
            self.loop.call_soon_threadsafe(self.halt)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    def halt(self) -> None:
        """Gives the terminal back and stops the process."""
        if self.running:
            self.suspend_application_mode()
            self.halted = True
            os.kill(os.getpid(), signal.SIGSTOP)

    def continued(self) -> None:
        """SIGCONT."""
        self.loop.call_soon_threadsafe(self.go_on)

    def go_on(self) -> None:
        """Takes the terminal again, also after a stop that nobody told of."""
        if self.running:
            self.suspend_application_mode()
        elif not self.halted:
            return
        self.resume_application_mode()
        self.send_message(self.SignalResume())

    def leave(self, number: int) -> None:
        """A signal to leave; where the loop has ended, the app is leaving anyway."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(lambda: self.app.exit(return_code=SIGNALLED + number))

    def end(self, number: int) -> None:
        """The app did not leave in time: restores what can be restored from outside and ends the process."""
        self.output.close(0)
        if self.running and self.attrs_before is not None:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        os._exit(SIGNALLED + number)

    # What Textual writes, and what the terminal sends ----------------------------------------------------------------

    def write(self, data: str) -> None:
        """Takes what Textual writes; in its place, for this never waits."""
        if data == ALTERNATE:
            self.running = True
        self.output.write(data)

    def flush(self) -> None:
        """Sends what differs."""
        self.output.flush()

    def run_input_thread(self) -> None:
        """Reads keys and answers until the terminal is given back or gone; the loop is told where that fails."""
        try:
            self.read_input()
        except OSError:
            return  # hung up, which the watch has seen as well
        except Exception as error:  # of a thread nobody hears it, unless the loop is told
            failed = {"message": "input", "exception": error}
            begun = time.monotonic()
            while self.loop.get_exception_handler() is None and time.monotonic() - begun < MOUNTED:
                time.sleep(0.02)  # the app listens once it is mounted, and what comes before is lost
            self.loop.call_soon_threadsafe(self.loop.call_exception_handler, failed)

    def read_input(self) -> None:
        """Reads keys and answers until the terminal is given back or gone."""
        parser = private.input_parser(self.debug)
        if parser is None:
            super().run_input_thread()
            return
        reader = Reader()
        while not self.exit_event.is_set():
            if select.select([self.fileno], [], [], LOOK)[0]:
                data = os.read(self.fileno, 4096)
                if not data:
                    return  # hung up, which the watch has seen as well
                text = reader.text(data)
                for message in parser.feed(text) if text else ():
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    def process_message(self, message: Message) -> None:
        """Takes the terminal's answers, and leaves out news of the focus; in the thread that reads."""
        if isinstance(message, events.CursorPosition):
            self.output.heard()
        elif not isinstance(message, events.AppFocus | events.AppBlur):
            super().process_message(message)


def erases_in_colour(fileno: int) -> bool:
    """Whether the terminal erases in the ground colour in force, as terminfo says."""
    try:
        import curses
    except ImportError:
        return False
    try:
        curses.setupterm(fd=fileno)
    except curses.error:
        return False
    return curses.tigetflag("bce") > 0
