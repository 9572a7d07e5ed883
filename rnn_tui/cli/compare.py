"""``compare``: where a run first differs from what another framework computed, and what explains it."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence

from rnn_tui.cli import decisions
from rnn_tui.cli.notes import tell
from rnn_tui.cli.options import session_from
from rnn_tui.cli.parser import Parser
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.verdict import as_json, as_text
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.trace import TOLERANCE
from rnn_tui.session.against import compared, in_few_bits
from rnn_tui.session.model import Session

FORMATS = ("table", "json")


def command(words: Sequence[str]) -> int:
    """Compares a run with a trace; the exit status is 1 where a number differs."""
    options = _options(words)
    session = session_from(options)
    blueprint = session.recipe.blueprint
    if options.layer and not blueprint.model:
        raise InputError("", "", "chooses a network of a model's file", "add --model", "layer")
    if options.layer not in ("", "1") and not blueprint.choice:
        raise InputError("", "", "the model's file holds one network", "leave it out", "layer")
    if options.precision:
        return _in_few_bits(session, options)
    with ProgressBar("comparing") as bar:
        found = compared(session.recipe, options.reference, options.tolerance, bar.report)
    sequence = found.subject.sequence
    tell(
        (sequence.name, sequence.notes), (blueprint.model, found.subject.notes), (options.reference, found.trace.notes)
    )
    print(as_json(found) if options.format == "json" else as_text(found, options.tolerance))
    return 0 if found.divergence is None else 1


def _in_few_bits(session: Session, options: argparse.Namespace) -> int:
    """What other kinds of number make of the run; the exit status is 1 where one of them decides otherwise."""
    with ProgressBar("comparing") as bar:
        run, found = in_few_bits(session.recipe, options.threshold, bar.report)
    tell((run.sequence.name, run.sequence.notes), (session.recipe.blueprint.model, run.notes))
    if options.format == "json":
        print(decisions.as_json(found, options.threshold))
    else:
        print(decisions.as_text(found, len(run), options.threshold))
    return 1 if any(each.changed for each in found) else 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser("compare", "Find the first number that differs from what another framework computed, and why.")
    parser.sequence()
    parser.network(changes=False)
    group = parser.add_argument_group("comparison")
    group.add_argument("--reference", metavar="TRACE", help="what was computed: .npz, .npy, .csv, .tsv, .jsonl, .json")
    tolerance = f"a difference up to F * max(1, |ours|) is none ({TOLERANCE:g})"
    group.add_argument("--tolerance", type=float, default=TOLERANCE, metavar="F", help=tolerance)
    few = "compare with the same run in fewer bits: which decisions of y change, and by which weights"
    group.add_argument("--precision", action="store_true", help=few)
    where = "with --precision: y decides by being above F (its largest number decides)"
    group.add_argument("--threshold", type=float, metavar="F", help=where)
    group.add_argument("--layer", default="", metavar="K", help="which network of the model's file, if it has several")
    group.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    options = parser.read(words)
    if bool(options.reference) == options.precision:
        why = "does not go with --precision" if options.reference else "is needed, a file of what was computed"
        raise InputError("", "", why, "give one of the two" if options.reference else "or --precision", "reference")
    if options.threshold is not None and not options.precision:
        raise InputError("", "", "says how y decides", "add --precision", "threshold")
    if not (math.isfinite(options.tolerance) and options.tolerance >= 0):
        raise RangeError("", "", f"{options.tolerance:g} is no tolerance", "0 or more is, such as 1e-5", "tolerance")
    return options
