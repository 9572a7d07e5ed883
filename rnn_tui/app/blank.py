"""A dark screen, for as long as those in the room are to look at something else."""

from __future__ import annotations

from textual import events
from textual.screen import Screen


class Blank(Screen[None]):
    """Shows nothing; any key, or a click, brings back what was there."""

    def on_key(self, event: events.Key) -> None:
        """Whatever it is, it does nothing else."""
        event.stop()
        self.dismiss(None)

    def on_click(self) -> None:
        self.dismiss(None)
