"""How the app leaves: on a signal or a lost connection it ends within a second and gives the terminal back.

Textual restores the terminal on its own way out only; SIGTERM and SIGHUP would skip that way, and with SIGHUP ignored
(nohup, trap) a lost connection would leave a process spinning on a dead terminal.
"""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from typing import Any

from textual.app import App

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
