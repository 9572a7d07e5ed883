"""Session files, read: from the tables of a file to a Session that is known to fit together."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from rnn_tui.cells import cell_names
from rnn_tui.core.cell import Cell
from rnn_tui.core.layer import Array, Layer
from rnn_tui.core.network import JOINS
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.texts import one_line
from rnn_tui.files.errors import LoadError
from rnn_tui.files.models import joined
from rnn_tui.files.samples import sample_folder, sample_path
from rnn_tui.files.source import Source as Bytes
from rnn_tui.files.source import quoted
from rnn_tui.session.checking import check, told
from rnn_tui.session.model import Blueprint, Lesson, Numbers, Recipe, Session, Source, Stop
from rnn_tui.session.parts import (
    DTYPES,
    answers_of,
    breaks_of,
    gaze_of,
    learning_of,
    look_of,
    marks_of,
    numbers_of,
    question_of,
    reordered,
    rows_of,
    sizes_of,
    wholes,
)
from rnn_tui.session.tables import VERSION, Table

NOW = ("arrived", "marks")
"""What belongs to the moment, and is not handed on to the stops of a lesson."""
TOP = ("version", "at", "epoch", "breaks", *NOW, "sequence", "network", "learning", "display")
OF_LESSON = ("stop", "answers", "stops")
STOP = ("title", "text", "at", "epoch", "breaks", "sequence", "network", "learning", "display", "question")
OF_FILE = ("path", "number", "words", "targets", "allow_nonfinite", "order")
INLINE = ("x", "targets", "labels", "features", "name", "dtype", "allow_nonfinite", "order")
RANDOM = ("cell", "hidden", "seed")
NETWORK = (*RANDOM, "model", "layers", "dtype")
LAYER = ("cell", "text", "reverse", "reads", "parameters", "state")
MOST_LAYERS = 1000

Allow = Callable[[str], bool]
"""Asked whether a file outside the session's folder may be read, in a sentence that says which."""


