"""References: how a text names a number, everywhere in the same way.

``s[3][1]`` is unit 1 of s at t = 3, and ``s[0][1]`` what it begins with; ``W[2][3]`` is row 2, column 3 of a parameter,
which has no time, ``b[2]`` and ``g`` are parameters that are a vector and a single number. ``s[t][1]`` and
``s[t-1][2]`` are at the cursor and before it, in the direction of the layer, as its equations write it. ``2:f[7][4]``
is of layer 2. ``dL/ds[3][1]`` and ``dL/dW[2][3]`` are gradients of the loss, and their parts are ``dL/ds.here[t][1]``
(through this timestep), ``dL/ds.later[t][1]`` (from the timestep that reads the state), ``dL/dW.here[2][3]`` (of the
timestep at the cursor) and ``dL/dW.gathered[2][3]`` (from the end of its window back to it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from typing import Any

from numpy.typing import NDArray

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.errors import InputError
from rnn_tui.core.network import Network
from rnn_tui.core.run import Walk

Array = NDArray[Any]
HERE, LATER, GATHERED = "here", "later", "gathered"
PARTS = (HERE, LATER, GATHERED)
BACK = 9
"""How many timesteps before the cursor can be named."""
WRITTEN = re.compile(
    r"(?:(?P<layer>\d{1,4}):)?(?P<gradient>dL/d|d )?(?P<name>[A-Za-z][A-Za-z0-9_]*)(?:[. ](?P<part>[a-z]+))?"
    rf"(?P<time>\[t(?:-[1-{BACK}])?\])?(?P<places>(?:\[\d{{1,9}}\])*)",
    re.ASCII,
)
"""A session file of before 1.0 has ``d s here[1]`` for ``dL/ds.here[t][1]``, which is still read."""
PLACE = re.compile(r"\d+")


class NoSuchNumber(InputError):
    """A text that names no number, or one that there is not."""


@dataclass(frozen=True)
class Ref:
    """The name of one number.

    Attributes:
        name: the quantity, as the equations write it.
        layer: from 1; 0 is the layer that is shown.
        t: the timestep, or None for a parameter and where `offset` says it.
        offset: 0 for the cursor, -1 for the timestep before it in the direction of the layer, or None.
        row, column: from 0; None where it has none: a vector has rows alone, a single parameter neither.
        gradient: whether it is the gradient of the loss by that number.
        part: of a gradient ``here``, ``later`` or ``gathered``; empty is all of it.
    """

    name: str
    layer: int = 0
    t: int | None = None
    offset: int | None = None
    row: int | None = None
    column: int | None = None
    gradient: bool = False
    part: str = ""

    @classmethod
    def parse(cls, text: str, parameters: Container[str] = ()) -> Ref:
        """Reads a reference; the names in `parameters` are those without a time. Raises NoSuchNumber."""
        name, read = _read(text)
        return read(name not in parameters)

    @classmethod
    def about(cls, text: str, network: Network, layer: int) -> Ref:
        """Reads a reference to a number of a network, of this layer (from 0) where it names none.

        Raises:
            NoSuchNumber: it names no number, or a layer that there is not.
        """
        own = cls.parse(text).layer
        if own > len(network.layers):
            raise _wrong(text, f"there is no layer {own}", f"the network has 1 to {len(network.layers)}")
        return cls.parse(text, network.layers[own - 1 if own else layer].cell.parameters)

    @classmethod
    def selected(cls, text: str) -> Ref:
        """Reads a reference to a number at the cursor, where no other time can stand: ``f[2]`` is ``f[t][2]``.

        Whether it is a parameter is not known yet: `t` and `offset` are None where no time is written.

        Raises:
            NoSuchNumber: it names no number.
        """
        return _read(text)[1](False)

    def __str__(self) -> str:
        layer = f"{self.layer}:" if self.layer else ""
        name = f"dL/d{self.name}" if self.gradient else self.name
        time = "" if self.t is None else f"[{self.t}]"
        if self.offset is not None:
            time = f"[t{self.offset or ''}]"
        places = "".join(f"[{place + 1}]" for place in self.place)
        return f"{layer}{name}{'.' if self.part else ''}{self.part}{time}{places}"

    @property
    def place(self) -> tuple[int, ...]:
        """Row and column, as far as it has them, from 0."""
        return tuple(place for place in (self.row, self.column) if place is not None)

    @property
    def timed(self) -> bool:
        """Whether it is a number of a timestep, and not a parameter's."""
        return self.t is not None or self.offset is not None

    def value(self, walk: Walk, layer: int, cursor: int = 0) -> float:
        """The number; what has no time of its own is as used at the cursor.

        Args:
            walk: the run.
            layer: the layer shown, from 0, which counts where the reference names none.
            cursor: the timestep that ``t`` stands for.

        Raises:
            NoSuchNumber: there is no such number.
        """
        index = self.layer - 1 if self.layer else layer
        if index >= len(walk.network.layers):
            raise self._wrong(f"there is no layer {index + 1}", f"the network has 1 to {len(walk.network.layers)}")
        parameters = walk.network.layers[index].cell.parameters
        if self.name in parameters and self.timed:
            raise self._wrong(f"{self.name} is a parameter and has no timestep", f"write {self.name}[1]")
        if self.name not in parameters and not self.timed:
            raise self._wrong(f"{self.name} needs a timestep and a unit", f"write {self.name}[3][1], unit 1 at t = 3")
        known = self._gradients(walk, index, cursor) if self.gradient else self._recorded(walk, index, cursor)
        if self.name not in known:
            t = self.when(cursor, walk.network.layers[index].reverse)
            raise self._wrong(f"the layer has no {self.name}" + (f" at t = {t}" if self._outside(walk, t) else ""))
        array = known[self.name]
        if len(self.place) != array.ndim or any(i >= n for i, n in zip(self.place, array.shape, strict=True)):
            size = "x".join(map(str, array.shape)) or "a single number"
            raise self._wrong(f"{self.name} is {size}, and units count from 1")
        return float(array[self.place])

    def when(self, cursor: int, reverse: bool = False) -> int:
        """The timestep it is of; a layer that runs backwards in time has t + 1 before t."""
        if self.t is not None:
            return self.t
        return cursor + (self.offset or 0) * (-1 if reverse else 1)

    def _outside(self, walk: Walk, t: int) -> bool:
        return not 1 <= t <= len(walk)

    def _time(self, walk: Walk, layer: int, cursor: int) -> int:
        """The timestep; the initial state is at 0, in a layer that runs backwards at T + 1. Raises NoSuchNumber."""
        reverse = walk.network.layers[layer].reverse
        t, last = self.when(cursor, reverse), walk.last
        if not 0 <= t <= last + reverse:  # what runs backwards learns the whole sequence at once, so that last is T
            raise self._wrong(f"there is no t = {t}, the sequence has 1 to {last}")
        return t

    def _recorded(self, walk: Walk, layer: int, cursor: int) -> Mapping[str, Array]:
        """What a layer computed at the timestep, by name."""
        if not self.timed:
            return walk.at(cursor).layers[layer].parameters
        t = self._time(walk, layer, cursor)
        if t > len(walk):
            return walk.at(len(walk)).layers[layer].state_prev
        step = walk.at(t).layers[layer]
        return {**step.inputs, **step.values, **step.state}

    def _gradients(self, walk: Walk, layer: int, cursor: int) -> Mapping[str, Array]:
        """The gradients at the timestep, by name."""
        teaching = walk.teaching
        if teaching is None:
            raise self._wrong("the network does not learn, so it has no gradients")
        parameters = walk.network.layers[layer].cell.parameters
        allowed = (HERE, GATHERED) if self.name in parameters else (HERE, LATER)
        if self.part not in ("", *allowed):
            raise self._wrong(f"a gradient by {self.name} has no part {self.part}", f"it has {' and '.join(allowed)}")
        t = self._time(walk, layer, cursor)
        if self._outside(walk, t):
            first = teaching.adjoint(layer, 1 if t == 0 else len(walk))
            begins = walk.network.layers[layer].begins(len(walk))
            return first.state_prev if t == begins and not self.part and self.name not in parameters else {}
        adjoint = teaching.adjoint(layer, t)
        if self.name in parameters:
            if self.part == HERE:
                return adjoint.parameters
            begin = t if self.part == GATHERED else teaching.update_at(t).window.first
            return {self.name: teaching.sum_back(layer, self.name, begin)}
        by_part = {HERE: adjoint.local, LATER: adjoint.later}
        return by_part[self.part] if self.part else {**adjoint.inputs, **adjoint.named}

    def _wrong(self, why: str, hint: str = "") -> NoSuchNumber:
        return _wrong(str(self), why, hint)


