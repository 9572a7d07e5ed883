"""What the main screen asks of the app it stands in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from textual.app import App

from rnn_tui.app.flow import Flow, Hold


class Host(App[None]):
    """An app with a main screen.

    Attributes:
        line: whether the terminal keeps up.
        hold: whether a key is being held down.
        keeps: whether the session is kept, so that ``rnn-tui --resume`` opens it again.
    """

    line: Flow
    hold: Hold
    keeps: bool

    @abstractmethod
    def guarded(self, doing: str, do: Callable[[], None]) -> None:
        """Does something; where that fails as it never should, all goes on from the session before."""
