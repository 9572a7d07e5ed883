"""How it plays: whether, how fast, and how many timesteps are due at a moment."""

from __future__ import annotations

from dataclasses import replace

from rnn_tui.core.dataclass import dataclass

SPEEDS = (0.5, 1, 2, 4, 8, 15, 30, 60)
"""Timesteps a second."""


@dataclass(frozen=True)
class Pace:
    """Playing.

    Attributes:
        playing: whether the cursor moves on by the clock.
        speed: which of `SPEEDS`.
        due: when the next timestep is, in seconds of the clock; None where that is not known yet.
    """

    playing: bool = False
    speed: int = 1
    due: float | None = None

    @property
    def status(self) -> str:
        """The speed while it plays, for the title."""
        return f"playing {SPEEDS[self.speed]:g}/s" if self.playing else ""

    @property
    def interval(self) -> float:
        """Seconds a timestep."""
        return 1 / SPEEDS[self.speed]

    def turned(self) -> Pace:
        """Playing where it did not, paused where it did."""
        return replace(self, playing=not self.playing, due=None)

    def faster(self, by: int) -> Pace:
        """Another speed, as far as there is one."""
        return replace(self, speed=min(max(self.speed + by, 0), len(SPEEDS) - 1), due=None)

    def steps(self, now: float) -> tuple[int, Pace]:
        """How many timesteps are due by now; on a slow screen several at once."""
        if not self.playing:
            return 0, self
        if self.due is None:
            return 0, replace(self, due=now + self.interval)
        if now < self.due:
            return 0, self
        steps = 1 + int((now - self.due) * SPEEDS[self.speed])
        return steps, replace(self, due=self.due + steps * self.interval)
