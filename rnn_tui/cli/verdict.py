"""What a comparison with a trace found, in plain sentences and as JSON."""

from __future__ import annotations

import json
import math
import textwrap
from typing import Any

from rnn_tui.core.causes import TRIED
from rnn_tui.core.divergence import Divergence
from rnn_tui.session.against import Compared

WIDTH = 79
GATES = frozenset("ifgorzn")
KEYS = ("t", "layer", "quantity", "unit", "ours", "reference", "difference", "ulps")


def as_json(found: Compared) -> str:
    """The object of the contract; a number that is not finite, which JSON does not have, is null."""
    divergence = found.divergence
    whole: dict[str, Any] = {"equal": divergence is None}
    whole |= {key: None if divergence is None else finite(getattr(divergence, key)) for key in KEYS}
    whole["causes"] = [
        {"cause": each.cause, "what": each.what, "difference": finite(each.difference)} for each in found.causes
    ]
    return json.dumps(whole)


def finite(value: Any) -> Any:
    """A value of JSON: a number that is not finite, which JSON does not have, is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_text(found: Compared, tolerance: float) -> str:
    """The same for a person, at most `WIDTH` columns wide."""
    trace, divergence = found.trace, found.divergence
    layers = sorted({layer + 1 for layer, _ in trace.keys})
    names = " ".join(dict.fromkeys(name for _, name in trace.keys))
    where = f"layer {layers[0]}" if len(layers) == 1 else f"layers {', '.join(map(str, layers))}"
    last = min(trace.first + trace.rows - 1, len(found.subject.sequence))
    steps = f"t = {trace.first}" + (f" to {last}" if last > trace.first else "")
    lines = [f"compared: {names} of {where}, {steps}"]
    if divergence is None:
        return _wrapped([*lines, f"equal: no number differs by more than {_open(found, tolerance)}"])
    lines += [_first(divergence), _extent(divergence)]
    if not found.causes:
        tried = "none of the changes that were tried makes the difference vanish"
        return _wrapped([*lines, f"cause: {tried} ({', '.join(TRIED)})"])
    for number, cause in enumerate(found.causes):
        word = "cause" if number == 0 else "or"
        lines.append(f"{word}: {cause.cause.replace('-', ' ')}: {cause.what} (left: {cause.difference:.2g})")
    return _wrapped(lines)


def _first(divergence: Divergence) -> str:
    name = divergence.quantity
    what = f"gate {name}" if name in GATES else name
    steps = "" if divergence.ulps is None else f", {divergence.ulps:,} float32 steps"
    return (
        f"first difference at t = {divergence.t}, layer {divergence.layer}, {what}, unit {divergence.unit}: "
        f"ours {_number(divergence.ours)}, reference {_number(divergence.reference)} "
        f"({divergence.difference:+.3g}{steps})"
    )


def _extent(divergence: Divergence) -> str:
    largest = "" if not math.isfinite(divergence.largest) else f", by up to {divergence.largest:.3g}"
    verb = "differs" if divergence.differing == 1 else "differ"
    return f"{divergence.differing:,} of {divergence.compared:,} numbers {verb}{largest}"


def _open(found: Compared, tolerance: float) -> str:
    """How large a difference is none, in words."""
    opened = max((float(array.max(initial=0)) for array in found.trace.open.values()), default=0.0)
    if opened > tolerance:
        return f"its digits leave open, {opened:.2g}"
    return f"{tolerance:g} * max(1, |ours|)"


def _number(value: float) -> str:
    return f"{value:.9g}"


def _wrapped(lines: list[str]) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in lines
    )
