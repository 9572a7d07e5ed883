"""A thread that writes to the terminal, so that a terminal nobody reads holds up nothing but that thread."""

from __future__ import annotations

import os
import select
import signal
import termios
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread

DRAIN = 0.25
"""Seconds for the terminal to take what is still on its way when the app leaves."""


class Outlet:
    """Writes text to a file descriptor in the order in which it was given; it never blocks the caller.

    Attributes:
        fileno: the terminal.
    """

    def __init__(self, fileno: int, encoding: str) -> None:
        self.fileno = fileno
        self._encoding = encoding
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = Lock()
        self._given = self._done = 0
        self._late = False
        self._thread = Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether all that was given is written."""
        return self._given == self._done

    def write(self, text: str) -> int:
        """Writes text as soon as it can; returns its bytes."""
        data = text.encode(self._encoding, "replace")
        with self._lock:
            self._given += 1
            self._queue.put(data)
        return len(data)

    def close(self, farewell: str, drain: float = DRAIN) -> None:
        """Ends when all is written; what the terminal does not take is thrown away, and `farewell` sent instead."""
        self._queue.put(None)
        self._thread.join(drain)
        if self._thread.is_alive():
            self._discard()
            self.write(farewell)
            self._queue.put(None)
            self._thread.join(DRAIN / 2)

    def _discard(self) -> None:
        """Throws away what has not been written, and what the terminal has not read."""
        self._late = True
        with suppress(Empty):
            while True:
                self._queue.get_nowait()
        with suppress(termios.error):  # the terminal may be gone, and with it what it has not read
            termios.tcflush(self.fileno, termios.TCOFLUSH)
        if self._thread.ident is not None:
            signal.pthread_kill(self._thread.ident, signal.SIGCONT)  # Linux does not tell a writer that there is room

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            with suppress(OSError):  # the terminal may be gone; whoever watches it ends the app
                while data:
                    late, data = self._late, data[self._put(data) :]
                    if self._late and not late:
                        break  # it was thrown away while it waited
            self._done += 1

    def _put(self, data: bytes) -> int:
        """Writes the beginning of some bytes; another program may have made the terminal one that does not block."""
        try:
            return os.write(self.fileno, data)
        except BlockingIOError:
            select.select([], [self.fileno], [], 1)
            return 0
