"""How the app hears that it must leave, stop or go on: by a signal, or by the terminal hanging up.

Textual restores the terminal on its own way out only, and with SIGHUP ignored (nohup, trap) a lost connection would
leave a process spinning on a dead terminal. Here a thread listens, which nothing that holds up the app can hold up: it
is told of a signal as it comes, and not when the main thread comes to run a line of Python again.
"""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable
from threading import Thread
from types import FrameType
from typing import Any

SIGNALLED = 128
"""What a shell adds to a signal's number to make an exit status."""
DEADLINE = 0.8
"""Seconds between the first signal to leave and the end, whatever holds the app up."""
LEAVING = tuple(
    getattr(signal, f"SIG{name}")
    for name in ("TERM", "HUP", "INT", "QUIT", "ABRT", "USR1", "USR2", "ALRM", "XCPU", "VTALRM", "PROF")
)
"""The signals that end a program which does not know them."""
DONE = b"\0"


class Watch:
    """Listens for signals and watches the terminal, from `start` to `stop`.

    Attributes:
        told: the first signal to leave; 0 for none yet. A terminal that hung up counts as SIGHUP.
    """

    def __init__(self, fileno: int, leave: Callable[[int], None], end: Callable[[int], None]) -> None:
        """A watch over a terminal.

        Args:
            fileno: the terminal.
            leave: told the first signal, in the thread that listens.
            end: told the same one when the deadline is over, in that thread; it does not return.
        """
        self.told = 0
        self._fileno, self._leave, self._end = fileno, leave, end
        self._heard: dict[int, Callable[[], None]] = {}
        self._before: dict[int, Any] = {}
        self._thread: Thread | None = None
        self._ear = self._mouth = self._woken = -1

    def start(self, stop: Callable[[], None], go_on: Callable[[], None]) -> None:
        """Listens; `stop` and `go_on` are called in the thread on SIGTSTP and SIGCONT. Once started it stays so."""
        if self._thread is not None:
            return
        self._heard = {signal.SIGTSTP: stop, signal.SIGCONT: go_on}
        self._ear, self._mouth = os.pipe()
        os.set_blocking(self._mouth, False)
        self._woken = signal.set_wakeup_fd(self._mouth, warn_on_full_buffer=False)  # hundreds are waiting there then
        for number in (*LEAVING, *self._heard):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, _heard_already)
        self._thread = Thread(target=self._listen, name="terminal-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Gives the signals back; but a program that was told to leave hears no second one on its way out."""
        if self._thread is None:
            return
        if self.told:
            for number in LEAVING:
                signal.signal(number, signal.SIG_IGN)
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        signal.set_wakeup_fd(self._woken)
        os.write(self._mouth, DONE)
        self._thread.join()
        self._thread = None
        os.close(self._ear)
        os.close(self._mouth)

    def _listen(self) -> None:
        poll = select.poll()
        poll.register(self._ear, select.POLLIN)
        poll.register(self._fileno, 0)  # a hang-up is reported without being asked for
        while True:
            for descriptor, _ in poll.poll():
                heard = os.read(self._ear, 1) if descriptor == self._ear else bytes([signal.SIGHUP])
                if heard == DONE:
                    return
                if heard[0] in self._heard:
                    self._heard[heard[0]]()
                elif heard[0] in LEAVING:
                    self.told = heard[0]
                    self._leave(self.told)
                    time.sleep(DEADLINE)
                    self._end(self.told)
                    return


def _heard_already(number: int, frame: FrameType | None) -> None:
    """A handler there must be, or Python would not write down the signal's number for the thread."""
