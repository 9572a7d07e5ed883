"""One-hot rows that are made when they are looked at: as the array of all rows would answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

import rnn_tui.core.one_hot as one_hot
from rnn_tui.core.errors import RangeError
from rnn_tui.core.learning import Learning
from rnn_tui.core.network import Network
from rnn_tui.core.one_hot import OneHot, are_distributions, known_rows, one_hot_rows
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence

TOKENS = np.array([2, 0, 1, 1, -1])
ROWS = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 1, 0], [np.nan] * 3])
LOOKS: list[Callable[[Any], Any]] = [
    lambda x: x[1],
    lambda x: x[-1],
    lambda x: x[1:4],
    lambda x: x[::-1],
    lambda x: x[1:1],
    lambda x: x[[3, 0]],
    lambda x: x[np.array([True, False, True, False, True])],
    lambda x: x[2, 1],
    lambda x: x[:, 1],
    lambda x: x[1:3, :2],
    lambda x: x[...],
    lambda x: x[~np.isnan(x)],
    lambda x: x == 1,
    lambda x: 2 * x - 1,
    lambda x: np.isfinite(x),
    lambda x: x.argmax(axis=1),
    lambda x: x.T,
    lambda x: np.asarray(x, np.float32),
    lambda x: np.array(list(x)),
    lambda x: np.array([len(x), *x.shape, x.size, x.nbytes, x.ndim]),
]


@pytest.mark.parametrize("number", range(len(LOOKS)))
def test_it_is_looked_at_as_an_array(number: int) -> None:
    look = LOOKS[number]
    np.testing.assert_array_equal(look(OneHot(TOKENS, 3)), look(ROWS), strict=True)


def test_it_takes_the_memory_of_its_tokens_and_may_not_be_written() -> None:
    rows = OneHot(np.zeros(1000, np.int32), 5000)
    assert (rows.held, rows.nbytes) == (4000, 40_000_000)
    with pytest.raises(ValueError, match="read-only"):
        rows[0][0] = 1
    assert rows.astype(np.float32)[0].dtype == np.float32


def test_more_rows_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_hot, "LARGEST", 100)
    rows = OneHot(np.zeros(10, np.int32), 5)
    assert rows[:2].shape == (2, 5)
    with pytest.raises(RangeError, match="10 one-hot rows over 5 tokens take more than"):
        np.asarray(rows)


def test_what_is_known_of_targets() -> None:
    for targets in (cast(np.ndarray, OneHot(TOKENS, 3)), ROWS):  # read as an array is
        assert known_rows(targets).tolist() == [True, True, True, True, False]
        assert are_distributions(targets)
    assert not are_distributions(np.array([[0.5, 0.6]]))


@pytest.mark.parametrize("cells", [["lstm", "softmax"], ["gru:reverse", "softmax"]])
@pytest.mark.parametrize("learning", [None, Learning("cross-entropy", 0, 2)])
def test_a_run_has_the_same_bits(monkeypatch: pytest.MonkeyPatch, cells: list[str], learning: Learning | None) -> None:
    """Of a text whose rows are made when they are looked at, and of one whose rows are an array."""
    tokens = np.random.default_rng(0).integers(0, 3, 300)
    network = Network.random(cells, 3, [4], 0, 3)
    runs = []
    for most in (0, 2**21):
        monkeypatch.setattr(one_hot, "DENSE", most)
        x, targets = one_hot_rows(tokens, 3)
        runs.append(Run(network, Sequence(x, targets), (), learning))
    assert isinstance(runs[0].sequence.x, OneHot)
    walks = [run.walk(run.last_epoch) for run in runs]
    for t in (1, 17, 300):
        first, second = (walk.at(t).layers[-1] for walk in walks)
        np.testing.assert_array_equal(first.y, second.y)
