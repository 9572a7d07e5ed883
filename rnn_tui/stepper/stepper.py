"""The stepper: holds a session, carries out commands on it by name, and knows what is to be said, asked and drawn.

The app, pictures without a terminal, and tests drive the same one; it knows no screen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.run import Run
from rnn_tui.core.texts import one_line
from rnn_tui.files.source import Progress
from rnn_tui.session.model import Session
from rnn_tui.session.runs import Runs
from rnn_tui.stepper import aside, breaking, travel
from rnn_tui.stepper.commands import BY_ID, given_by
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import ONE_PAGE, Ask, Here, Look, Outcome, Wait
from rnn_tui.stepper.pace import Pace
from rnn_tui.stepper.quiz import secrets_of
from rnn_tui.stepper.waiting import Errand, arrived, going_on, put_off

WHOLE = 20_000
"""Timesteps up to which all of a run is passed at once where nobody waits, so that a picture does not need a clock."""


class Stepper:
    """A session, and what a person does with it.

    Attributes:
        session: everything that a person can change.
        notice: what was said last; empty when that has been acted upon.
        asked: the question that is open, or None.
        pace: how it plays.
        columns, pages: of the screen, and how many pages the words of a stop take on it.
        marked: whether the screen has so little colour that signs are marked in any case.
    """

    def __init__(self, session: Session, run: Run | None = None, waits: bool = True) -> None:
        """Begins with a session.

        Args:
            session: where one is.
            run: its run, where that is there already.
            waits: whether all epochs up to where one is are learned now; else one goes there as soon as they are.

        Raises:
            InputError: the session cannot be run, or its timestep is not there.
        """
        self.session, self.notice, self.marked = session, "", False
        self.asked: Ask | None = None
        self.pace, self.columns, self.pages = Pace(), 80, ONE_PAGE
        self._runs, self._at_once, self._rests = Runs(), waits, False
        self._errand: Errand = None
        if run is not None:
            self._runs.keep(session.recipe, run)
        epochs = self.here.run.epochs
        if not 1 <= session.epoch <= epochs:
            raise RangeError("", "", f"there is no epoch {session.epoch}", f"there are 1 to {epochs}", "epoch")
        self._follow()
        walk = self.here.walk
        if not 0 <= session.at <= (len(walk) if self.busy else walk.last):
            why = f"there is no timestep {session.at}"
            if walk.last < session.at <= len(walk):
                why = f"epoch {walk.epoch} stops at t = {walk.last}, where a number is not finite"
                raise RangeError("", f"t = {session.at}", why, "a smaller --rate or --clip 1 may help", "at")
            raise RangeError("", "", why, f"the sequence has 0 to {len(walk)}", "at")
        if not 0 <= session.gaze.layer <= len(walk.network.layers):
            why = f"there is no layer {session.gaze.layer}"
            raise RangeError("", "", why, f"the network has {len(walk.network.layers)}", "layer")
        for each in session.breaks:
            if each.enabled:
                each.condition(walk)
        self._at_once = False

    @property
    def here(self) -> Here:
        """Where one is."""
        secrets, lesson = self.asked.secrets if self.asked is not None else (), self.session.lesson
        if not secrets and lesson is not None and lesson.asking is not None:
            secrets = secrets_of(lesson.asking)
        return Here(
            self.session, self._runs, self.pace, self.columns, self.pages, secrets, None, self.marked, self._at_once
        )

    @property
    def frame(self) -> Frame:
        """What is looked at."""
        return self.here.frame

    @property
    def status(self) -> str:
        """What is going on, for the title."""
        return self.pace.status or going_on(self.here, self._errand, self._rests)

    @property
    def learned(self) -> float | None:
        """The share of the epochs that is learned, where the status tells of it; else None."""
        run = self.here.run
        return None if self.pace.status or run.learner is None or run.over else run.learner.passed / run.progress[1]

    @property
    def busy(self) -> bool:
        """Whether a far seek or a search is under way, which can be given up."""
        return self._errand is not None

    @property
    def restless(self) -> bool:
        """Whether time passes: it plays, an errand is under way, or the run goes on."""
        return self.pace.playing or self.busy or not (self._at_once or aside.over(self.here, self._rests))

    def press(self, key: str) -> Outcome | None:
        """Does what a key does now; what is wrong is said. None where the key does nothing at all."""
        command = given_by(key, self.here)
        return None if command is None else self.give(command.id)

    def give(self, name: str, argument: str = "") -> Outcome:
        """Carries out a command; what is wrong is said."""
        try:
            return self.do(name, argument)
        except InputError as error:
            self.notice = str(error)
            return Outcome(self.session, str(error))

    def do(self, name: str, argument: str = "", report: Progress | None = None) -> Outcome:
        """Carries out a command.

        Args:
            name: of a command of the table.
            argument: what it asked for.
            report: told how far a long reading is.

        Raises:
            InputError: a wrong argument; nothing has changed.
            KeyError: there is no such command.
        """
        return self.settle(name, self.outcome(name, argument, report))

    def outcome(self, name: str, argument: str = "", report: Progress | None = None) -> Outcome:
        """What a command would make of the session, which stays as it is: this may be done in another thread."""
        return BY_ID[name].do(replace(self.here, report=report), argument)

    def settle(self, name: str, outcome: Outcome) -> Outcome:
        """Makes an outcome of a command what is."""
        outcome = self.here.own(outcome)
        still = outcome.session == self.session and outcome.pace in (None, self.pace)
        given_up = outcome.order == "give up" and self.busy
        if outcome.order == "give up":
            self._errand = None
            if still and not given_up and self.here.run.learner is not None and not self.here.run.over:
                self._rests = not self._rests
                outcome = replace(outcome, say=f"learning {'rests; escape: it goes on' if self._rests else 'goes on'}")
        quiet = outcome.say or outcome.ask or outcome.errand or given_up or outcome.order not in ("", "give up")
        if still and not quiet:
            outcome = replace(outcome, say=BY_ID[name].idle or "this changes nothing here")
        self._take(outcome)
        return outcome

    def _take(self, outcome: Outcome) -> None:
        if outcome.session.recipe != self.session.recipe:
            self._errand, self._rests = None, False
        self.session, self.notice, self.asked = outcome.session, one_line(outcome.say), outcome.ask
        self.pace = outcome.pace or self.pace
        if outcome.ask is not None:
            self.pace = replace(self.pace, playing=False)
        if isinstance(outcome.errand, Wait):
            self._errand = outcome.errand
        elif isinstance(outcome.errand, Look):
            self._errand = self.here.watch.search(self.session.at, outcome.errand.direction)
        self._follow()
        self._pass()

    def _follow(self) -> None:
        """Waits for an epoch that is far from learned, in the last before it."""
        found = put_off(self.here)
        if found is not None:
            self.session, self._errand = found

    def finish(self) -> None:
        """From now on errands are run to their end within a command, and so is the run: nobody watches."""
        self._at_once = True
        self._pass()

    def recover(self, session: Session, say: str) -> None:
        """Goes back to a session, with what is to be said of it; nothing is asked or under way any more."""
        self._errand = None
        self.session, self.asked, self.notice, self.pace = session, None, say, replace(self.pace, playing=False)

    def close(self) -> None:
        """The open question is left without an answer."""
        self.asked = None

    def _pass(self) -> None:
        """Runs errands and the run to their end, where nobody watches."""
        if not self._at_once:
            return
        while self.busy:
            self.work(0.0)
        further = aside.advance if len(self.here.run) <= WHOLE else aside.look_on
        while further(self.here):
            pass

    def work(self, seconds: float) -> bool:
        """A slice of work: the errand if there is one, else the run. Whether anything was done."""
        end = time.monotonic() + seconds
        if isinstance(self._errand, Iterator):
            while isinstance(self._errand, Iterator):
                self._search_on(self._errand)
                if time.monotonic() >= end:
                    break
            return True
        here = self.here
        if self._errand is None and aside.over(here, self._rests):
            return False
        wanted = self._errand.epoch if isinstance(self._errand, Wait) else 0
        self._rests = self._rests and not wanted
        try:
            while aside.advance(here, self._rests, wanted) and time.monotonic() < end:
                pass
        except RangeError as error:
            self._errand, self.notice = None, str(error)
        self._arrive()
        return True

    def _search_on(self, walk: Iterator[int | None]) -> None:
        """One chunk of the search."""
        hit = next(walk, -1)
        if hit is None:
            return
        self._errand = None
        if hit < 0:
            self.notice = "no breakpoint holds further on that way"
            return
        here = self.here
        jumped = travel.jumping(here, hit).session
        self._take(breaking.arriving(here, jumped, hit, here.watch.reason(hit)))

    def _arrive(self) -> None:
        """Goes where one waits to go, once that is there."""
        found = arrived(self.here, self._errand) if isinstance(self._errand, Wait) else None
        if found is not None:
            self._errand, (self.session, self.notice) = None, found

    def tick(self, now: float) -> bool:
        """Plays on by as many timesteps as are due by now. Whether anything changed."""
        steps, self.pace = self.pace.steps(now)
        if not steps:
            return False
        here, session = self.here, self.session
        start, last = session.at, here.walk.last
        if start >= last:
            on = travel.step(1)(here, "")  # into the next epoch of a network that learns
            moved = on.session != session
            self._take(replace(on, pace=replace(self.pace, playing=moved), say="" if moved else on.say))
            return True
        stop = here.watch.between(start, min(start + steps, last))
        if stop.reason:
            paused = replace(self.pace, playing=False)
            self._take(replace(breaking.arriving(here, session, stop.t, stop.reason), pace=paused))
        else:
            self._take(travel.going(here, session, stop.t))
        return True
