"""A run that follows a trace: what the trace holds is forced, and all else is computed from it.

So what was computed elsewhere can be looked at as any other run: at each timestep from the states that stood there.
"""

from __future__ import annotations

import numpy as np

from rnn_tui.core.divergence import unlike
from rnn_tui.core.errors import InputError
from rnn_tui.core.interventions import Force, Interventions
from rnn_tui.core.replay import recorded
from rnn_tui.core.run import Run
from rnn_tui.core.trace import TOLERANCE, Trace


def followed(run: Run, trace: Trace, tolerance: float = TOLERANCE) -> Run:
    """The run, in which what a trace holds is as there; a number that is no difference stays as it was computed.

    Args:
        run: does not learn.
        trace: of its network and sequence.
        tolerance: how large a difference is none, times max(1, |ours|).

    Raises:
        InputError: the network learns.
    """
    if run.learner is not None:
        raise InputError("", "", "a network that learns follows no trace", "learn no more", "reference")
    ours = {key: array[trace.first - 1 :] for key, array in recorded(run, trace.keys).items()}
    forces: list[list[Force]] = [list(run.interventions.of(index)) for index in range(len(run.network.layers))]
    for place, (layer, name) in enumerate(trace.keys):
        own, other = ours[layer, name], trace.of((layer, name))
        count = min(len(own), len(other))
        values = np.where(unlike(trace, ours, place, tolerance), other[:count], own[:count])
        cell = run.network.layers[layer].cell
        copied = next((copy for copy in cell.copies(name) if copy in cell.states), name)  # y = s: then s is it
        if copied == name or (layer, copied) not in trace.keys:
            forces[layer].append(Force(copied, trace.first, None, values))
    done = Interventions(tuple(map(tuple, forces)), run.interventions.resets)
    return Run(run.network, run.sequence, run.initial_state, None, done, notes=(*run.notes, *trace.notes))
