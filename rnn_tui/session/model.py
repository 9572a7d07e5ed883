"""The session: everything a person can change, as one immutable value. Screen, file and picture are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.layer import Array
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import many_lines, one_line
from rnn_tui.session.question import Question
from rnn_tui.session.recipe import Blueprint, Numbers, Recipe, Source

MOST_DIGITS = 8
SCHEMES = ("seed", "pytorch", "keras", "textbook")
"""The ways to name quantities: the seed's letters, two frameworks' words, and most textbooks' letters."""
SEED, PYTORCH, KERAS, TEXTBOOK = SCHEMES
THEMES = ("auto", "dark", "light", "high-contrast-dark", "high-contrast-light", "none")
"""How it is coloured: as Textual's own setting has it, dark or light, each with high contrast too, or not at all."""
ZOOMS = ("step", "operation", "number", "memory")
UNITS = SCALED, OWN = ("scaled", "own")
"""In which unit the numbers of a scaled series are told: as the network computes, or as it was before."""
WEIGHTS = ("used", "next", "change")
VERSUS = ("now", "before", "difference")
NOW, BEFORE, DIFFERENCE = VERSUS
"""Of two runs: this one, the one it is compared with, or this one less that one."""
MOST_BACK = 200
"""Changes of what runs that can be taken back."""
BY = "d "
"""What the name of a gradient begins with: ``d s`` is dL/ds_t."""


@dataclass(frozen=True)
class Focus:
    """A number in the tables: which quantity, as the equations write it, and where in it, from 0.

    Attributes:
        name: ``W``, ``x``, ``s``.
        offset: None for a parameter, 0 at t, -1 at the timestep before.
        row, column: a vector has one column.
    """

    name: str
    offset: int | None
    row: int = 0
    column: int = 0

    @property
    def gradient(self) -> bool:
        """Whether it is a number of the way back."""
        return self.name.startswith(BY)


@dataclass(frozen=True)
class Gaze:
    """What is looked at.

    Attributes:
        layer: from 1; 0 is the last.
        diagram: which picture, by its name in `diagrams.DIAGRAMS`.
        zoom: ``step``, the timestep; ``operation``, one equation of R; ``number``, the arithmetic of one number;
            ``memory``, who wrote it, of a number that a memory keeps.
        operation: which equation, from 0.
        gate: which of a cell's sums is shown, from 0; counted round.
        focus: the number selected in the tables, or None.
        maps: heat maps of the whole matrices and of the states in place of the tables.
        weights: of a network that learns: ``used`` at t, ``next`` (after the update), or the ``change`` between them.
        back: the way back: the gradients, walked from the last timestep to the first.
        trace: what the timeline shows: ``|s|`` a norm, ``f`` a mean, ``s[2]`` a unit; empty is the norm of the state,
            or of a network that learns the loss of every epoch.
        scroll: the first term of a sum that is written out, from 0, which is those that matter most; of a memory the
            writer that is picked.
        rival: the cell that the reach of a gradient is compared with, one of `rivals.rivals()`; empty is an LSTM, or
            beside one an Elman network.
        alone: the table of the selected number alone over the whole screen, large.
        versus: of two runs the one that the tables show, one of `VERSUS`; where there is one alone, that.
        change: by how much a number of a state changes at least where it is said when it last did.
    """

    layer: int = 0
    diagram: str = "unrolled"
    zoom: str = "step"
    operation: int = 0
    gate: int = 0
    focus: Focus | None = None
    maps: bool = False
    weights: str = "used"
    back: bool = False
    trace: str = ""
    scroll: int = 0
    rival: str = ""
    alone: bool = False
    versus: str = NOW
    change: float = 0.1

    def index(self, count: int) -> int:
        """Which of `count` layers is looked at, from 0."""
        return min(self.layer or count, count) - 1

    @property
    def opened(self) -> bool:
        """Whether something is told of the selected number: its arithmetic, or who wrote it."""
        return self.zoom in ("number", "memory")

    @property
    def unselected(self) -> Gaze:
        """The same with nothing selected, out of the arithmetic."""
        return replace(self, zoom="step", focus=None, operation=0, back=False, scroll=0, alone=False)

    @property
    def unfocused(self) -> Gaze:
        """The same with no number selected, nor anything told of one."""
        zoom = "step" if self.opened else self.zoom
        return replace(self, zoom=zoom, focus=None, scroll=0, alone=False)


@dataclass(frozen=True)
class Look:
    """How it looks.

    Attributes:
        digits: after the decimal point, 0 to 8.
        names: how quantities are called: seed, pytorch, keras or textbook.
        ascii: draw with ASCII alone.
        signs: mark the sign of a coloured block by a character; where there is little colour that is done anyway.
        theme: how it is coloured, one of `THEMES`.
        unit: in which unit x, y and targets of a scaled series are told: ``scaled``, as the network computes, or its
            ``own``.
    """

    digits: int = 2
    names: str = "seed"
    ascii: bool = False
    signs: bool = False
    theme: str = THEMES[0]
    unit: str = SCALED


