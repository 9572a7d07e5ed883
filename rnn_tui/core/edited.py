"""A run with edits: the same network reading the same sequence, but for what a person has changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.assigning import assigned, misshapen, places_of
from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.edits import ALL, FREE, GENERATE, SPOKEN, Assignment, Edit, EditError, Order
from rnn_tui.core.interventions import Force, Interventions
from rnn_tui.core.layer import Layer
from rnn_tui.core.nearest import nearest
from rnn_tui.core.plan import sum_names
from rnn_tui.core.run import Run
from rnn_tui.core.shapes import size_of
from rnn_tui.core.texts import megabytes
from rnn_tui.core.voice import voice_of

Array = NDArray[Any]
NOT_LEARNING = "x, parameters and the states at t = 0 can be changed, or learn no more"
LARGEST = 2**29
"""Bytes of x above which it is not copied to be changed."""


def edited(run: Run, edits: Iterable[Edit], nonfinite: bool = False) -> Run:
    """A run with edits, in their order; those switched off do not count. The run itself where none is left.

    Args:
        run: without edits.
        edits: what is changed.
        nonfinite: let infinity and NaN be assigned.

    Raises:
        EditError: an edit that does not fit the run.
    """
    given = [edit for edit in edits if edit.enabled]
    if not given:
        return run
    changed = _Changed(run, nonfinite)
    for edit in given:
        if isinstance(edit.change, Order):
            changed.order(edit.change)
        else:
            changed.assign(edit.change)
    return changed.run()


@dataclass
class _Changed:
    """What has been changed so far.

    Attributes:
        base: the run without edits.
        nonfinite: whether infinity and NaN may be assigned.
        first: the first timestep that may be another one than in the base.
        resets: timesteps before which states begin afresh.
        always: whether they do before every one.
        spoken: what lets x be what y said.
        altered: whether anything else is changed.
    """

    base: Run
    nonfinite: bool
    first: int = field(init=False)
    resets: set[int] = field(default_factory=set)
    always: bool = False
    spoken: dict[str, Order] = field(default_factory=dict)
    altered: bool = False

    def __post_init__(self) -> None:
        base = self.base
        self.sequence, self.network = base.sequence, base.network
        self.initial = [dict(state) for state in base.initial_state]
        self.first = len(self.sequence) + 1
        self.forces: list[list[Force]] = [list(base.interventions.of(i)) for i in range(len(base.network.layers))]
        self._mine: Array | None = None  # a copy of x that nothing else reads yet

    def run(self) -> Run:
        """The changed run. Raises InputError where it does not fit."""
        base, count = self.base, len(self.sequence)
        resets = np.arange(1, self.end + 1) if self.always else np.array(sorted(self.resets), np.int64)
        done, same = Interventions(tuple(map(tuple, self.forces)), resets), (base, min(self.first, len(base) + 1))
        changed = base
        if self.altered:
            learning = None if base.learner is None else base.learner.learning
            own = replace(done, resets=resets[resets <= count])
            changed = Run(self.network, self.sequence, self.initial, learning, own, same, base.validation, base.notes)
        if not self.spoken:
            return changed
        begins, orders = self.sequence.resets, self.spoken.values()
        voice = voice_of(self.network, changed.sequence, changed.readout, orders, begins)
        return changed.continued(voice, done, same)

    @property
    def end(self) -> int:
        """The last timestep, past the end of the sequence where it goes on."""
        return len(self.sequence) + (self.spoken[GENERATE].number if GENERATE in self.spoken else 0)

    def speak(self, order: Order) -> None:
        """x that is what y said. Raises EditError."""
        if order.what in self.spoken:
            why = f"{self.spoken[order.what]} is there already"
            raise EditError("", str(order), why, "one of the two can be, switch the other off")
        if order.what == FREE:
            self._there(str(order), order.number, until=len(self.sequence))
        self.spoken[order.what] = order
        self._from(order.number if order.what == FREE else len(self.sequence) + 1)

    def order(self, order: Order) -> None:
        """Another order of the timesteps, or a new beginning. Raises EditError."""
        if order.what in SPOKEN:
            self.speak(order)
            return
        count, self.altered = len(self.sequence), True
        if order.what != "reset" and self.spoken:
            why = f"the order of the timesteps cannot change after {next(iter(self.spoken.values()))}"
            raise EditError("", str(order), why, "give it before")
        if order.what == "repeat" or (order.what == "reset" and order.number):
            self._there(str(order), order.number)
        if order.what == "reset":
            if not self.network.recurrent:
                raise EditError("", str(order), "no layer keeps a state", "there is nothing to begin afresh")
            self.resets |= {order.number} if order.number else set()
            self.always |= not order.number
            self._from(order.number or 1)
            return
        rows = np.arange(count)
        if order.what == "repeat":
            rows = np.insert(rows, order.number, order.number - 1)
        elif order.what == "reverse":
            rows = rows[::-1]
        else:
            rows = np.random.default_rng(order.number).permutation(count)
        self.sequence, self._mine = self.sequence.ordered(rows), None
        moved = np.flatnonzero(rows[:count] != np.arange(count))
        self._from(int(moved[0]) + 1 if moved.size else count + 1)

    def assign(self, change: Assignment) -> None:
        """Another value for some numbers. Raises EditError."""
        self.altered = True
        if not (change.value.finite or self.nonfinite):
            raise EditError("", str(change), "an infinite number or NaN is refused", "--allow-nonfinite lets it in")
        index = self._layer(change)
        layer = self.network.layers[index]
        if change.name in layer.cell.parameters:
            self._parameter(change, index, layer)
        elif change.name in layer.cell.inputs:
            self._input(change, index)
        elif change.name in layer.cell.shapes:
            self._computed(change, index, layer)

    def _layer(self, change: Assignment) -> int:
        """The layer, from 0: the one that is named, or the only one with such a name."""
        layers = self.network.layers
        if change.layer > len(layers):
            why = f"there is no layer {change.layer}"
            raise EditError("", str(change), why, f"the network has 1 to {len(layers)}")
        names = [(*each.cell.parameters, *each.cell.inputs, *each.cell.shapes) for each in layers]
        if change.layer:
            if change.name not in names[change.layer - 1]:
                why = f"layer {change.layer} has no {change.name}"
                raise EditError("", str(change), why, nearest(change.name, names[change.layer - 1]))
            return change.layer - 1
        if change.name == "x":
            return 0
        inside = {inner: target for each in layers for target, inner in sum_names(each.cell).items()}
        having = [index for index, own in enumerate(names) if change.name in own]
        if not having:
            known = dict.fromkeys(name for own in names for name in own)
            if change.name in inside:
                why = f"{change.name} is the sum inside {inside[change.name]}"
                raise EditError("", str(change), why, f"change {inside[change.name]}, or what is added up")
            raise EditError("", str(change), f"there is no quantity {change.name}", nearest(change.name, known))
        if len(having) > 1:
            numbers = " and ".join(str(index + 1) for index in having)
            hint = f"write {having[0] + 1}:{change}"
            raise EditError("", str(change), f"{change.name} is in layers {numbers}", hint)
        return having[0]

    def _parameter(self, change: Assignment, index: int, layer: Layer) -> None:
        array = np.array(layer.parameters[change.name])
        self._put(change, array, places_of(change, change.places, array.shape))
        own = layer.with_parameters({**layer.parameters, change.name: array})
        self.network = self.network.with_layer(index, own)
        self._from(1)

    def _input(self, change: Assignment, index: int) -> None:
        below = self.network.reads[index][list(self.network.layers[index].cell.inputs).index(change.name)] + 1
        if below:
            right = f"write {replace(change, layer=below, name='y')}"
            raise EditError("", str(change), f"{change.name} of layer {index + 1} is the y of layer {below}", right)
        time = self._time(change)
        free = self.spoken[FREE].number if FREE in self.spoken else len(self.sequence) + 1
        if time is not ALL and time >= free:
            raise EditError("", str(change), f"x at t = {time} is what y said", "change y, or what it is made of")
        x = self._x(change)
        if change.value.label:
            self._label(change, x, time)
        else:
            places = places_of(change, change.places[1:], x.shape[1:])
            self._put(change, x, (slice(None) if time is ALL else time - 1, *places))
        self.sequence = replace(self.sequence, x=x)
        self._from(time or 1)

    def _x(self, change: Assignment) -> Array:
        """A copy of x that may be changed."""
        if self._mine is not None:
            return self._mine
        x = self.sequence.x
        if x.nbytes > LARGEST:
            why = f"x has {megabytes(x.nbytes)}, too many to be changed"
            raise EditError("", str(change), why, f"up to {megabytes(LARGEST)} can be")
        self._mine = np.array(x)
        return self._mine

    def _put(self, change: Assignment, array: Array, places: tuple[Any, ...]) -> None:
        """Assigns to some places of an array. Raises EditError."""
        old = np.array(array[places])
        with np.errstate(all="ignore"):
            array[places] = assigned(change, old)
            if np.isfinite(old).all():
                self._finite(change, array[places])

    def _finite(self, change: Assignment, values: Any) -> None:
        """Whether numbers are finite, also as the network computes. Raises EditError."""
        with np.errstate(all="ignore"):
            if not self.nonfinite and not np.isfinite(np.asarray(values, self.network.dtype)).all():
                raise EditError("", str(change), "makes a number that is not finite", "--allow-nonfinite lets it in")

    def _label(self, change: Assignment, x: Array, time: int | None) -> None:
        names = self.sequence.features
        if change.value.label not in names:
            hint = nearest(change.value.label, names) if names else "write its numbers"
            raise EditError("", str(change), f"no column of x is called {change.value.label}", hint)
        if len(change.places) > 1:
            raise EditError("", str(change), "a label is a whole x", f"write x[2] = {change.value}")
        rows = slice(None) if time is ALL else slice(time - 1, time)
        x[rows] = 0
        x[rows, names.index(change.value.label)] = 1
        if self.sequence.labels:
            labels = np.array(self.sequence.labels, object)
            labels[rows] = change.value.label
            self.sequence = replace(self.sequence, labels=tuple(labels))

    def _computed(self, change: Assignment, index: int, layer: Layer) -> None:
        begin = layer.begins(len(self.sequence)) if change.name in layer.cell.states else None
        time = self._time(change, begin)
        size = size_of((*layer.cell.shapes[change.name], 1)[0], self.base.sizes[index]) or 1
        (rows,) = places_of(change, change.places[1:], (size,))
        if time is not ALL and time == begin:
            state = np.array(self.initial[index][change.name])
            self._put(change, state, (rows,))
            self.initial[index][change.name] = state
            self._from(1)
            return
        if change.how != "=" or change.value.identity or change.value.label:
            raise EditError(
                "", str(change), f"{change.name} is computed, and takes a number", f"write {change.target} = 0"
            )
        if self.base.learner is not None:
            why = f"{change.name} is computed, and cannot be given a value while the network learns"
            raise EditError("", str(change), why, NOT_LEARNING)
        values: float | Array = np.array(change.value.numbers)
        if len(change.value.numbers) == 1:
            values = change.value.numbers[0]
        elif rows != slice(None) or len(change.value.numbers) != size:
            raise misshapen(change, (size,) if rows == slice(None) else ())
        self._finite(change, values)
        row = None if rows == slice(None) else rows
        self.forces[index].append(Force(change.name, time, row, values))
        self._from(time or 1)

    def _time(self, change: Assignment, begin: int | None = None) -> int | None:
        """The timestep that is written, perhaps the one at which a state begins; None for all of them."""
        time = change.places[0] if change.places else ALL
        if time is not ALL and time != begin:
            self._there(str(change), time, f", and {change.name} begins at {begin}" if begin else "")
        return time

    def _there(self, text: str, t: int, more: str = "", until: int = 0) -> None:
        if not 1 <= t <= (until or self.end):
            raise EditError("", text, f"there is no t = {t}", f"the sequence has 1 to {until or self.end}{more}")

    def _from(self, t: int) -> None:
        """Notes that the run may be another one from t on."""
        self.first = min(self.first, t if self.network.forwards else 1)
