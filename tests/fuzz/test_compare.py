"""Traces with each fault, of twenty networks and more; and two hundred without one, none of them taken for wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults import PLANTS, Plant, judged

from . import traces
from .test_fuzz import SHARES, passed

MANY, TRUE = 24, 200


@pytest.mark.parametrize("share", range(SHARES))
def test_damaged_traces(share: int, tmp_path: Path) -> None:
    assert 20 < passed(traces.case, share, 8_000, tmp_path) < 200


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.make.__name__)
def test_each_fault_in_many_networks(plant: Plant, tmp_path: Path) -> None:
    for seed in range(1000, 1000 + (TRUE if plant.cause == "equal" else MANY)):
        judged(plant, seed, tmp_path)
