"""The digest of a run: buckets worked by hand, and the same numbers as a straight loop over the steps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnn_tui.core import digest as module
from rnn_tui.core.columns import begins
from rnn_tui.core.digest import MEAN, NORM, VALUE, Digest
from rnn_tui.core.layer import Layer
from rnn_tui.core.network import Network
from rnn_tui.core.run import Run, Walk
from rnn_tui.core.sequence import Sequence

Array = NDArray[Any]
ROWS = np.array([[3.0, 4], [0, -1], [-6, 8], [1, 1], [0, 0], [2, -2], [5, 12]])
"""Seven timesteps of two numbers with norms 5, 1, 10, 1.41, 0, 2.83, 13 and means 3.5, -0.5, 1, 1, 0, 0, 8.5."""


def mirror(count: int = 2) -> Network:
    """A network whose y is its x."""
    return Network([Layer("dense", {"W": np.eye(count), "b": np.zeros(count)})])


def random(cells: str, timesteps: int, hidden: int = 3) -> Walk:
    """A network of random parameters on a random sequence."""
    x = np.random.default_rng(1).standard_normal((timesteps, 2))
    return Run(Network.random(cells.split(","), 2, hidden, 0), Sequence(x)).walk()


def passed(walk: Walk) -> Digest:
    """The digest of the whole run."""
    while walk.run.advance():
        pass
    return walk.tape.digest


def by_hand(monkeypatch: pytest.MonkeyPatch, buckets: int, chunk: int, rows: Array = ROWS) -> Digest:
    """The digest of some rows in at most so many buckets, filled `chunk` rows at a time."""
    monkeypatch.setattr(module, "MOST_BUCKETS", buckets)
    runner = Run(mirror(rows.shape[1]), Sequence(ROWS[:, : rows.shape[1]])).walk().tape.runners[0]
    digest = Digest([runner], [False], len(rows), chunk)
    for first in range(0, len(rows), chunk):
        digest.add(first + 1, [runner.run({"x": rows[first : first + chunk]}, {})])
    return digest


@pytest.mark.parametrize(
    ("timesteps", "bucket", "buckets"),
    [(1, 1, 1), (4096, 1, 4096), (8192, 1, 8192), (8193, 2, 4097), (1_000_000, 128, 7813), (3_000_000, 512, 5860)],
)
def test_there_are_never_more_than_so_many_buckets(timesteps: int, bucket: int, buckets: int) -> None:
    digest = Run(mirror(), Sequence(np.zeros((timesteps, 2)))).walk().tape.digest
    assert (digest.bucket, digest.buckets, digest.ready) == (bucket, buckets, 0)


@pytest.mark.parametrize("chunk", [2, 4, 8])
def test_buckets_of_four_by_hand_whether_a_chunk_is_a_part_of_one_or_several(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    digest = by_hand(monkeypatch, buckets=2, chunk=chunk)
    assert (digest.bucket, digest.buckets, digest.ready) == (4, 2, 7)
    wanted: dict[tuple[int | None, str], tuple[list[float], list[float]]] = {
        (0, VALUE): ([-6, 0], [3, 5]),
        (1, VALUE): ([-1, -2], [8, 12]),
        (None, NORM): ([1, 0], [10, 13]),
        (None, MEAN): ([-0.5, 0], [3.5, 8.5]),
    }
    for (unit, what), (lowest, highest) in wanted.items():
        low, high, ready = digest.series(0, "y", unit, what)
        assert (low.tolist(), high.tolist(), ready) == (lowest, highest, 7)
        assert low.dtype == high.dtype == np.float32


def test_columns_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = by_hand(monkeypatch, buckets=7, chunk=4)
    assert digest.columns(0, "y", 0, VALUE, 3) == [(0, 3), (-6, 1), (0, 5)]
    assert digest.columns(0, "y", 0, VALUE, 1) == [(-6, 5)]
    assert digest.columns(0, "y", None, NORM, 14)[:5] == [(5, 5), (5, 5), (1, 1), (1, 1), (10, 10)]
    assert digest.columns(0, "y", None, NORM, 0) == []


def test_a_run_that_is_under_way_has_columns_without_numbers() -> None:
    walk = random("elman", 1000)
    digest = walk.tape.digest
    assert digest.columns(0, "s", None, NORM, 4) == [None] * 4
    walk.at(1)
    assert digest.ready == walk.tape.cuts.longest == 256
    columns = digest.columns(0, "s", None, NORM, 4)
    assert [column is None for column in columns] == [False, False, True, True]
    low, high, ready = digest.series(0, "s", 2, VALUE)
    assert (len(low), len(high), ready) == (256, 256, 256)


def test_what_is_not_finite_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ROWS[:, :1].copy()
    rows[1], rows[5] = np.nan, -np.inf
    digest = by_hand(monkeypatch, buckets=2, chunk=4, rows=rows)
    low, high, _ = digest.series(0, "y", 0, VALUE)
    assert np.isnan([low[0], high[0]]).all()
    assert [low[1], high[1]] == [-np.inf, 5]
    low, high, _ = digest.series(0, "y", None, NORM)
    assert [low[1], high[1]] == [0, np.inf]
    assert np.isnan(digest.columns(0, "y", None, MEAN, 1)[0] or 0).all()


@pytest.mark.parametrize(
    "cells", ["elman", "lstm,dense", "gru:reverse", "lstm:concat,softmax", "lstm-projection,gru-reset-after", "jordan"]
)
@pytest.mark.parametrize("timesteps", [1, 5, 300])
def test_it_is_what_a_straight_loop_over_the_steps_finds(cells: str, timesteps: int) -> None:
    walk = random(cells, timesteps)
    digest = passed(walk)
    assert digest.ready == timesteps
    steps = [walk.at(t) for t in range(1, timesteps + 1)]
    for layer in range(len(walk.network.layers)):
        assert digest.names(layer) == tuple(steps[0].layers[layer].values)
        for name in digest.names(layer):
            values = np.stack([step.layers[layer].values[name] for step in steps])
            assert digest.size(layer, name) == values.shape[1]
            for unit in range(values.shape[1]):
                low, high, _ = digest.series(layer, name, unit, VALUE)
                assert np.array_equal(low, values[:, unit].astype(np.float32))
                assert np.array_equal(low, high)
            for what, wanted in ((NORM, np.linalg.norm(values, axis=1)), (MEAN, values.mean(axis=1))):
                low, high, _ = digest.series(layer, name, None, what)
                np.testing.assert_allclose(low, wanted, rtol=2e-7, atol=1e-12)
                assert np.array_equal(low, high)


def test_a_layer_backwards_in_time_in_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BUCKETS", 50)
    walk = random("elman:reverse", 777)
    digest = passed(walk)
    assert (digest.bucket, digest.buckets) == (16, 49)
    values = np.stack([walk.at(t).values["s"] for t in range(1, 778)]).astype(np.float32)
    for unit in range(3):
        low, high, _ = digest.series(0, "s", unit, VALUE)
        assert low.tolist() == [values[k : k + 16, unit].min() for k in range(0, 777, 16)]
        assert high.tolist() == [values[k : k + 16, unit].max() for k in range(0, 777, 16)]


def test_a_seek_to_the_end_and_back_fills_it_once_in_order() -> None:
    walked, jumped = random("gru", 700), random("gru", 700)
    for t in (700, 1, 400, 2):
        jumped.at(t)
    one, other = passed(walked), passed(jumped)
    assert one.ready == other.ready == 700
    for name in one.names(0):
        assert one.columns(0, name, 1, VALUE, 90) == other.columns(0, name, 1, VALUE, 90)


@pytest.mark.parametrize(("name", "hidden"), [("z", 65), ("s", 1025)])
def test_of_wide_quantities_only_norm_and_mean_are_kept(name: str, hidden: int) -> None:
    digest = passed(random("elman", 20, hidden=hidden))
    assert not digest.has(0, name, 0, VALUE)
    with pytest.raises(KeyError, match="no value is kept of number 0"):
        digest.series(0, name, 0, VALUE)
    with pytest.raises(KeyError, match="no value is kept of number 0"):
        digest.strongest(0, name, 7)
    assert digest.has(0, name, None, NORM)
    assert len(digest.columns(0, name, None, MEAN, 7)) == 7


@pytest.mark.parametrize(("count", "hidden", "width"), [(20, 5, 7), (20, 100, 20), (20, 3, 50), (9000, 3, 61)])
def test_the_strongest_of_every_column_is_of_its_timesteps(count: int, hidden: int, width: int) -> None:
    simulator = random("elman", count, hidden=hidden)
    states = np.array([simulator.at(t).s for t in range(1, count + 1)], np.float32)
    digest = passed(simulator)
    found = digest.strongest(0, "s", width)
    assert found.shape == (hidden, width)
    edges = [*(begins(count, width) // digest.bucket * digest.bucket).tolist(), count]
    for column, (start, end) in enumerate(pairwise(edges)):
        part = states[start : max(end, start + 1)]
        assert np.array_equal(found[:, column], part[np.abs(part).argmax(axis=0), np.arange(hidden)])


@pytest.mark.parametrize(
    ("layer", "name", "unit", "what"),
    [
        (0, "q", None, NORM),
        (0, "s", 3, VALUE),
        (0, "s", -1, VALUE),
        (0, "s", None, VALUE),
        (0, "s", 0, "p"),
        (1, "s", 0, VALUE),
    ],
)
def test_what_it_does_not_know(layer: int, name: str, unit: int | None, what: str) -> None:
    digest = random("elman", 5).tape.digest
    assert not digest.has(layer, name, unit, what)
    with pytest.raises(KeyError):
        digest.columns(layer, name, unit, what, 5)


def test_the_y_that_is_the_state_takes_no_room() -> None:
    digest = random("lstm", 5).tape.digest
    assert digest.same(0, "s", "y")
    assert not digest.same(0, "s", "c")


@given(timesteps=st.integers(1, 10**7), width=st.integers(1, 400))
def test_columns_begin_in_order_and_every_timestep_is_in_one(timesteps: int, width: int) -> None:
    at = begins(timesteps, width)
    steps = np.diff(np.append(at, timesteps))
    assert at[0] == 0
    assert len(at) == width
    if width <= timesteps:
        assert steps.min() >= 1
        assert steps.max() - steps.min() <= 1
    else:
        assert set(at.tolist()) == set(range(timesteps))


def test_a_million_timesteps_take_little_memory() -> None:
    walk = Run(Network.random("lstm", 4, 16, 0), Sequence(np.zeros((1_000_000, 4)))).walk()
    assert walk.tape.digest.bytes < 12 * 2**20


def test_many_wide_layers_have_larger_buckets() -> None:
    walk = Run(Network.random(["lstm"] * 6, 4, 64, 0), Sequence(np.zeros((1_000_000, 4)))).walk()
    assert walk.tape.digest.bytes <= module.MOST_BYTES
    assert walk.tape.digest.buckets >= module.LEAST_BUCKETS
