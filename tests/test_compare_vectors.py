"""The 23 traces with a known fault: where the first difference is, and what explains it, as their index says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from foreign import readable
from oracles import VECTORS

from rnn_tui.session.against import compared
from rnn_tui.session.recipe import Blueprint, Recipe, Source

TRACES = VECTORS / "traces"
CASES: list[dict[str, Any]] = json.loads((TRACES / "index.json").read_text("utf-8"))
SAME = {"s": "y", "y": "s"}
"""One number in all of these cells; a trace may mean either."""


def test_all_of_them_are_here() -> None:
    assert len(CASES) == 23
    assert len({case["cause"] for case in CASES}) == 13


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_a_known_fault_is_found_and_named(case: dict[str, Any]) -> None:
    model = TRACES / case["model"]
    if not readable(model):
        return
    how = {"number": case.get("sequence_item", 1), "reset": "reset" if "resets" in case else ""}
    recipe = Recipe(Source(path=str(TRACES / case["sequence"]), **how), Blueprint(model=str(model)))
    found = compared(recipe, str(TRACES / case["trace"]))
    if case["cause"] == "equal":
        assert found.divergence is None
        return
    first = found.divergence
    assert first is not None
    assert (first.t, first.layer, first.unit) == (case["t"], case["layer"], case["unit"])
    assert first.quantity in (case["quantity"], SAME.get(case["quantity"]))
    assert first.ours == pytest.approx(case["model_value"], abs=1e-12)
    assert first.reference == pytest.approx(case["trace_value"], rel=1e-12)
    if case["cause"] == "none":
        assert not found.causes
        return
    best = found.causes[0]
    assert best.cause == case["cause"]
    assert {name: best.detail.get(name) for name in case["detail"]} == case["detail"]
