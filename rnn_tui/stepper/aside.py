"""What is worked out while nobody presses a key, a slice at a time: what is looked at across time, the run itself, the
run it is compared with, and how far the two differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rnn_tui.core.run import Run
from rnn_tui.session.diagrams import ACROSS
from rnn_tui.stepper.across import every
from rnn_tui.stepper.here import Here

if TYPE_CHECKING:
    from rnn_tui.core.across import Across


def over(here: Here, rests: bool = False) -> bool:
    """Whether nothing is left to be worked out; of what learns nothing is while it `rests`."""
    compared = here.comparison
    behind = compared is not None and compared.behind
    rest = any(_further(here, rests)) or _unseen(here)
    return not rest and not behind and all(asked.over for asked in _asked(here))


def advance(here: Here, rests: bool = False, wanted: int = 0) -> bool:
    """Works out some more, first what is looked at, then an epoch that is `wanted`; whether there was any to do."""
    if look_on(here):
        return True
    if here.run.soon(wanted) < wanted and here.run.advance(wanted):
        return True
    unseen = _unseen(here)
    if unseen and (here.session.gaze.trace or here.walk.teaching is None):
        return here.walk.tape.advance() or True
    own, other = _further(here, rests)
    if own is not None and own.advance():
        return True
    if unseen:
        return here.walk.tape.advance() or True
    if here.comparison is not None and here.comparison.advance():
        return True
    if other is None:
        return False
    other.advance()
    return True


def _unseen(here: Here) -> bool:
    """Whether the walk of a network that learns has stretches that nobody knows the look of yet."""
    tape = here.walk.tape
    broken = here.walk.teaching is None and tape.broken is not None
    return here.run.learner is not None and tape.done < tape.chunks and not broken


def _further(here: Here, rests: bool) -> tuple[Run | None, Run | None]:
    """The run and the one it is compared with, each where it is to be passed further."""
    own, other = (
        None if run is None or run.over or (rests and run.learner is not None) else run
        for run in (here.run, here.other_run)
    )
    return own, other


def look_on(here: Here) -> bool:
    """Works out some more of what is looked at across time; whether there was anything to do."""
    left = next((asked for asked in _asked(here) if not asked.over), None)
    return left is not None and (left.advance() or left.over)


def _asked(here: Here) -> list[Across]:
    return every(here.frame) if here.session.gaze.diagram == ACROSS else []
