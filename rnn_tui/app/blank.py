"""A dark screen, for as long as those in the room are to look at something else."""

from __future__ import annotations

from textual import events
from textual.screen import Screen


class Blank(Screen[None]):
    """Shows nothing; any key, or a click, brings back what was there."""

    def on_key(self, event: events.Key) -> None:
        """Whatever it is, it does nothing else."""
        event.stop()
        self._light()

    def on_click(self) -> None:
        self._light()

    def _light(self) -> None:
        """Once: of two keys at one time the second finds it gone already."""
        if self.is_current:
            self.dismiss(None)