@dataclass
class Reading:
    """A session file being read.

    Attributes:
        shown: what errors call it.
        folder: what its paths are relative to.
        allow: asked before a file outside the folder is read; None is a no.
    """

    shown: str
    folder: Path
    allow: Allow | None = None
    allowed: set[str] = field(default_factory=set)
    sources: dict[str, tuple[Source, Sequence]] = field(default_factory=dict)
    blueprints: dict[str, Blueprint] = field(default_factory=dict)
    built: dict[str, Numbers] = field(default_factory=dict)

    def session(self, top: Table) -> Session:
        """The whole file. Raises LoadError."""
        version = top.whole("version", 0)
        if "version" not in top:
            raise LoadError(self.shown, "", "does not say its version", f"write version = {VERSION} at its top")
        if version != VERSION:
            newer = "a newer program reads it" if version > VERSION else "there is none before"
            raise top.error("version", f"version {version} is not known, {VERSION} is", newer)
        top.known((*TOP, *OF_LESSON))
        own = self.state(top)
        stops = tuple(self.stop(stop.over(top)) for stop in top.tables("stops"))
        for key in ("stop", "answers"):
            if key in top and not stops:
                raise top.error(key, f"{key} is of a lesson, and there are no [[stops]]")
        if not stops:
            return own
        lesson = Lesson(stops, top.whole("stop", 1, 1, len(stops)) - 1, answers_of(top, len(stops)))
        return replace(own if "stop" in top else stops[0].session, lesson=lesson)

    def stop(self, table: Table) -> Stop:
        """One of [[stops]], over the session. Raises LoadError."""
        table.known(STOP)
        title, text, question = table.text("title"), table.paragraphs("text", ""), table.table("question")
        return Stop(title, text, self.state(table), None if question is None else question_of(question))

    def state(self, table: Table) -> Session:
        """All but the stops. Raises LoadError."""
        nothing = Table(self.shown, {}, table.lines, table.path)
        about = table.table("sequence") or nothing
        if about.base is not None and ("path" in about.values or "x" in about.values):
            about = replace(about, base=None)
        now = replace(table, base=None)
        key = repr(about.merged())
        if key not in self.sources:
            self.sources[key] = self.source(about)
        source, sequence = self.sources[key]
        net = replace(table.table("network") or nothing, base=None)
        named = repr((net.merged(), source.allow_nonfinite))
        if named not in self.blueprints:
            self.blueprints[named] = self.network(net, source.allow_nonfinite)
        recipe = Recipe(source, self.blueprints[named], learning_of(table.table("learning")))
        shown = table.table("display") or nothing
        gaze, hidden = gaze_of(shown)
        whole = f"{key} {named}"
        if whole not in self.built:
            with told(net, "model" if "model" in net else "cell"):
                self.built[whole] = recipe.blueprint.build(sequence, source.allow_nonfinite)
        numbers = self.built[whole]
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
        )
        return check(session, sequence, numbers, table)

    def path(self, table: Table, key: str, given: str) -> str:
        """A path of the file as this process names it. Raises LoadError where it may not be read."""
        if given in ("", "-") or "\0" in given:
            raise table.error(key, f"{quoted(given)} is no file", "a file in the session's folder is needed")
        path = self.folder / given
        try:
            real, inside = path.resolve(), (self.folder.resolve(), sample_folder().resolve())
        except (OSError, RuntimeError):  # symbolic links in a circle
            raise table.error(key, f"{quoted(given)} cannot be found") from None
        if not any(real.is_relative_to(folder) for folder in inside) and str(real) not in self.allowed:
            sentence = f"{one_line(self.shown)} reads {one_line(str(real))}, which is outside its folder"
            if self.allow is None or not self.allow(sentence):
                why = f"{quoted(given)} is outside the session's folder and may not be read"
                raise table.error(key, why, "move it there, or say --allow-outside")
            self.allowed.add(str(real))
        return str(path)

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
            given = table.raw("path", "hello.txt")
            sample = None if (self.folder / given.replace("\0", "")).is_file() else sample_path(given)
            if sample is not None:
                path = str(sample) if os.path.isfile(given) else given  # not what lies about in the current folder
            else:
                path = self.path(table, "path", given)
            number, targets = table.whole("number", 1), table.whole("targets", 0)
            source = Source(path, number, table.flag("words", False), targets, nonfinite)
        with told(table, "path"):
            sequence = source.load()
        if "order" in table:
            sequence = reordered(table, sequence)
            source = Source(allow_nonfinite=nonfinite, inline=sequence)
        return source, sequence

    def network(self, table: Table, nonfinite: bool) -> Blueprint:
        """Which network. Raises LoadError."""
        table.known(NETWORK)
        whole = next((key for key in ("layers", "model") if key in table), "")
        for key in table.values:
            if whole and key != whole and not (whole == "layers" and key == "dtype"):
                raise table.error(key, f"{key} does not go with {whole}", "the network is there already")
        if whole == "model":
            return Blueprint(model=self.path(table, "model", table.raw("model")))
        if whole == "layers":
            return Blueprint(numbers=self.layers(table, nonfinite))
        given = table.get("cell")
        listed = isinstance(given, list) and table.texts("cell")
        names = tuple(given) if listed else tuple(table.raw("cell", "elman").split(","))
        if not 1 <= len(names) <= MOST_LAYERS:
            raise table.error("cell", f"there are {len(names)} cells", f"1 to {MOST_LAYERS} are needed")
        cells = tuple(self.cell(table, name) for name in names)
        return Blueprint(cells, sizes_of(table), table.whole("seed", 0, 0))

    def cell(self, table: Table, name: str) -> str:
        """A cell by name, or the path of its file, with what stands after its colon."""
        before, colon, way = name.rpartition(":")
        plain = before if colon and way in ("reverse", *JOINS) else name
        if plain in cell_names() or not (os.sep in plain or plain.endswith(".toml")):
            if plain not in cell_names():
                with told(table, "cell"):
                    Cell.named(f"./{plain}" if os.path.exists(plain) else plain)  # which says what is near
                raise table.error("cell", f"there is no cell {quoted(plain)}", "a cell's file ends in .toml")
            return name
        return self.path(table, "cell", plain) + name[len(plain) :]

    def layers(self, table: Table, nonfinite: bool) -> Numbers:
        """The network of [[network.layers]], and the state it begins with. Raises LoadError."""
        tables = table.tables("layers")
        if not 1 <= len(tables) <= MOST_LAYERS:
            raise table.error("layers", f"there are {len(tables)} layers", f"1 to {MOST_LAYERS} are needed")
        reads = [wholes(each, "reads", [i]) for i, each in enumerate(tables)]
        layers = [self.layer(each, nonfinite) for each in tables]
        dtype = np.dtype(table.one_of("dtype", "float64", DTYPES))
        with told(table, "layers"), np.errstate(all="ignore"):
            where = Bytes(self.shown, "", None, b"", 1, lambda done, total: None)
            network = joined(where, layers, [tuple(i - 1 for i in each) for each in reads]).astype(dtype)
        return Numbers(network, tuple(self.arrays(each.table("state"), nonfinite) for each in tables))

    def arrays(self, table: Table | None, nonfinite: bool) -> dict[str, Array]:
        """Names and their numbers; nothing where there is no table. Raises LoadError."""
        return {} if table is None else {key: numbers_of(table, key, nonfinite) for key in table.values}

    def layer(self, table: Table, nonfinite: bool) -> Layer:
        """One layer with its numbers. Raises LoadError."""
        table.known(LAYER)
        name = table.raw("cell")
        with told(table, "text"):
            cell = replace(Cell.parse(table.raw("text"), name), name=name) if "text" in table else None
        if cell is None:
            with told(table, "cell"):
                cell = Cell.named(self.cell(table, name))
        given = table.table("parameters")
        with told(given or table):
            return Layer(cell, self.arrays(given, nonfinite), table.flag("reverse", False))
