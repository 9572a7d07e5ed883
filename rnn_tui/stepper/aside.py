"""What is worked out while nobody presses a key, a slice at a time: what is looked at across time, the run itself, the
run it is compared with, and how far the two differ."""

from __future__ import annotations

from rnn_tui.core.across import Across
from rnn_tui.session.diagrams import ACROSS
from rnn_tui.stepper.across import looked_at
from rnn_tui.stepper.here import Here


def over(here: Here) -> bool:
    """Whether nothing is left to be worked out beside the run."""
    other, compared, asked = here.other_run, here.comparison, _asked(here)
    behind = compared is not None and compared.behind
    return (other is None or other.over) and not behind and (asked is None or asked.over)


def advance(here: Here) -> bool:
    """Works out some more, what is looked at first; whether there was anything to do."""
    if look_on(here) or here.run.advance():
        return True
    if here.comparison is not None and here.comparison.advance():
        return True
    other = here.other_run
    return other is not None and not other.over and other.advance()


def look_on(here: Here) -> bool:
    """Works out some more of what is looked at across time; whether there was anything to do."""
    asked = _asked(here)
    return asked is not None and not asked.over and (asked.advance() or asked.over)


def _asked(here: Here) -> Across | None:
    return looked_at(here.frame) if here.session.gaze.diagram == ACROSS else None
