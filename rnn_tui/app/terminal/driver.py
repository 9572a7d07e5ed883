"""A driver that keeps the cells the terminal shows and sends those that differ, paced by the terminal's answers."""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from rnn_tui.app import private
from rnn_tui.app.terminal.cells import MOVE, Grid
from rnn_tui.app.terminal.input import Reader
from rnn_tui.app.terminal.outlet import Outlet
from rnn_tui.app.terminal.pacing import ASK, Lined, Pacing
from rnn_tui.app.terminal.painter import Painter
from rnn_tui.app.terminal.signals import SIGNALLED, Watch

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
"""Round a frame: the terminal shows it at once."""
ALTERNATE = "\x1b[?1049h"
OTHERWISE = {
    "\x1b[?1003h": "\x1b[?1002h",
    "\x1b[?1003l": "\x1b[?1002l",
    "\x1b[?1004h": "",
    SYNC_START: "",
    SYNC_END: "",
}
"""Modes that Textual sets and we set otherwise: of the mouse, clicks, wheel and drags, for nothing here follows a mere
motion; and no reports of the focus, for nothing here looks otherwise without it."""
HARMLESS = re.compile("(?:\x1b\\[[?<=>][\\d;]*(?:\\$p|[hlu])|\x1b\\[6n|\x1b\\][^\x1b\x07]*(?:\x07|\x1b\\\\)|\x07)*")
"""Writes that change no cell: modes, questions, the clipboard, the pointer's shape, the bell."""
RESTORE = (
    "\x18\x1b[m\x1b]8;;\x1b\\\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""Gives the terminal back in one go, in the middle of whatever it was reading."""
GRACE, LITTLE_GRACE = 0.3, 0.1
"""Seconds to wait on leaving for the answer to the last question, which else the shell would get; and in a hurry."""
LOOK = 0.1
"""Seconds between two looks at whether input still is wanted, and to wait for a drawing after a change of size."""


class CellDriver(LinuxDriver):
    """Textual's driver behind a grid of cells. It is the `line` of an app that has one.

    Attributes:
        grid: what the terminal should show.
        painter: what it shows, as far as it is known.
        pacing: what is on its way.
        running: whether the terminal is ours.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.app, self.debug = app, debug
        self.grid, self.pacing = Grid(), Pacing()
        self.painter = Painter(erases_in_colour(self.fileno))
        self.loop = asyncio.get_running_loop()
        self.watch = Watch(self.fileno, self.leave, self.end)
        self.outlet: Outlet | None = None
        self.running = self.halted = self.suspending = False
        self.owed = self.called = self.synchronized = False
        self.timer: asyncio.TimerHandle | None = None
        self.answer = Event()
        if isinstance(app, Lined):
            app.line = self

    # Coming and going ------------------------------------------------------------------------------------------------

    def start_application_mode(self) -> None:
        """Takes the terminal; what was on its screen before a stop comes back."""
        stream = sys.__stderr__
        assert stream is not None
        self.watch.start(self.stopped, self.continued)
        self.outlet = Outlet(stream.fileno(), stream.encoding)
        self.pacing.begin()
        self.answer.set()
        start: Callable[[], None] = super().start_application_mode
        start()  # it returns early in the background, where nothing may be written
        self.halted = not self.running
        self.resized()

    def stop_application_mode(self) -> None:
        """Gives the terminal back."""
        if not self.running or self.outlet is None:
            return
        if self.outlet.idle and self.pacing.answers:
            self.answer.wait(LITTLE_GRACE if self.watch.told else GRACE)
        self.running = False
        self.outlet.write(self.painter.reset())
        super().stop_application_mode()

    def close(self) -> None:
        """Writes what is left to write, for as long as the terminal takes it."""
        if self.outlet is not None:
            self.outlet.close(RESTORE)
            self.outlet = None
        super().close()
        if not self.suspending:
            self.watch.stop()

    def suspend_application_mode(self) -> None:
        """Gives the terminal back for a while."""
        self.suspending = True
        super().suspend_application_mode()
        self.suspending = False

    def suspend(self) -> bool:
        """Stops the process, unless it is the terminal's first: then no shell is there to let it go on."""
        if os.getsid(0) == os.getpid():
            return False
        self.app.action_suspend_process()
        return True

    def stopped(self) -> None:
        """SIGTSTP, in the thread of the watch. While another program has the terminal, it is that one's."""
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
        """SIGCONT, in the thread of the watch."""
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
        """A signal to leave, in the thread of the watch."""
        self.loop.call_soon_threadsafe(lambda: self.app.exit(return_code=SIGNALLED + number))

    def end(self, number: int) -> None:
        """The app did not leave in time: restores what can be restored from outside and ends the process."""
        if self.outlet is not None:
            self.outlet.close(RESTORE, 0)
        if self.running and self.attrs_before is not None:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        os._exit(SIGNALLED + number)

    # Output ----------------------------------------------------------------------------------------------------------

    def write(self, data: str) -> None:
        """Takes cells into the grid, and sends on what is none."""
        if SYNC_START in data:
            self.synchronized = True
        if MOVE.search(data):
            size = self.app.size
            if self.grid.resize(size.width, size.height):
                self.painter.forget()
            self.owed = True
            data = self.grid.take(data)
        if data == ALTERNATE:
            self.running = True
        data = OTHERWISE.get(data, data)
        if data and self.outlet is not None:
            if not HARMLESS.fullmatch(data):
                self.painter.forget()
            self.outlet.write(data)

    def flush(self) -> None:
        """Sends what is in the grid when this turn of the loop has put all into it."""
        if self.owed and not self.called:
            self.called = True
            self.loop.call_soon(self.send)

    def send(self) -> None:
        """Sends a frame, now or as soon as the line is free."""
        self.called = False
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if not self.owed or not self.running or self.outlet is None or not self.grid.rows:
            return
        if not self.free():
            self.timer = self.loop.call_later(min(max(self.pacing.pause(), LOOK), 1), self.send)
            return
        self.owed = False
        frame = self.painter.frame(self.grid)
        if frame:
            if self.synchronized:
                frame = SYNC_START + frame + SYNC_END
            self.answer.clear()
            self.pacing.sent(self.outlet.write(frame + ASK))

    def free(self) -> bool:
        """Whether the terminal has drawn what was sent."""
        return self.outlet is not None and self.outlet.idle and self.pacing.free()

    def repaint(self) -> None:
        """Sends the whole screen again."""
        self.painter.forget()
        self.owed = True
        self.flush()

    def resized(self) -> None:
        """Sends the whole screen with the next drawing; if none comes, as it was."""
        self.painter.forget()
        self.owed = True
        self.loop.call_later(LOOK, self.send)

    # Input -----------------------------------------------------------------------------------------------------------

    def run_input_thread(self) -> None:
        """Reads keys and answers until the terminal is given back or gone; the loop is told where that fails."""
        try:
            self.read_input()
        except OSError:
            return  # hung up, which the watch has seen as well
        except Exception as error:
            failed = {"message": "input", "exception": error}
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
        """Takes the terminal's answers, in the thread that reads them; passes all else on but news of the focus."""
        if isinstance(message, events.CursorPosition):
            self.answer.set()
            self.loop.call_soon_threadsafe(self.answered)
        elif not isinstance(message, events.AppFocus | events.AppBlur):
            super().process_message(message)

    def answered(self) -> None:
        """The terminal has drawn all that was sent before it was asked."""
        self.pacing.answered()
        self.send()


def erases_in_colour(fileno: int) -> bool:
    """Whether the terminal erases in the ground colour in force, as terminfo says."""
    try:
        import curses

        curses.setupterm(fd=fileno)
        return curses.tigetflag("bce") > 0
    except (ImportError, curses.error):
        return False