@dataclass(frozen=True)
class Stop:
    """One stop of a lesson.

    Attributes:
        title: a few words.
        text: CommonMark; ``{y[3][1]}`` is filled in with the number, ``{y[3][1] = 0.32}`` is checked to be it, and
            ``{{`` and ``}}`` are braces.
        session: the lesson's own state at this stop, without a lesson of its own.
        question: what is asked before it is revealed, or None.
        notes: what the speaker has to say, written as the text is; it is not on the screen.
    """

    title: str
    text: str
    session: Session
    question: Question | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))
        object.__setattr__(self, "text", many_lines(self.text))
        object.__setattr__(self, "notes", many_lines(self.notes))


@dataclass(frozen=True)
class Lesson:
    """A lesson being followed.

    Attributes:
        stops: at least one.
        stop: the one that one is at, from 0.
        answers: what was answered: stop, from 0, and the words.
        next: the built-in lesson that comes after its last stop, or empty.
        page: the page of the stop's words, from 0; there are several where not all of them have room on the screen.
        over: whether it was said that the lesson ends here; how one came here is not saved.
        home: the session that it was opened from, to go back to; not saved either.
    """

    stops: tuple[Stop, ...]
    stop: int = 0
    answers: tuple[tuple[int, str], ...] = ()
    next: str = ""
    page: int = 0
    over: bool = False
    home: Session | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", tuple((stop, one_line(words)) for stop, words in self.answers))

    @property
    def here(self) -> Stop:
        """The stop that one is at."""
        return self.stops[self.stop]

    @property
    def answer(self) -> str | None:
        """What was answered here, or None."""
        return dict(self.answers).get(self.stop)

    @property
    def asking(self) -> Question | None:
        """The question of the stop, if it is not answered yet."""
        return self.here.question if self.answer is None else None


@dataclass(frozen=True)
class Place:
    """Where one was: the timestep, the epoch, and what was looked at."""

    at: int
    epoch: int
    gaze: Gaze


@dataclass(frozen=True)
class Session:
    """Everything that a person can change. What is saved is what is shown, because there is nothing else.

    Attributes:
        recipe: what runs.
        at: the timestep, 0 to T.
        epoch: of a network that learns, the epoch, from 1.
        gaze: what is looked at.
        look: how it looks.
        breaks: where a walk stops.
        arrived: the timesteps at which one has stopped so, ascending.
        marks: letter and timestep.
        hidden: numbers shown as ``?``: quantity, t, and row from 0.
        lesson: the lesson that is followed, or None.
        beside: another run that is looked at together with this one, or None.
        past, future: where one has jumped from; how one came here is not saved.
        predicted: how many predictions were right, of how many; not saved either.
        before, after: the recipes to go back to, the last one last, and those to go on to again; not saved either.
    """

    recipe: Recipe = field(default_factory=Recipe)
    at: int = 0
    epoch: int = 1
    gaze: Gaze = field(default_factory=Gaze)
    look: Look = field(default_factory=Look)
    breaks: tuple[Breakpoint, ...] = ()
    arrived: tuple[int, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()
    hidden: tuple[tuple[str, int, int], ...] = ()
    lesson: Lesson | None = None
    beside: Recipe | None = None
    past: tuple[Place, ...] = ()
    future: tuple[Place, ...] = ()
    predicted: tuple[int, int] = (0, 0)
    before: tuple[Recipe, ...] = ()
    after: tuple[Recipe, ...] = ()

    @property
    def place(self) -> Place:
        """Where one is."""
        return Place(self.at, self.epoch, self.gaze)

    def running(self, recipe: Recipe) -> Session:
        """Something else to run, with what runs now to come back to."""
        return replace(self, recipe=recipe, before=(*self.before, self.recipe)[-MOST_BACK:], after=())

    @property
    def ghost(self) -> Recipe | None:
        """What the run is compared with: the one beside, else the one before the edits; None where there is neither."""
        return self.beside if self.beside is not None else self.recipe.ghost

    @property
    def sessions(self) -> tuple[Session, ...]:
        """This one and those of its stops."""
        return (self, *(stop.session for stop in self.lesson.stops)) if self.lesson is not None else (self,)

    def everywhere(self, change: Callable[[Session], Session]) -> Session:
        """The same change to this one and to every stop."""
        changed, lesson = change(self), self.lesson
        if lesson is None:
            return changed
        stops = tuple(replace(stop, session=change(stop.session)) for stop in lesson.stops)
        return replace(changed, lesson=replace(lesson, stops=stops))

    @classmethod
    def of(cls, network: Network, sequence: Sequence, initial_state: tuple[Mapping[str, Array], ...] = ()) -> Session:
        """A session of a network and a sequence that are there already."""
        return cls(Recipe(Source(inline=sequence), Blueprint(numbers=Numbers(network, initial_state))))


def is_session(path: str) -> bool:
    """Whether a path names a session file."""
    return path.lower().endswith(".toml")
