"""What goes to the terminal: the cells that differ, paced by its answers, and between them what is no cell."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from threading import Event

from textual.geometry import Size

from rnn_tui.app.terminal.cells import MOVE, Grid
from rnn_tui.app.terminal.outlet import DRAIN, Outlet
from rnn_tui.app.terminal.pacing import ASK, Pacing
from rnn_tui.app.terminal.painter import Painter

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
"""Round a frame: the terminal shows it at once."""
OTHERWISE = {
    "\x1b[?1003h": "\x1b[?1002h",
    "\x1b[?1003l": "\x1b[?1002l",
    "\x1b[?1004h": "",
    "\x1b[?2048l": "\x1b[?2048l\x1b[?1016l",
    SYNC_START: "",
    SYNC_END: "",
}
"""Modes that Textual sets and we set otherwise: of the mouse, clicks, wheel and drags, for nothing here follows a mere
motion; and no reports of the focus, for nothing here looks otherwise without it. Pixels of the mouse come with sizes
that the terminal tells, and go with them."""
HARMLESS = re.compile("(?:\x1b\\[[?<=>][\\d;]*(?:\\$p|[hlu])|\x1b\\[6n|\x1b\\][^\x1b\x07]*(?:\x07|\x1b\\\\)|\x07)*")
"""Writes that change no cell: modes, questions, the clipboard, the pointer's shape, the bell."""
RESTORE = (
    "\x18\x1b[m\x1b]8;;\x1b\\\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""Gives the terminal back in one go, in the middle of whatever it was reading."""
SOON = 0.1
"""Seconds to wait for Textual's drawing after a change of size, and for a line of which nothing is heard."""


class Output:
    """The way to a terminal. Textual writes into a grid; frames of what differs go on when the line is free.

    Attributes:
        grid: what the terminal should show.
        painter: what it shows, as far as it is known.
        pacing: what is on its way.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, size: Callable[[], Size], erases: bool) -> None:
        """A way that is closed.

        Args:
            loop: in which frames are sent.
            size: the size of what Textual draws.
            erases: whether the terminal erases in the ground colour in force.
        """
        self.grid, self.painter, self.pacing = Grid(), Painter(erases), Pacing()
        self._loop, self._size = loop, size
        self._outlet: Outlet | None = None
        self._owed = self._called = self._synchronized = self._frames = False
        self._timer: asyncio.TimerHandle | None = None
        self._answer = Event()

    def open(self, fileno: int, encoding: str) -> None:
        """Begins to write; what was on the screen before a stop comes back."""
        self._outlet, self._frames = Outlet(fileno, encoding), True
        self.pacing.begin()
        self._answer.set()
        self.resized()

    def end(self, seconds: float) -> None:
        """Sends no more frames; waits a little for the answer to the last question, which else the shell would get."""
        if self._outlet is not None and self._outlet.idle and self.pacing.answers:
            self._answer.wait(seconds)
        self._frames = False
        self.write(self.painter.reset())

    def close(self, drain: float = DRAIN) -> None:
        """Writes what is left to write, for as long as the terminal takes it."""
        if self._outlet is not None:
            self._outlet.close(RESTORE, drain)
            self._outlet = None

    def write(self, data: str) -> None:
        """Takes cells into the grid, and sends on what is none."""
        if SYNC_START in data:
            self._synchronized = True
        if MOVE.search(data):
            if self.grid.resize(*self._size()):
                self.painter.forget()
            self._owed = True
            data = self.grid.take(data)
        data = OTHERWISE.get(data, data)
        if data and self._outlet is not None:
            if not HARMLESS.fullmatch(data):
                self.painter.forget()
            self._outlet.write(data)

    def flush(self) -> None:
        """Sends what is in the grid when this turn of the loop has put all into it."""
        if self._owed and not self._called:
            self._called = True
            self._loop.call_soon(self._send)

    def free(self) -> bool:
        """Whether the terminal has drawn what was sent."""
        return self._outlet is not None and self._outlet.idle and self.pacing.free()

    def repaint(self) -> None:
        """Sends the whole screen again."""
        self.painter.forget()
        self._owed = True
        self.flush()

    def resized(self) -> None:
        """Sends the whole screen with the next drawing; if none comes, as it was."""
        self.painter.forget()
        self._owed = True
        self._loop.call_later(SOON, self._send)

    def heard(self) -> None:
        """The terminal has answered; in the thread that reads it."""
        self._answer.set()
        self._loop.call_soon_threadsafe(self._answered)

    def _answered(self) -> None:
        self.pacing.answered()
        self._send()

    def _send(self) -> None:
        """Sends a frame, now or as soon as the line is free."""
        self._called = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._owed or not self._frames or self._outlet is None or not self.grid.rows:
            return
        if not self.free():
            self._timer = self._loop.call_later(min(max(self.pacing.pause(), SOON), 1), self._send)
            return
        frame = self.painter.frame(self.grid, self.pacing.most)
        self._owed = self.painter.behind
        if frame:
            if self._synchronized:
                frame = SYNC_START + frame + SYNC_END
            self._answer.clear()
            self.pacing.sent(self._outlet.write(frame + ASK))
