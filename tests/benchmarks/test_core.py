"""The core: a whole run, a step, a seek. Run with ``pytest tests/benchmarks -n 0``; nothing is asserted about time."""

from __future__ import annotations

import random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from rnn_tui import Simulator

from .contest import Contest, pass_all

SIZES = (4, 64, 512)
STEPS = 8192
"""Several times what the tape keeps in memory."""
cells = pytest.mark.parametrize("cell", ["elman", "lstm"])
sizes = pytest.mark.parametrize("hidden", SIZES)


@cells
@sizes
def test_run(benchmark: BenchmarkFixture, cell: str, hidden: int) -> None:
    contest = Contest(cell, hidden, "float64", 256)
    benchmark.pedantic(pass_all, setup=lambda: ((contest.ours(),), {}), rounds=10)  # type: ignore[no-untyped-call]


@cells
@sizes
def test_step_forward_at_hand(benchmark: BenchmarkFixture, cell: str, hidden: int) -> None:
    """To and fro in a chunk that is in memory."""
    simulator = Contest(cell, hidden, "float64", 64).ours()

    def there_and_back() -> None:
        simulator.step()
        simulator.back()

    benchmark(there_and_back)


@cells
@sizes
def test_seek_after_the_first_pass(benchmark: BenchmarkFixture, cell: str, hidden: int) -> None:
    simulator = Contest(cell, hidden, "float64", STEPS).ours()
    pass_all(simulator)
    chosen = random.Random(0)
    benchmark(lambda: simulator.seek(chosen.randint(1, STEPS)))


def test_start_of_a_simulator(benchmark: BenchmarkFixture) -> None:
    contest = Contest("lstm", 512, "float64", 16)
    made: Simulator = benchmark(contest.ours)
    assert made.t == 0
