"""Traces broken on purpose: of every fault a few random networks; `tests/fuzz` has many."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import PLANTS, Plant, judged

from rnn_tui.core.causes import TRIED

FEW = 2


def test_every_cause_that_can_be_named_is_planted() -> None:
    assert {plant.cause for plant in PLANTS} | {"batch-item"} == {*TRIED, "none", "equal", "batch-item"}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.make.__name__)
def test_a_fault_is_named_and_no_other(plant: Plant, tmp_path: Path) -> None:
    for seed in range(FEW):
        judged(plant, seed, tmp_path)
