"""Travelling in time: the run that goes on in the background, far seeks, breakpoints, marks, and jumps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.app import looks
from rnn_tui.core.breakpoints import Breakpoints, Stop
from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.errors import RangeError

if TYPE_CHECKING:
    from rnn_tui.app.main_screen import MainScreen

SLICE = 0.008
"""Seconds of work between two looks at the keyboard."""
TICK = 1 / 60
SHOWN = 0.25
"""Seconds between two drawings of how far the run is."""
HEADLESS_STEPS = 20_000
"""Timesteps that are passed before a picture is taken, so that it does not depend on the clock."""


class Travel:
    """Moves the cursor of a main screen further than one timestep.

    Attributes:
        breakpoints: where a walk stops.
        marks: letter to timestep.
        hits: the timesteps at which one has arrived at a breakpoint.
    """

    def __init__(self, screen: MainScreen, breakpoints: Breakpoints) -> None:
        self._screen = screen
        self.breakpoints = breakpoints
        self.marks: dict[str, int] = {}
        self.hits: set[int] = set()
        self._target: int | None = None
        self._search: Iterator[int | None] | None = None
        self._past: list[int] = []
        self._future: list[int] = []
        self._shown = 0.0

    def start(self) -> None:
        """Lets the run go on in the background; for a picture it is passed at once, or not at all."""
        if self._screen.app.is_headless:
            if len(self._screen.simulator) <= HEADLESS_STEPS:
                while self._screen.simulator.advance():
                    pass
        else:
            self._screen.set_interval(TICK, self._work)

    def start_again(self) -> None:
        """Passes the run anew, after a reset."""
        if self._screen.app.is_headless:
            self.start()

    @property
    def status(self) -> str:
        """What is going on, for the title."""
        simulator = self._screen.simulator
        done, whole = simulator.progress
        if self._search is not None:
            return "searching"
        if isinstance(simulator, LearningSimulator):
            broken = simulator.learner.broken
            if broken is not None:
                return f"not finite in epoch {broken[0]} at t = {broken[1]}"
            return f"learning {done / whole:.0%}" if done < whole else ""
        if simulator.tape.broken is not None:
            return f"not finite at t = {simulator.tape.broken}"
        if simulator.ready < len(simulator):
            share = f"{simulator.ready / len(simulator):.0%}"
            return f"running {share}" + (f" to t = {self._target}" if self._target else "")
        return ""

    @property
    def busy(self) -> bool:
        """Whether a far seek or a search is under way, which can be cancelled."""
        return self._target is not None or self._search is not None

    def cancel(self) -> None:
        """Gives up a far seek or a search; the cursor stays."""
        self._target = self._search = None
        self._screen.draw()

    def forget(self) -> None:
        """Another sequence or network: marks, hits and jumps were of the old one."""
        self.marks, self.hits, self._past, self._future = {}, set(), [], []
        self._target = self._search = None

    def jump(self, t: int) -> None:
        """Goes to a timestep, noting where one came from; one that the run has not passed is waited for."""
        t = min(max(t, 0), len(self._screen.simulator))
        if t != self._screen.cursor:
            self._past.append(self._screen.cursor)
            self._future.clear()
            self.go(t)

    def go(self, t: int) -> None:
        """Goes to a timestep as soon as the run has passed it."""
        simulator = self._screen.simulator
        self._search = None
        if self._screen.app.is_headless or t <= simulator.ready + simulator.tape.chunk_length:
            self._target = None
            self._screen.cursor = t
        else:
            self._target = t
            self._screen.draw()

    def command_jump_back(self) -> None:
        if self._past:
            self._future.append(self._screen.cursor)
            self.go(self._past.pop())

    def command_jump_forward(self) -> None:
        if self._future:
            self._past.append(self._screen.cursor)
            self.go(self._future.pop())

    def command_first(self) -> None:
        self.jump(0)

    def command_last(self) -> None:
        self.jump(len(self._screen.simulator))

    def command_way_back(self) -> None:
        """Turns round: from the last timestep on, the same keys walk the gradients back; again, forwards."""
        screen = self._screen
        if not isinstance(screen.simulator, LearningSimulator):
            screen.say("the network does not learn: start with --learn")
            return
        back = not screen.look.back
        screen.look = replace(looks.unselected(screen.look), back=back, maps=False)
        if back:
            self.jump(len(screen.simulator))

    def command_next_epoch(self) -> None:
        self._epoch(1)

    def command_previous_epoch(self) -> None:
        self._epoch(-1)

    def _epoch(self, by: int) -> None:
        simulator = self._screen.simulator
        if isinstance(simulator, LearningSimulator):
            self.go_to_epoch(simulator.epoch + by)
        else:
            self._screen.say("the network does not learn: start with --learn")

    def go_to_epoch(self, number: int, t: int | None = None) -> bool:
        """Walks another epoch, at t or where the cursor is; False where there is none."""
        simulator = self._screen.simulator
        if not isinstance(simulator, LearningSimulator) or not 1 <= number <= simulator.learner.last:
            return False
        simulator.epoch = number
        self._screen.cursor = self._screen.cursor if t is None else t
        self._screen.draw()
        return True

    def step(self, by: int) -> None:
        """One timestep; past the end of an epoch into the next, before its start into the one before."""
        by = -by if self._screen.look.back else by
        t, simulator = self._screen.cursor + by, self._screen.simulator
        if self._screen.look.back:
            self.go(min(max(t, 1), len(simulator)))
            return
        if isinstance(simulator, LearningSimulator):
            if t > len(simulator) and self.go_to_epoch(simulator.epoch + 1, 1):
                return
            if t < 0 and self.go_to_epoch(simulator.epoch - 1, len(simulator)):
                return
        self.go(self._screen.validate_cursor(t))

    def command_scrub_back(self) -> None:
        self.jump(self._screen.cursor - self._column())

    def command_scrub_forward(self) -> None:
        self.jump(self._screen.cursor + self._column())

    def _column(self) -> int:
        """The timesteps that one column of the timeline stands for."""
        return max(len(self._screen.simulator) // max(self._screen.size.width, 1), 1)

    def command_next_break(self) -> None:
        self._look(1)

    def command_previous_break(self) -> None:
        self._look(-1)

    def _look(self, direction: int) -> None:
        if not self.breakpoints.enabled:
            self._screen.say("no breakpoint is set")
            return
        self._search = self.breakpoints.search(self._screen.simulator, self._screen.cursor, direction)
        self._work()
        if self._search is not None and self._screen.app.is_headless:
            while self._search is not None:
                self._work()

    def stop_between(self, start: int, end: int) -> Stop:
        """Where a walk from start to end stops."""
        return self.breakpoints.between(self._screen.simulator, start, end)

    def arrive(self, stop: Stop) -> None:
        """Counts the hits at a timestep, and says why one is there."""
        self.breakpoints.arrive(self._screen.simulator, stop.t)
        self.hits.add(stop.t)
        self._screen.say(f"stopped at t = {stop.t}: {stop.reason}")

    def _work(self) -> None:
        """A slice of work: the search if there is one, else the run."""
        end = time.monotonic() + SLICE
        while self._search is not None and time.monotonic() < end:
            self._search_on(self._search)
        simulator = self._screen.simulator
        done, whole = simulator.progress
        if done == whole or simulator.tape.broken is not None:
            return
        try:
            while time.monotonic() < end and simulator.advance():
                pass
        except RangeError as error:
            self._screen.say(str(error))
        self._progress()

    def _search_on(self, search: Iterator[int | None]) -> None:
        """One chunk of the search."""
        hit = next(search, -1)
        if hit is None:
            return
        self._search = None
        if hit < 0:
            self._screen.say("no breakpoint holds further on that way")
            return
        stop = Stop(hit, self.breakpoints.reason(self._screen.simulator, hit))
        self.jump(hit)
        self.arrive(stop)

    def _progress(self) -> None:
        """Shows how far the run is, now and then; and arrives where one waits to go."""
        simulator = self._screen.simulator
        broken = simulator.tape.broken
        if self._target is not None and (simulator.ready >= self._target or broken is not None):
            target, self._target = self._target, None
            self._screen.cursor = min(target, broken or target)
            if broken is not None and broken < target:
                self._screen.say(f"t = {broken}: a number is not finite, the run stops here")
        passed, whole = simulator.progress
        if (
            passed == whole or broken is not None or time.monotonic() - self._shown > SHOWN
        ) and self._screen.line.free():
            self._shown = time.monotonic()
            self._screen.draw()
