"""Session files, read: from the tables of a file to a Session that is known to fit together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.errors import LoadError
from rnn_tui.lessons import lesson_names
from rnn_tui.session.access import Access
from rnn_tui.session.budget import WRITTEN_OUT, Budget, check_stops
from rnn_tui.session.checking import check, check_run, told
from rnn_tui.session.model import Lesson, Session, Stop
from rnn_tui.session.networks import Networks
from rnn_tui.session.parts import (
    BORDERS,
    answers_of,
    breaks_of,
    edits_of,
    gaze_of,
    generated_of,
    learning_of,
    look_of,
    marks_of,
    question_of,
    reordered,
    rows_of,
    wholes,
)
from rnn_tui.session.recipe import Blueprint, Recipe, Source, run_of
from rnn_tui.session.sources import KEYS, options_of
from rnn_tui.session.tables import VERSION, Table

NOW = ("arrived", "marks")
"""What belongs to the moment, and is not handed on to the stops of a lesson."""
RUN = ("sequence", "network", "learning", "edits", "generate", "temperature")
TOP = ("version", "at", "epoch", "breaks", "beside", *RUN, *NOW, "display")
OF_LESSON = ("stop", "page", "answers", "next", "stops")
STOP = ("title", "text", "notes", "at", "epoch", "breaks", "beside", *RUN, "display", "question")
OF_FILE = ("path", *KEYS, "order")
INLINE = ("x", "targets", "labels", "features", "outcomes", "name", "dtype", "allow_nonfinite", "order", *BORDERS)
MOST_PAGES = 10**6
"""No text of a file has more."""

Words = tuple[tuple[str, str], ...]
"""Keys, and what is said of them."""


@dataclass(frozen=True)
class Ingredients:
    """What runs: its key among those of the file, the sequence, which network, and where the file says so."""

    key: tuple[Words, Words]
    source: Source
    sequence: Sequence
    blueprint: Blueprint
    net: Table


@dataclass
class Reading:
    """A session file being read.

    Attributes:
        shown: what errors call it.
        access: which files it may read.
    """

    shown: str
    access: Access
    sources: dict[Words, tuple[Source, Sequence]] = field(default_factory=dict)
    blueprints: dict[Words, Blueprint] = field(default_factory=dict)
    built: dict[tuple[Words, Words], Run] = field(default_factory=dict)
    claimed: set[tuple[Words, Words]] = field(default_factory=set)
    written: dict[int, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def session(self, top: Table) -> Session:
        """The whole file. Raises LoadError."""
        self.head(top)
        tables = self.stops(top)
        for table in (top, *tables):  # all that is asked for is counted before any of it is made
            self.ingredients(table)
        own = self.state(top)
        stops = tuple(self.stop(table) for table in tables)
        place = self.place(top, len(stops))
        if not stops:
            return own
        return replace(own if "stop" in top else stops[0].session, lesson=Lesson(stops, *place))

    def head(self, top: Table) -> None:
        """Whether this is a file that can be read. Raises LoadError."""
        version = top.whole("version", 0)
        if "version" not in top:
            raise LoadError(self.shown, "", "does not say its version", f"write version = {VERSION} at its top")
        if version != VERSION:
            newer = "a newer program reads it" if version > VERSION else "there is none before"
            raise top.error("version", f"version {version} is not known, {VERSION} is", newer)
        top.known((*TOP, *OF_LESSON))

    def stops(self, top: Table) -> list[Table]:
        """The tables of the stops, each over the whole. Raises LoadError."""
        tables = [stop.over(top) for stop in top.tables("stops")]
        check_stops(top, tables)
        return tables

    def place(self, top: Table, count: int) -> tuple[int, tuple[tuple[int, str], ...], str, int]:
        """Of a lesson the stop, from 0, what was answered, the lesson after, and the page. Raises LoadError."""
        for key in ("stop", "page", "answers", "next"):
            if key in top and not count:
                raise top.error(key, f"{key} is of a lesson, and there are no [[stops]]")
        if not count:
            return 0, (), "", 0
        following = top.one_of("next", "", ("", *lesson_names())) if "next" in top else ""
        page = top.whole("page", 1, 1, MOST_PAGES) - 1
        return top.whole("stop", 1, 1, count) - 1, answers_of(top, count), following, page

    def stop(self, table: Table) -> Stop:
        """One of [[stops]], over the session. Raises LoadError."""
        table.known(STOP)
        title, text, asked = table.text("title"), table.raw("text", ""), table.table("question")
        question = None if asked is None else question_of(asked)
        return Stop(title, text, self.state(table), question, table.raw("notes", ""))

    def ingredients(self, table: Table) -> Ingredients:
        """What runs in the session or at a stop, before any of its parameters are made. Raises LoadError."""
        about = table.part("sequence")
        if about.base is not None and ("path" in about.values or "x" in about.values):
            about = replace(about, base=None)
        key = self.words(about.merged())
        if key not in self.sources:
            self.sources[key] = self.source(about)
        source, sequence = self.sources[key]
        net = replace(table.part("network"), base=None)
        named = (*self.words(net.merged()), ("allow_nonfinite", str(source.allow_nonfinite)))
        if named not in self.blueprints:
            self.blueprints[named] = Networks(self.access).network(net, source.allow_nonfinite)
        whole = (key, named)
        if whole not in self.claimed:
            self.claimed.add(whole)
            with told(net, "model" if "model" in net else "cell"):
                self.claim(net, self.blueprints[named], sequence)
        return Ingredients(whole, source, sequence, self.blueprints[named], net)

    def claim(self, net: Table, blueprint: Blueprint, sequence: Sequence) -> None:
        """Counts what a network will take. Raises InputError."""
        if blueprint.initial_state:
            self.budget.take(net, "initial_state", _size(blueprint.initial_state))
        if blueprint.numbers is not None:
            layers = blueprint.numbers.network.layers
            held = sum(array.nbytes for layer in layers for array in layer.parameters.values())
            self.budget.take(net, "layers", held * WRITTEN_OUT, len(layers))
        elif blueprint.model:
            self.budget.take(net, "model", _size(blueprint.model))
        else:
            planned = blueprint.planned(sequence)
            self.budget.take(net, "hidden", sum(each.bytes for each in planned), sum(each.count for each in planned))

    def words(self, values: Mapping[str, Any]) -> Words:
        """What a table says, to tell it from others; a long value is written only once, however many stops have it."""
        for value in values.values():
            if id(value) not in self.written:
                self.written[id(value)] = repr(value)
        return tuple((key, self.written[id(value)]) for key, value in values.items())

    def run(self, table: Table) -> tuple[Recipe, Run]:
        """What runs in the session, at a stop or beside, and its run without learning and edits. Raises LoadError."""
        made = self.ingredients(table)
        if made.key not in self.built:
            with told(made.net, "model" if "model" in made.net else "cell"):
                numbers = made.blueprint.build(made.sequence, made.source.allow_nonfinite)
            with told(table, "network" if "network" in table else "sequence"):
                self.built[made.key] = run_of(made.sequence, numbers)
        learning, edits = self.learning(table.table("learning")), edits_of(table)
        if not any(edit.goes_on for edit in edits):  # which the keys of a table below it do not change
            edits = generated_of(table, edits, made.blueprint.seed)
        return Recipe(made.source, made.blueprint, learning, edits), self.built[made.key]

    def beside(self, table: Table) -> Recipe | None:
        """The run beside, which is as the session's but for what is said of it; that of a stop takes the place of the
        whole, and an empty one is none. Raises LoadError."""
        own = table.table("beside")
        if own is None or not own.values:
            return None
        own.known((*RUN, "reference"))
        whole = own.over(replace(table, values={"edits": []}, base=table))  # the session's edits are not those beside
        recipe, run = self.run(whole)
        if "reference" in own.values:
            path = self.access.path(own, "reference", own.raw("reference"))
            recipe = replace(recipe, reference=path)
            with told(own, "reference"):
                run = recipe.referred(run)
        check_run(recipe, run, whole)
        return recipe

    def state(self, table: Table) -> Session:
        """All but the stops. Raises LoadError."""
        recipe, run = self.run(table)
        now = replace(table, base=None)
        shown = table.part("display")
        gaze, hidden = gaze_of(shown)
        session = Session(
            recipe,
            at=table.whole("at", 0, 0),
            epoch=table.whole("epoch", 1, 1),
            gaze=gaze,
            look=look_of(shown),
            breaks=breaks_of(table, gaze.layer),
            arrived=tuple(sorted(set(wholes(now, "arrived", [])))),
            marks=marks_of(now),
            hidden=hidden,
            beside=self.beside(table),
        )
        return check(session, run, table)

    def source(self, table: Table) -> tuple[Source, Sequence]:
        """Which sequence, and the sequence. Raises LoadError."""
        table.known(dict.fromkeys((*OF_FILE, *INLINE)))
        inline = "x" in table
        for key in table.merged():
            if key not in (INLINE if inline else OF_FILE):
                hint = "it goes with the path of a file" if inline else "it goes with the rows themselves, x = [[...]]"
                raise table.error(key, f"{key} does not go with {'x' if inline else 'a file'}", hint)
        nonfinite = table.flag("allow_nonfinite", False)
        if inline:
            source = Source(allow_nonfinite=nonfinite, inline=rows_of(table, nonfinite))
        else:
            path = self.path(table, "path", table.raw("path", "hello.txt"))
            with told(table, "path"):
                source = Source(path, **options_of(table))
        with told(table, "path"):
            sequence = source.load()
        self.budget.take(table, "x" if inline else "path", sequence.held * (WRITTEN_OUT if inline else 1))
        if "order" in table:
            sequence = reordered(table, sequence)
            source = Source(allow_nonfinite=nonfinite, inline=sequence)
        return source, sequence

    def path(self, table: Table, key: str, given: str) -> str:
        """The file of a sequence, or a built-in one, as this process names it. Raises LoadError."""
        path = self.access.sample(given) or self.access.path(table, key, given)
        self.budget.take(table, key, _size(path))
        return path

    def learning(self, table: Table | None) -> Learning | None:
        """How the network learns, and which file it is judged by. Raises LoadError."""
        learning = learning_of(table)
        if table is None or learning is None or not learning.validation or learning.validation.isdecimal():
            return learning
        return replace(learning, validation=self.path(table, "validation", learning.validation))


def _size(path: str) -> int:
    """The bytes of a file; 0 where it is none, which is told where it is read."""
    try:
        return os.stat(path).st_size if os.path.isfile(path) else 0
    except (OSError, ValueError):
        return 0
