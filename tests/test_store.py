"""The states of a run stay in memory: the bits that were computed, y first, and no more than may be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_tui import Network, Run, Sequence
from rnn_tui.core import store as module
from rnn_tui.core.run import Walk
from rnn_tui.core.store import Store


def random(cells: str, steps: int, dtype: type[np.floating[Any]] = np.float64) -> Walk:
    x = np.random.default_rng(1).normal(size=(steps, 2)).astype(dtype)
    network = Network.random(cells.split(","), 2, [3] * len(cells.split(",")), 0).astype(np.dtype(dtype))
    return Run(network, Sequence(x)).walk()


def store_of(walk: Walk) -> Store:
    assert walk.tape.store is not None
    return walk.tape.store


@pytest.mark.parametrize("cells", ["elman", "lstm:reverse", "gru:concat", "lstm,gru", "elman,softmax"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_kept_is_what_the_run_computed_to_the_bit(cells: str, dtype: type[np.floating[Any]]) -> None:
    walk = random(cells, 700, dtype)
    assert walk.tape.chunks == 3
    steps = [walk.at(t).layers for t in range(1, 701)]
    store = store_of(walk)
    assert store.ready == 700
    for layer, first in enumerate(steps[0]):
        for name in {"y", *first.state}:
            found = store.of(layer, name)
            assert found is not None
            assert found.dtype == dtype
            assert found.tobytes() == np.array([step[layer].values[name] for step in steps]).tobytes()
    assert store.of(0, "q") is None


@pytest.mark.parametrize(
    ("room", "below", "last"),
    [
        (2, "", ""),
        (3, "", "s y"),
        (5, "", "s y"),
        (6, "s y", "s y"),
        (9, "c s y", "s y"),
        (99, "c s y", "s y"),
    ],
)
def test_y_is_kept_before_other_states_and_the_last_layer_before_those_below(
    room: int, below: str, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an LSTM and a GRU of three units each, with room for so many numbers a timestep."""
    monkeypatch.setattr(module, "MOST_BYTES", room * 8 * 100)
    store = store_of(random("lstm,gru", 100))
    of_lstm = [name for name in ("z_i", *"ifgocsy") if store.of(0, name) is not None]
    of_gru = [name for name in ("z_r", *"rznsy") if store.of(1, name) is not None]
    assert (" ".join(of_lstm), " ".join(of_gru)) == (below, last)
    assert store.bytes == 8 * 100 * (min(room, 9) // 3 * 3)


def test_a_million_timesteps_of_sixteen_units_fit_and_take_no_memory_before_they_are_passed() -> None:
    walk = random("elman", 1000)
    runners = Run(Network.random("elman", 2, 16, 0), walk.sequence).walk().tape.runners
    store = Store(runners, [False], 1_000_000)
    assert store.of(0, "s") is not None
    assert store.of(0, "y") is store.of(0, "s")
    assert store.of(0, "z") is None
    assert store.bytes == 16 * 8 * 1_000_000 <= module.MOST_BYTES
    assert store.ready == 0
