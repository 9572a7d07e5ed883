"""A lesson's file read for every fault in it, where the app stops at the first.

What is at fault is noted and left out, and all is read again. What a stop runs cannot be left out: of a stop whose
sequence or network is at fault nothing more is known.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import field
from pathlib import Path
from typing import Any, TypeVar

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError
from rnn_tui.files.errors import LoadError
from rnn_tui.session.access import Access, Allow
from rnn_tui.session.file import text_of
from rnn_tui.session.model import Stop
from rnn_tui.session.reading import Reading
from rnn_tui.session.tables import VERSION, Place, Table, parse

T = TypeVar("T")
RUNS = ("sequence", "network")
"""The tables without which nothing runs."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which stop, from 1; 0 is none."""

    error: InputError
    stop: int = 0


@dataclass
class Examined:
    """A lesson's file.

    Attributes:
        shown: what it is called.
        titles: of all stops.
        stops: the number, from 1, the table and what it says of every stop that can be run; what is at fault is left
            out of it.
        faults: what is wrong.
    """

    shown: str
    titles: list[str] = field(default_factory=list)
    stops: list[tuple[int, Table, Stop]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def examined(path: str | os.PathLike[str], allow: Allow | None = None) -> Examined:
    """Reads a file, or a built-in lesson by its name; as `read_session`, but that nothing is raised."""
    found = Examined(os.fspath(path))
    try:
        text, found.shown = text_of(path)
        top = parse(text, found.shown)
    except LoadError as error:
        found.faults.append(Fault(error))
        return found
    except RecursionError:
        found.faults.append(Fault(LoadError(found.shown, "", "this is too deeply nested")))
        return found
    _Examination(found, top, Access(found.shown, Path(found.shown).parent, allow)).whole()
    return found


class _Examination:
    """The reading of one file."""

    def __init__(self, found: Examined, top: Table, access: Access) -> None:
        self.found, self.reading = found, Reading(found.shown, access)
        self.top = Table(top.shown, deepcopy(dict(top.values)), top.lines, ())
        self.left_out: dict[Place, Any] = {}
        """What was at fault."""

    def whole(self) -> None:
        """All of the file."""
        if self.top.get("version") != VERSION:
            self.try_for(0, lambda: self.reading.head(self.top))
            if type(self.top.get("version")) is int:
                return  # nobody knows how it is to be read
            self.put((), "version", VERSION)
        self.try_for(0, lambda: self.reading.head(self.top))
        tables = self.try_for(0, lambda: self.reading.stops(self.top))
        if tables is None:
            return
        self.try_for(0, lambda: self.reading.state(self.top))
        self.try_for(0, lambda: self.reading.place(self.top, len(tables)))
        for number, table in enumerate(tables, 1):
            self.stop(number, table)

    def stop(self, number: int, table: Table) -> None:
        """One stop; one without a title has an empty one."""
        title = self.try_for(number, lambda: table.text("title"))
        if title is None:
            title = ""
            self.put(table.path, "title", title)
        self.found.titles.append(title)
        stop = self.try_for(number, lambda: self.reading.stop(table))
        if stop is not None:
            self.found.stops.append((number, table, stop))

    def try_for(self, number: int, read: Callable[[], T]) -> T | None:
        """What is read, with what is at fault left out; None where too much is."""
        while True:
            try:
                return read()
            except InputError as error:
                if not self.repaired(number, error):
                    return None

    def repaired(self, number: int, error: InputError) -> bool:
        """Notes a fault and leaves out what it is about. Whether there is anything to be left out."""
        place = self.place(error.where)
        if not any(out[:-1] == place for out in self.left_out):  # else it follows from what was left out
            self.note(Fault(error, number))
        if len(place) < (1 if place[:1] != ("stops",) else 3) or any(name in place for name in RUNS):
            return False
        holder = self.at(place[:-1])
        self.left_out[place] = holder.pop(place[-1])
        return True

    def note(self, fault: Fault) -> None:
        """A fault, once: what all stops have from the top is told of the first."""
        said = (fault.error.where, fault.error.why)
        if said not in [(each.error.where, each.error.why) for each in self.found.faults]:
            self.found.faults.append(fault)

    def place(self, where: str) -> Place:
        """The innermost table or key on a line that is there still; of one that is not, the table it was in."""
        line = re.match(r"line (\d+)", where)
        on_it = [place for place, at in self.top.lines.items() if line and at == int(line[1])]
        place: Place = max(on_it, key=len, default=())
        while place and not self.there(place):
            place = place[:-1]
        return place

    def there(self, place: Place) -> bool:
        """Whether something is at a place."""
        try:
            self.at(place)
        except (LookupError, TypeError):
            return False
        return True

    def at(self, place: Place) -> Any:
        """What is at a place. Raises LookupError or TypeError."""
        value: Any = self.top.values
        for key in place:
            value = value[key]
        return value

    def put(self, place: Place, key: str, value: Any) -> None:
        """Says something that is missing."""
        self.at(place)[key] = value
