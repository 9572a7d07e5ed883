"""Play: the cursor moves on by the clock, and on a slow terminal the screen leaves timesteps out, never the run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.timer import Timer

if TYPE_CHECKING:
    from rnn_tui.app.main_screen import MainScreen

SPEEDS = (0.5, 1, 2, 4, 8, 15, 30, 60)
"""Timesteps a second."""
FRAME = 1 / 60


class Player:
    """Moves the cursor of a main screen while it plays."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._timer: Timer | None = None
        self._speed = 1
        self._due = 0.0

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._timer is not None

    @property
    def status(self) -> str:
        """The speed while it plays, for the title."""
        return f"playing {SPEEDS[self._speed]:g}/s" if self.playing else ""

    def command_play(self) -> None:
        """Plays, from the start if the end is reached; or pauses."""
        if self.playing:
            self.pause()
        else:
            if self._screen.cursor == len(self._screen.simulator):
                self._screen.cursor = 0
            self._begin()
        self._screen.draw()

    def command_faster(self) -> None:
        self._set(self._speed + 1)

    def command_slower(self) -> None:
        self._set(self._speed - 1)

    def pause(self) -> None:
        """Stops playing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _set(self, speed: int) -> None:
        self._speed = min(max(speed, 0), len(SPEEDS) - 1)
        if self.playing:
            self.pause()
            self._begin()
        self._screen.draw()

    def _begin(self) -> None:
        interval = 1 / SPEEDS[self._speed]
        self._due = time.monotonic() + interval
        self._timer = self._screen.set_interval(max(interval / 2, FRAME), self._tick)

    def _tick(self) -> None:
        """Moves on by as many timesteps as the clock says, if the terminal has drawn the frame before."""
        late = time.monotonic() - self._due
        if late < 0 or not self._screen.line.free():
            return
        steps = 1 + int(late * SPEEDS[self._speed])
        self._due += steps / SPEEDS[self._speed]
        start = self._screen.cursor
        stop = self._screen.travel.stop_between(start, min(start + steps, len(self._screen.simulator)))
        self._screen.cursor = stop.t
        if stop.reason:
            self.pause()
            self._screen.travel.arrive(stop)
        elif start == len(self._screen.simulator):
            self._screen.travel.step(1)  # on into the next epoch of a network that learns
            if self._screen.cursor == start:
                self.pause()
                self._screen.draw()