def _wrong(text: str, why: str, hint: str = "") -> NoSuchNumber:
    return NoSuchNumber("", text, why, hint)


def _read(text: str) -> tuple[str, Callable[[bool], Ref]]:
    """The name in a reference, and what gives the reference once it is known whether that name has a time."""
    written = WRITTEN.fullmatch(text.strip())
    if written is None:
        hint = "write one like y[3][1], unit 1 of y at t = 3, or W[2][3]"
        raise NoSuchNumber("", repr(text.strip()[:40]), "names no number", hint)
    part, time, places = written["part"] or "", written["time"], [int(n) for n in PLACE.findall(written["places"])]
    gradient = written["gradient"] is not None
    if part and (not gradient or part not in PARTS):
        raise _wrong(text, f"there is no part {part}", f"a gradient has {', '.join(PARTS)}")
    if written["layer"] and not int(written["layer"]):
        raise _wrong(text, "there is no layer 0", "layers count from 1")

    def ref(timed: bool) -> Ref:
        t, rows = None, places
        if timed and time is None and len(places) > 1:
            t, *rows = places
        if len(rows) > 2 - (t is not None or time is not None):
            raise _wrong(text, "has too many places", "a vector has a timestep and a unit, a matrix row and column")
        if 0 in rows:
            raise _wrong(text, "there is no unit 0", "units count from 1")
        offset = None if time is None else int(time[2:-1] or 0)
        row, column = ([n - 1 for n in rows] + [None, None])[:2]
        return Ref(written["name"], int(written["layer"] or 0), t, offset, row, column, gradient, part)

    return written["name"], ref
