"""The selected number as one of a memory: who wrote it, and when it changed last; or why that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.core.dataclass import dataclass
from rnn_tui.core.memory import Memory
from rnn_tui.core.plan import sum_names
from rnn_tui.core.writers import Ledger, last_change, ledger, memory_in
from rnn_tui.stepper.frame import Frame

KEPT_BACK = "it is made of a number that is asked for"


@dataclass(frozen=True)
class Selected:
    """A number of a state.

    Attributes:
        state: the state that it is of, or is a copy of.
        row: from 0.
        t: of which timestep.
    """

    state: str
    row: int
    t: int


def selected(frame: Frame, wanted: Sequence[str] = ()) -> Selected | str:
    """The number of a state that is selected, computed and not kept back; else why there is none.

    Args:
        frame: what is looked at.
        wanted: the states that a number should be of; any where none is named.
    """
    focus, cell = frame.gaze.focus, frame.cell
    select = f"select a number of {' or '.join(wanted or cell.states)}"
    if not cell.states:
        return "this layer has no state"
    if focus is None:
        return f"{select} first: enter"
    if focus.gradient:
        return "this is a gradient, no state; L turns round"
    if focus.offset is None:
        return f"this is a parameter, no state: {select}"
    forced = frame.run.interventions.names(frame.index)
    state = next((name for name in cell.copies(focus.name) if name in {*cell.states, *forced}), None)
    if state is None or state not in cell.states:
        return f"{focus.name} is no state: {select}"
    if wanted and state not in wanted:
        return f"{state} is made anew at every t: {select}"
    t = frame.when(focus.offset)
    if not frame.t or not 1 <= t <= frame.walk.last:
        return "this is what the layer begins with: nothing is written yet"
    found = Selected(state, focus.row, t)
    return KEPT_BACK if kept_back(frame, found) else found


def remembered(frame: Frame) -> tuple[Selected, Memory] | str:
    """The number of a memory that is selected, and its line; else why there is none."""
    states, able = frame.cell.states, memories(frame)
    if states and not able:
        made = "are" if len(states) > 1 else "is"
        return f"{' and '.join(states)} {made} made anew at every t: no part is kept as it is"
    number = selected(frame, tuple(able))
    return number if isinstance(number, str) else (number, able[number.state])


def memories(frame: Frame) -> dict[str, Memory]:
    """The states of the layer that are memories, and their lines."""
    found = {state: memory_in(frame.walk, frame.index, state) for state in frame.cell.states}
    return {state: memory for state, memory in found.items() if memory is not None}


def kept_back(frame: Frame, found: Selected) -> bool:
    """Whether a number must not be shown yet that its past is made of, or would tell."""
    memory = memory_in(frame.walk, frame.index, found.state)
    cell, back = frame.cell, frame.layer.reverse
    names = (*cell.shapes, *cell.inputs, *sum_names(cell).values())
    times = {t for _, t, _ in frame.hidden if (t >= found.t if back else t <= found.t)}
    if memory is not None and memory.mixes:
        return bool(times)
    return any(frame.secret(name, t, found.row) for t in times for name in names)


def writers(frame: Frame) -> Ledger | None:
    """Who wrote the selected number; None where that cannot be told."""
    found = remembered(frame)
    if isinstance(found, str):
        return None
    number, _ = found
    return ledger(frame.walk, frame.index, number.state, number.row, number.t)


def picked(frame: Frame) -> int:
    """The writer that is picked, by its rank, from 0."""
    told = writers(frame)
    return min(frame.gaze.scroll, len(told.writers) - 1) if told is not None and told.writers else 0


def changed(frame: Frame, found: Selected) -> int | None:
    """When a number changed last by more than what counts as a change, before the timestep that it is of where it
    changed there; None where it never did."""
    t = found.t
    for _ in range(2):
        there = last_change(frame.walk, frame.index, found.state, found.row, t, frame.gaze.change)
        t += 1 if frame.layer.reverse else -1
        if there != found.t or not 1 <= t <= frame.walk.last:
            break
    return None if there == found.t else there


def changes(frame: Frame, found: Selected) -> bool:
    """Whether it changed so at the timestep that it is of."""
    return last_change(frame.walk, frame.index, found.state, found.row, found.t, frame.gaze.change) == found.t
