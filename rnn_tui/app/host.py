"""What the main screen asks of the app it stands in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from textual.app import App

from rnn_tui.app.terminal.pacing import Hold, Line


class Host(App[None]):
    """An app with a main screen.

    Attributes:
        line: the way to the terminal; the driver puts itself there.
        hold: whether a key is being held down.
    """

    line: Line
    hold: Hold

    @abstractmethod
    def guarded(self, doing: str, do: Callable[[], None]) -> None:
        """Does something; where that fails as it never should, all goes on from the session before."""
