"""Ablations: what if a part of the run were not there? One key each, and the same key brings it back."""

from __future__ import annotations

from rnn_tui.core.cell import Cell
from rnn_tui.core.edits import ALL, Assignment, Change, Edit, Order, Value
from rnn_tui.core.equations import Apply, Name, applied, names
from rnn_tui.core.errors import RangeError
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.here import Do, Here, Outcome
from rnn_tui.stepper.whatif import Edits, with_edits

GATES = ("sigmoid", "hard_sigmoid")


def toggled(here: Here, changes: list[Change], on: str, off: str) -> Outcome:
    """Some edits at the end of the list; where all of them are there already, they go."""
    every = here.session.recipe.edits
    there, kept = _parted(every, changes)
    if len(there) == len(changes):
        return with_edits(here, tuple(edit for edit in every if edit not in there), off)
    return with_edits(here, (*kept, *map(Edit, changes)), on)


def _parted(every: Edits, changes: list[Change]) -> tuple[Edits, Edits]:
    """The edits that make some changes now, and those that make others."""
    there = tuple(edit for edit in every if edit.enabled and edit.change in changes)
    return there, tuple(edit for edit in every if edit.change not in changes)


def cut(here: Here, argument: str) -> Outcome:
    """No state reaches the next timestep: the ordinary network. With other edits, in both runs first."""
    session, network = here.session, here.run.network
    if not network.recurrent:
        return Outcome(session, "no layer keeps a state: there is no recurrence to cut")
    changes = _cuts(here)
    there, kept = _parted(session.recipe.edits, changes)
    if len(there) < len(changes):
        both = any(edit.enabled for edit in kept)
        say = "the recurrence is cut" + (" in both runs: only the other edits differ" if both else "")
        return with_edits(here, (*kept, *(Edit(each, both=both) for each in changes)), f"{say}; U goes on")
    if all(edit.both for edit in there) and kept:
        return with_edits(here, (*kept, *map(Edit, changes)), "the recurrence is cut in this run alone; U goes on")
    return with_edits(here, kept, "the recurrence is whole again")


def _cuts(here: Here) -> list[Change]:
    """What cuts the recurrence: every matrix on a state zero, where a state is read through those alone."""
    layers = here.run.network.layers
    found: list[Change] = []
    for number, layer in enumerate(layers, 1):
        if layer.cell.recurrent:
            matrices = _matrices(layer.cell)
            if matrices is None:
                return [Order("reset", 0)]
            own = number if len(layers) > 1 else 0
            found += [Assignment(own, name, (), "=", Value((0.0,))) for name in matrices]
    return found


def _matrices(cell: Cell) -> list[str] | None:
    """The parameters that stand on a state alone; None where the state is read in any other way."""
    found: dict[str, None] = {}
    reads = whole = 0
    for equation in cell.equations:
        whole += sum(name.offset == -1 for name in names(equation.expression))
        for each in applied(equation.expression):
            matrix, vector = (*each.operands, None)[:2]
            if (
                each.operation.name == "@"
                and isinstance(matrix, Name)
                and isinstance(vector, Name)
                and vector.offset == -1
            ):
                found[str(matrix)], reads = None, reads + 1
    return list(found) if found and reads == whole else None


def forced(value: float) -> Do:
    """A gate held open or shut, at every t: the selected unit of it, or all of the one that is shown."""

    def do(here: Here, argument: str) -> Outcome:
        frame = here.frame
        name, places = _gate(frame)
        change = Assignment(frame.written_layer, name, places, "=", Value((value,)))
        words = "open" if value else "shut"
        return toggled(here, [change], f"{change}   held {words}", f"{name} is computed again")

    return do


def _gate(frame: Frame) -> tuple[str, tuple[int | None, ...]]:
    """The gate that is looked at, and which of it. Raises RangeError where none is."""
    focus = frame.gaze.focus
    name = frame.equation.target if focus is None else focus.name
    gates = [
        each.target
        for each in frame.cell.equations
        if isinstance(each.expression, Apply) and each.expression.operation.name in GATES
    ]
    if name not in gates:
        hint = f"select one of {', '.join(gates)}" if gates else f"{frame.cell.name} has none"
        raise RangeError("", "", f"{name} is no gate", hint)
    return name, () if focus is None else (ALL, focus.row + 1)


def drop(here: Here, argument: str) -> Outcome:
    """The selected unit without its part in the state, at every t."""
    frame, focus = here.frame, here.frame.gaze.focus
    state = next(iter(frame.cell.states), "y")
    size = frame.step.state[state].size if frame.step.state else frame.step.y.size
    if focus is None or focus.gradient or (focus.offset is not None and focus.name in frame.cell.inputs):
        return Outcome(here.session, f"select a number of the unit first: {state}, or a row of W")
    if focus.row >= size:
        return Outcome(here.session, f"{state} has no unit {focus.row + 1}")
    change = Assignment(frame.written_layer, state, (ALL, focus.row + 1), "=", Value((0.0,)))
    return toggled(here, [change], f"{change}   the unit is dropped", "the unit is back")


def at_t(what: str) -> Do:
    """A new beginning of the states before this t, this sample once more, or this sample taken away."""

    def do(here: Here, argument: str) -> Outcome:
        t = here.frame.t
        if not t:
            return Outcome(here.session, "t = 0 is before the first sample: step on first")
        if what == "reset":
            if not here.run.network.recurrent:
                return Outcome(here.session, "no layer keeps a state: there is nothing to begin afresh")
            return toggled(here, [Order("reset", t)], f"the states begin afresh before t = {t}", "they go on again")
        if what == "repeat":
            return with_edits(
                here, (*here.session.recipe.edits, Edit(Order("repeat", t))), f"the sample of t = {t} twice"
            )
        gone = Assignment(0, "x", (t,), "=", Value((0.0,)))
        return toggled(here, [gone], f"{gone}   the sample is gone", "the sample is back")

    return do


def backwards(here: Here, argument: str) -> Outcome:
    """The sequence from its end to its beginning."""
    return toggled(here, [Order("reverse")], "the sequence runs backwards", "the sequence runs forwards again")


def shuffle(here: Here, argument: str) -> Outcome:
    """The timesteps in a random order; again, in another."""
    every = here.session.recipe.edits
    seeds = [e.change.number for e in every if isinstance(e.change, Order) and e.change.what == "shuffle"]
    kept = tuple(e for e in every if not (isinstance(e.change, Order) and e.change.what == "shuffle"))
    edit = Edit(Order("shuffle", max(seeds, default=0) + 1))
    return with_edits(here, (*kept, edit), f"{edit.text}: the timesteps in another order; again: another")
