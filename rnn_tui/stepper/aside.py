"""What is worked out while nobody presses a key, a slice at a time: what is looked at across time, the run itself, the
run it is compared with, and how far the two differ."""

from __future__ import annotations

from rnn_tui.core.across import Across
from rnn_tui.session.diagrams import ACROSS
from rnn_tui.stepper.across import every
from rnn_tui.stepper.here import Here


def over(here: Here) -> bool:
    """Whether nothing is left to be worked out beside the run."""
    other, compared = here.other_run, here.comparison
    behind = compared is not None and compared.behind
    return (other is None or other.over) and not behind and all(asked.over for asked in _asked(here))


def advance(here: Here) -> bool:
    """Works out some more, what is looked at first; whether there was anything to do."""
    if look_on(here) or here.run.advance():
        return True
    if here.comparison is not None and here.comparison.advance():
        return True
    other = here.other_run
    if other is None or other.over:
        return False
    other.advance()
    return True


def look_on(here: Here) -> bool:
    """Works out some more of what is looked at across time; whether there was anything to do."""
    left = next((asked for asked in _asked(here) if not asked.over), None)
    return left is not None and (left.advance() or left.over)


def _asked(here: Here) -> list[Across]:
    return every(here.frame) if here.session.gaze.diagram == ACROSS else []
