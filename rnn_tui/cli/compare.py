"""``compare``: where a run first differs from what another framework computed, and what explains it."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence

from rnn_tui.cli.options import Parser, session_from
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.verdict import as_json, as_text
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.trace import TOLERANCE
from rnn_tui.session.against import compared

FORMATS = ("table", "json")


def command(words: Sequence[str]) -> int:
    """Compares a run with a trace; the exit status is 1 where a number differs."""
    options = _options(words)
    session = session_from(options)
    with ProgressBar("comparing") as bar:
        found = compared(session.recipe, options.reference, options.tolerance, bar.report)
    for note in found.notes if sys.stderr is not None else ():
        print(note, file=sys.stderr)
    print(as_json(found) if options.format == "json" else as_text(found, options.tolerance))
    return 0 if found.divergence is None else 1


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser("compare", "Find the first number that differs from what another framework computed, and why.")
    parser.sequence()
    parser.network(changes=False)
    group = parser.add_argument_group("comparison")
    group.add_argument("--reference", metavar="TRACE", help="what was computed: .npz, .npy, .csv, .tsv, .jsonl, .json")
    tolerance = f"a difference up to F * max(1, |ours|) is none ({TOLERANCE:g})"
    group.add_argument("--tolerance", type=float, default=TOLERANCE, metavar="F", help=tolerance)
    group.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    options = parser.read(words)
    if not options.reference:
        raise InputError("", "", "is needed, the file of what was computed", "add --reference TRACE", "compare")
    if not (math.isfinite(options.tolerance) and options.tolerance >= 0):
        raise RangeError("", "", f"{options.tolerance:g} is no tolerance", "0 or more is, such as 1e-5", "tolerance")
    return options
