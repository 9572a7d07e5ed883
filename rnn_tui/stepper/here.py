"""What a command is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from functools import cached_property

from rnn_tui.core.breakpoints import Watch
from rnn_tui.core.comparison import Comparison, comparable
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.run import Run, Walk
from rnn_tui.files.source import Progress
from rnn_tui.session.model import BEFORE, NOW, Session
from rnn_tui.session.recipe import Recipe
from rnn_tui.session.runs import Runs
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.stepper.pace import Pace

Secret = tuple[str, int, int]
"""A number that must not be shown: quantity, t, and row from 0."""
Pages = Callable[[Told], int]
"""On how many pages the words of a stop stand."""


def _one_page(told: Told) -> int:
    return 1


FOREIGN = "this is another run, of other quantities: t comes back to the one in which numbers are selected"
ONE_PAGE: Pages = _one_page
"""All on one, where there is no screen."""


@dataclass(frozen=True, eq=False)
class Here:
    """Where one is when a command is given.

    Attributes:
        session: everything that a person can change.
        runs: the runs of its recipe and of others.
        pace: how it plays.
        columns: of the screen; a column of the timeline is a stretch of the run.
        pages: how many pages the words of a stop take on the screen.
        secrets: the numbers that an open question is about.
        report: told how far a long reading is.
        marked: whether the screen has so little colour that signs are marked in any case.
        waits: whether an epoch that is far from learned is learned at once, however long that takes; else the walk is
            of the last before it that can be had soon.
    """

    session: Session
    runs: Runs = field(default_factory=Runs)
    pace: Pace = field(default_factory=Pace)
    columns: int = 80
    pages: Pages = ONE_PAGE
    secrets: tuple[Secret, ...] = ()
    report: Progress | None = None
    marked: bool = False
    waits: bool = True

    @cached_property
    def run(self) -> Run:
        """What runs. Raises InputError."""
        return self.runs.of(self.session.recipe, self.report)

    @cached_property
    def walk(self) -> Walk:
        """The walk one is in; the last there is where learning broke before it, or is on its way to it."""
        epoch = min(self.session.epoch, self.run.last_epoch)
        return self.run.walk(epoch if self.waits else self.run.soon(epoch))

    @cached_property
    def other_run(self) -> Run | None:
        """The run it is compared with; None where there is none. Raises InputError."""
        ghost = self.session.ghost
        return None if ghost is None else self.runs.of(ghost, self.report)

    @cached_property
    def other(self) -> Walk | None:
        """A walk of that run: of the same epoch, or the last that it has learned; None while it has not come so far as
        one is."""
        run = self.other_run
        if run is None:
            return None
        epoch = min(self.session.epoch, run.last_epoch)
        walk = run.walk(epoch if run.learner is None else run.soon(max(min(epoch, len(run.learner.losses)), 1)))
        return walk if min(self.session.at, walk.last) <= walk.near else None

    @cached_property
    def comparison(self) -> Comparison | None:
        """The run and the other over all timesteps, of the layer that is looked at; None where they do not compare."""
        now, before = self.walk, self.other
        layer = self.session.gaze.index(len(now.network.layers))
        if before is None or not comparable(now, before, layer):
            return None
        return now.memo.get(("compared", id(before), now.epoch, layer), lambda: Comparison(now, before, layer))

    @cached_property
    def watch(self) -> Watch:
        """The breakpoints, read for the walk."""
        return Watch(self.walk, self.session.breaks)

    @cached_property
    def frame(self) -> Frame:
        """What is looked at."""
        session, walk, other = self.session, self.walk, self.other
        hidden = (*session.hidden, *self.secrets)
        gaze = session.gaze
        if other is not None and gaze.versus == BEFORE:
            layer = gaze.layer or len(walk.network.layers)
            same = comparable(walk, other, layer - 1)
            walk, other, gaze = other, walk, replace(gaze, layer=layer) if same else gaze
            gaze = gaze if same else replace(gaze.unfocused, layer=min(gaze.layer, len(walk.network.layers)))
        t = min(session.at, walk.last)
        if gaze.focus is not None and gaze.focus.gradient and not (gaze.back and t and walk.teaching):
            gaze = replace(gaze, focus=None, zoom="step")  # at t = 0 the way back has ended, and nothing of it is there
        seed = None if session.lesson is not None else session.recipe.seed
        look = replace(session.look, signs=True) if self.marked else session.look
        compared = self.comparison
        edits = tuple(edit for edit in session.recipe.edits if edit.enabled and (edit.both or walk is self.walk))
        whole = Frame(walk, t, gaze, look, hidden, session.arrived, session.marks, seed, other, compared, edits)
        whole = replace(whole, beside=session.beside is not None, manner=session.recipe.manner)
        if session.beside is None or other is None or gaze.versus != NOW:
            return whole
        return replace(whole, pair=self._pair(whole, other, session.beside))

    def _pair(self, frame: Frame, other: Walk, recipe: Recipe) -> Frame:
        """What is looked at of the run beside: the same, as far as it has such."""
        gaze = replace(frame.gaze.unselected, back=False)
        if comparable(frame.walk, other, frame.index):
            focus = frame.gaze.focus  # the same number stands in the tables of both
            gaze = replace(gaze, layer=frame.index + 1, focus=None if focus and focus.gradient else focus)
        else:
            gaze = replace(gaze, gate=0, layer=min(gaze.layer, len(other.network.layers)))
        seed = None if self.session.lesson is not None else recipe.seed
        edits = tuple(edit for edit in recipe.edits if edit.enabled)
        t, manner = min(frame.t, other.last), recipe.manner
        return Frame(other, t, gaze, frame.look, frame.hidden, seed=seed, edits=edits, manner=manner)

    @cached_property
    def foreign(self) -> bool:
        """Whether the tables show another run that has not the quantities of this one."""
        gaze = self.session.gaze
        if gaze.versus != BEFORE or self.other is None:
            return False
        return not comparable(self.walk, self.other, gaze.index(len(self.walk.network.layers)))

    def own(self, outcome: Outcome) -> Outcome:
        """An outcome in which nothing has been selected, and no layer is looked at, that this run has not."""
        session, there = outcome.session, self.to(outcome.session)
        if not there.foreign:
            return outcome
        gaze = replace(session.gaze, layer=min(session.gaze.layer, len(there.walk.network.layers)))
        new = gaze.focus is not None and gaze.focus != self.session.gaze.focus
        gaze = gaze.unfocused if new else gaze
        return replace(outcome, session=replace(session, gaze=gaze), say=FOREIGN if new else outcome.say)

    def to(self, session: Session) -> Here:
        """The same place with another session."""
        return replace(self, session=session)


@dataclass(frozen=True)
class Ask:
    """What a command still needs; the answer is given to it as its argument.

    Attributes:
        command: the command.
        kind: ``line`` of text, ``letter``, ``cell`` (the text of one), ``sequence`` (a name, perhaps chosen from the
            built-in ones), ``sequences`` (one of those that are there), ``lessons`` (the name of one), ``breaks``
            (their list), ``hits`` (one of a breakpoint's), ``edit`` (what is typed over a number), ``edits`` (their
            list), ``settings`` (their list, at the one of that name), ``keys`` (nothing: the list of all keys is
            shown), ``notes`` or ``card`` (nothing: they are shown).
        title: the question.
        text: what stands there to begin with; CommonMark where it is notes.
        again: the command that takes the same answer given a second time; empty where that changes nothing.
        secrets: the numbers that must not be shown while this is asked.
    """

    command: str
    kind: str
    title: str
    text: str = ""
    again: str = ""
    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True)
class Wait:
    """A timestep to go to as soon as the run has passed it; with an epoch, in that, as soon as it is learned."""

    t: int
    epoch: int = 0


@dataclass(frozen=True)
class Look:
    """A search for the next breakpoint: 1 forwards, -1 backwards."""

    direction: int


Errand = Wait | Look
"""What takes longer than a key may; it is run in slices, and can be given up."""


@dataclass(frozen=True)
class Outcome:
    """What a command makes of a session, and what it has to say.

    Attributes:
        session: the next one.
        say: a sentence for the last line.
        ask: what is needed first.
        errand: what is to be run in slices.
        pace: how it plays from now on; None leaves it.
        order: what only the front end can do: ``quit``, ``palette``, ``repaint``, ``suspend``, or ``give up``,
            or ``blank``.
    """

    session: Session
    say: str = ""
    ask: Ask | None = None
    errand: Errand | None = None
    pace: Pace | None = None
    order: str = ""


Do = Callable[[Here, str], Outcome]
"""A command: where one is and its argument, or an empty one, to the outcome. Raises InputError for a wrong argument."""
