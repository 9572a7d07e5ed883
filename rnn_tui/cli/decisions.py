"""What fewer bits do to the decisions of a run, as a table for people and as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Any

from rnn_tui.cli.verdict import WIDTH, finite
from rnn_tui.core.precision import Blame, Decision, Rounded

NAMES = ("numbers", "largest difference", "decisions changed")


def as_json(runs: tuple[Rounded, ...], threshold: float | None) -> str:
    """One object; ``other`` is 0 where a threshold decides."""
    whole = {"decision": "argmax" if threshold is None else "threshold", "threshold": threshold}
    return json.dumps({**whole, "runs": [_object(each) for each in runs]})


def _object(run: Rounded) -> dict[str, Any]:
    first = run.first
    decided = dict.fromkeys(Decision.__dataclass_fields__) if first is None else asdict(first)
    blame = None if run.blame is None else {name: finite(value) for name, value in asdict(run.blame).items()}
    found = {"numbers": run.kind, "weights": run.weights, "difference": run.largest, "changed": run.changed}
    return {**{name: finite(value) for name, value in {**found, **decided}.items()}, "blame": blame}


def as_text(runs: tuple[Rounded, ...], steps: int, threshold: float | None) -> str:
    """A line for every run, and below it what it changes first."""
    how = "its largest number" if threshold is None else f"which of its numbers are above {threshold:g}"
    lines = [f"y decides by {how}; compared with float64 at t = 1 to {steps}", ""]
    lines.append(f"{NAMES[0]:<18}{NAMES[1]:>19}{NAMES[2]:>20}")
    for run in runs:
        name = f"{run.kind}{' weights' if run.weights else ''}"
        lines.append(f"{name:<18}{run.largest:>19.2g}{run.changed or 'none':>20}")
        if run.first is not None:
            lines += _wrapped(_first(run.first))
        if run.blame is not None:
            lines += _wrapped(_blame(run.blame))
    return "\n".join(lines)


def _wrapped(sentence: str) -> list[str]:
    return textwrap.wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _first(first: Decision) -> str:
    if first.other:
        change, gap = f"y[{first.other}] is the largest, not y[{first.unit}]", f"y[{first.unit}] - y[{first.other}]"
    else:
        change = f"y[{first.unit}] is {'below' if first.margin > 0 else 'above'} the threshold"
        gap = f"y[{first.unit}] less it"
    return f"first at t = {first.t}: {change} ({gap} was {first.margin:.2g}, is {first.moved:.2g})"


def _blame(blame: Blame) -> str:
    row = f"row {blame.row} of {blame.parameter}, layer {blame.layer}"
    if blame.alone:
        return f"to blame: {row}, whose rounding alone changes it ({blame.part:+.2g})"
    return f"most of it: {row} ({blame.part:+.2g}); no row changes it alone"
