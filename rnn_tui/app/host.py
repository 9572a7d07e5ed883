"""What the main screen asks of the app it stands in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from rnn_tui.app.private import Unfailing
from rnn_tui.app.terminal.pacing import Hold, Line
from rnn_tui.views.sheet.scheme import Scheme


class Host(Unfailing):
    """An app with a main screen.

    Attributes:
        line: the way to the terminal; the driver puts itself there.
        hold: whether a key is being held down.
        scheme: how roles look now.
    """

    line: Line
    hold: Hold
    scheme: Scheme

    @abstractmethod
    def wear(self, theme: str, chosen: bool) -> Scheme:
        """How roles look from now on: in a theme, as a session has it, on this screen.

        Args:
            theme: as the session has it.
            chosen: whether a number is selected.
        """

    @abstractmethod
    def show_main(self) -> None:
        """Draws the main screen as it is now, under what is over it."""

    @abstractmethod
    def told(self, error: Exception, said: str) -> str:
        """The sentence about an error; what should never have been raised is written down, and told after `said`."""

    @abstractmethod
    def guarded(self, doing: str, do: Callable[[], object]) -> bool:
        """Does something; where that fails as it never should, all goes on from what was on the screen before, and one
        sentence says so. Whether it went well."""
