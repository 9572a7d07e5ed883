"""Drawing ahead: the page that the step just made leads to when it is made again, while nobody waits for anything."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from rnn_tui.app.panel import Panel
from rnn_tui.core.dataclass import dataclass
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.parts import Page
from rnn_tui.views.page.region import Region
from rnn_tui.views.sheet.scheme import Scheme

STILL = 0.02
"""Seconds without a key after which the next page is begun: the frame of the last one then is on its way."""
SLICE, GAP = 0.002, 0.004
"""Seconds of drawing, but one part at least; and of listening for a key before more of it."""


@dataclass(frozen=True)
class Plan:
    """A page that is to be drawn.

    Attributes:
        basis: all that it is made of.
        page: what it shows.
        regions: where its parts stand.
        scheme: how it looks.
    """

    basis: object
    page: Page
    regions: dict[str, Region]
    scheme: Scheme


class Ahead:
    """Keeps one page and draws it part by part; a key that comes meanwhile finds the parts that are done."""

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panels = panels
        self._plan: Plan | None = None
        self._next: asyncio.TimerHandle | None = None

    def page(self, basis: object) -> Page | None:
        """The page that was drawn ahead of just this; None where it is of something else. It is given once."""
        plan, self._plan = self._plan, None
        if self._next is not None:
            self._next.cancel()
            self._next = None
        return plan.page if plan is not None and plan.basis == basis else None

    def draw(self, planned: Callable[[], Plan | None]) -> None:
        """Draws what is planned then, as soon as it is still."""
        self._later(STILL, self._parts(planned))

    def _later(self, seconds: float, parts: Iterator[None]) -> None:
        self._next = asyncio.get_running_loop().call_later(seconds, self._go_on, parts)

    def _parts(self, planned: Callable[[], Plan | None]) -> Iterator[None]:
        """Draws a part at each turn."""
        self._plan = planned()
        yield
        if self._plan is None:
            return
        plan = self._plan
        for panel in self._panels:
            if panel.part in plan.regions:
                panel.prepare(plan.page, plan.regions[panel.part], plan.scheme)
                yield

    def _go_on(self, parts: Iterator[None]) -> None:
        """A slice; what fails here will fail again when a key leads there, and is told then."""
        end = time.monotonic() + SLICE
        try:
            for _ in parts:
                if time.monotonic() > end:
                    self._later(GAP, parts)
                    return
        except Exception:  # whatever it is: nobody has asked for this page yet
            self._plan = None
        self._next = None


def leads(stepper: Stepper, command: str) -> Here | None:
    """Where a step leads; None where it stays, or enters another epoch, while time passes, or numbers are hidden."""
    here = stepper.here
    if stepper.restless or here.frame.hidden:
        return None
    there = stepper.outcome(command).session
    stays, only_goes = there == here.session, replace(there, at=here.session.at) == here.session
    return here.to(there) if only_goes and not stays else None
