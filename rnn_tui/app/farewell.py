"""How the app leaves: on a signal or a lost connection it ends within a second and gives the terminal back.

Textual restores the terminal on its own way out only; SIGTERM and SIGHUP would skip that way, and with SIGHUP ignored
(nohup, trap) a lost connection would leave a process spinning on a dead terminal.
"""

from __future__ import annotations

import asyncio
import codecs
import select
import signal
import sys
from functools import lru_cache
from typing import Any

from textual.app import App
from textual.driver import Driver

SIGNALLED = 128
"""What a shell adds to a signal's number to make an exit status."""
PULSE = 0.5
"""Seconds between two looks at whether the terminal is still there."""


def leave_when_told(app: App[Any]) -> None:
    """Makes SIGTERM, SIGHUP and a terminal that hung up end the app."""
    if app.is_headless:
        return

    def leave(number: int) -> None:
        app.exit(return_code=SIGNALLED + number)

    def look() -> None:
        if hung_up():
            leave(signal.SIGHUP)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, leave, number)
    app.set_interval(PULSE, look)


def hung_up() -> bool:
    """Whether the terminal on the other side of standard input is gone."""
    poll = select.poll()
    try:
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, select.POLLIN)
        return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))
    except (OSError, ValueError):
        return True


@lru_cache(maxsize=4)
def tolerant(driver: type[Driver]) -> type[Driver]:
    """Textual's driver for Linux and macOS, made to pass over input that is no UTF-8; any other driver as it is.

    A stray byte (a terminal set to Latin-1, a mouse report of the oldest kind) would otherwise end the app.
    """
    if driver.__module__ != "textual.drivers.linux_driver":
        return driver
    module = sys.modules[driver.__module__]
    strict = codecs.getincrementaldecoder

    def forgiving(encoding: str) -> Any:
        return lambda: strict(encoding)(errors="ignore")

    module.getincrementaldecoder = forgiving  # type: ignore[attr-defined]
    return driver
