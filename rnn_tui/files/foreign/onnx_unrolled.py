"""Graphs in which a recurrence was written out timestep by timestep: folded back into one step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.core.errors import InputError
from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence as Samples
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.foreign.onnx_elements import Elements
from rnn_tui.files.foreign.onnx_equations import cell_layer
from rnn_tui.files.foreign.onnx_sequences import now
from rnn_tui.files.foreign.onnx_steps import Step
from rnn_tui.files.foreign.onnx_terms import NotJoined, Pool, Reading, Term, latest
from rnn_tui.files.foreign.onnx_trace import Trace

Array = NDArray[Any]
FEWEST = 3
"""Timesteps that a recurrence is told from: two that follow one another, and one more that agrees."""


class _Reaching(Reading):
    """Reads what belongs to one timestep, and leaves what is older as it is."""

    def __init__(self, trace: Trace, pool: Pool, t: int, known: set[bytes]) -> None:
        super().__init__(trace.weave, pool)
        self.t, self.before = t, known
        self.met: list[bytes] = []

    def term(self, ids: Array) -> Term:
        key = np.ascontiguousarray(ids, np.int64).tobytes()
        if key in self.before:
            if key not in self.met:
                self.met.append(key)
            return self.pool.leaf(f"state {self.met.index(key)}", len(ids))
        return super().term(ids)


def folded_back(trace: Trace, x: Elements, output: Elements) -> Step:
    """The one step that is repeated.

    Args:
        trace: the walk, in which x has its timesteps.
        x, output: what goes in and what comes out, at every timestep, of which there are at least `FEWEST`.

    Raises:
        NotJoined: it is no recurrence, or its steps differ.
    """
    steps = int(trace.weave.times[x.array].max()) + 1
    weave, pool = trace.weave, Pool()
    ids = [output.array[(weave.times[output.array] == t) & (weave.rows[output.array] <= 0)] for t in range(steps)]
    if not all(len(each) == len(ids[0]) and len(each) for each in ids):
        raise NotJoined("does not give as many numbers at every timestep")
    visited: list[_Reaching] = []
    for t in range(steps):
        known = {key for key in visited[-1].children if latest(weave, _array(key)) == t - 1} if t else set()
        reading = _Reaching(trace, pool, t, known)
        _give(reading, trace, x, t)
        reading.term(ids[t])
        visited.append(reading)
    made = [_step(visited[t], visited[t - 1], ids[t], ids[t - 1]) for t in range(1, steps)]
    states, following, shown = made[-1]
    if not states:
        raise NotJoined("keeps no state from one timestep to the next")
    for other_states, other, also in made[:-1]:
        if len(other_states) != len(states) or other != following or also is not shown:
            raise NotJoined("does another thing at one timestep than at the next")
    leaves = [pool.leaf(f"state {at}", len(_array(key))) for at, key in enumerate(states)]
    used = {each for term in [*following, shown] for each in term.leaves()}
    leaf = next((each for each in used if each.name == "x"), None)
    if leaf is None:
        raise NotJoined("reads no input")
    notes = [f"The file writes out {steps} timesteps; they are one step {steps} times."]
    step = Step(pool, leaf, dict(zip(leaves, following, strict=True)), shown, notes)
    if not _begins_with_zeros(step, visited[0].term(ids[0])):
        step.notes.append("Its first timestep does not begin as the others would from zeros; zeros are taken.")
    return step


def _array(key: bytes) -> Array:
    return np.frombuffer(key, np.int64)


def _give(reading: Reading, trace: Trace, x: Elements, t: int) -> None:
    here = now(trace, x, t)
    reading.give(here, reading.pool.leaf("x", len(here)))


def _step(here: _Reaching, before: _Reaching, ids: Array, earlier: Array) -> tuple[list[bytes], list[Term], Term]:
    """The states that a timestep takes from the one before, what they become in it, and the output."""
    same: dict[bytes, bytes] = {}
    waiting = [(ids.tobytes(), earlier.tobytes())]
    while waiting:
        new, old = waiting.pop()
        if old in same or new not in here.children or old not in before.children:
            continue
        same[old] = new
        if len(here.children[new]) == len(before.children[old]):
            waiting += zip(here.children[new], before.children[old], strict=True)
    following = []
    for key in here.met:
        if key not in same:
            raise NotJoined("keeps something that does not come again")
        following.append(here.term(_array(same[key])))
    return list(here.met), following, here.term(ids)


def _begins_with_zeros(step: Step, first: Term) -> bool:
    """Whether the first timestep gives what the step gives from zeros, tried on a few inputs."""
    assert step.x is not None
    names = {state: f"s{at}" for at, state in enumerate(step.following)}
    targets = [(names[state], after) for state, after in step.following.items()]
    assert step.y is not None
    try:
        whole = cell_layer("step", "", {step.x: "x"}, names, [*targets, ("y", step.y)])
        begun = cell_layer("first", "", {step.x: "x"}, {}, [("y", first)])
        for at in {0, step.x.size // 2, step.x.size - 1}:
            x = np.eye(1, step.x.size, at, np.float32)  # a table takes nothing else
            one, other = (Simulator(Network([each.layer]), Samples(x)).step().y for each in (whole, begun))
            if not np.allclose(one, other, rtol=0, atol=1e-5):
                return False
    except (InputError, NotJoined):
        return False
    return True
