"""``run``: the numbers, without a screen; after the network has learned, where it is to learn."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rnn_tui.cli.notes import tell
from rnn_tui.cli.options import session_from
from rnn_tui.cli.outputs import check_outputs
from rnn_tui.cli.parser import Parser
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.writing import FORMATS, Choice, gradient_check, learn, write_run
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.learner import Learner
from rnn_tui.core.losses import default_loss
from rnn_tui.core.run import Run
from rnn_tui.files.own import check_model_path, save_network
from rnn_tui.files.source import Progress
from rnn_tui.session.choosing import whole_number
from rnn_tui.session.model import Session
from rnn_tui.session.runs import Runs

ALL_DIGITS = 17
"""Decimals a printed number may be rounded to."""


def command(words: Sequence[str]) -> int:
    """Runs a network over a sequence and writes the numbers."""
    options = _options(words)
    session = session_from(options)
    check_outputs(session, options.sequence, options.output, options.save)
    if options.check_gradients:
        return _check_gradients(session)
    if session.recipe.learning is None:
        for option in ("epoch", "gradients", "save"):
            if getattr(options, option):
                raise InputError("", "", "shows what was learned", "add --learn", option)
    with ProgressBar("opening") as bar:
        run, other = _runs(session, bar.report)
    read = filter(None, (run.sequence, run.validation))
    tell(*((sequence.name, sequence.notes) for sequence in read), (session.recipe.blueprint.model, run.notes))
    count = len(run.network.layers)
    layer = "" if session.recipe.blueprint.choice and options.layer != "all" else options.layer  # of several networks
    every = layer == "all" or (options.format == "jsonl" and not layer)
    layers = tuple(range(1, count + 1)) if every else (whole_number("layer", layer or str(count)),)
    breaks = tuple(Breakpoint(text, 0 if every else layers[0]) for text in options.breaks) or session.breaks
    if options.require and not breaks:
        raise InputError("", "", "needs a condition that is to hold", "add --break EXPR", "require")
    choice = Choice.of(
        run,
        options.first,
        options.last,
        layers,
        values=options.values,
        weights=options.weights,
        digits=options.digits,
        breaks=breaks,
        nonfinite=options.allow_nonfinite,
        gradients=options.gradients,
        other=other,
        ends=not every and not layer,
        named=layer == "all" and (count > 1 or options.format == "npz"),
    )
    status = 0
    if run.learner is not None:
        epochs, status = _learned(run, options)
        choice = replace(choice, epochs=epochs)
    with ProgressBar("running") as bar:
        tally = write_run(run, choice, options.format, options.output, bar.report)
    if options.require and tally.nothing:
        times = f"t = {choice.first}" + (f" to {choice.last}" if choice.last > choice.first else "")
        every = " or ".join(each.text for each in tally.held)
        print(f"rnn-tui: --require: {every or 'no condition that is on'} holds nowhere in {times}", file=sys.stderr)
        return status or 1
    for line in tally.lines():
        print(line, file=sys.stderr)
    return status


def _runs(session: Session, report: Progress) -> tuple[Run, Run | None]:
    """The run, and the one beside it or before its edits, or None; what both read is read once."""
    recipe, ghost, runs = session.recipe, session.ghost, Runs()
    whole = recipe.source.load(report) if ghost is not None and ghost.source == recipe.source else None
    return runs.of(recipe, report, whole), None if ghost is None else runs.of(ghost, report, whole)


def _learned(run: Run, options: argparse.Namespace) -> tuple[Sequence[int], int]:
    """Learns and saves: the epochs to write, and the exit status so far."""
    learner = run.learner
    assert learner is not None
    epochs, asked = learner.learning.epochs, options.epoch or "all"
    wanted = 0 if asked in ("all", "last") else whole_number("epoch", asked)
    if asked not in ("all", "last") and not 1 <= wanted <= epochs:
        raise RangeError("", "", f"there is no epoch {wanted}", f"there are 1 to {epochs}, all and last", "epoch")
    with ProgressBar("learning") as bar:
        finished = learn(run, bar.report)
    done = len(learner.losses)
    if options.save and done > (learner.broken is not None):
        learned = learner.came_to()
        states = learned.initial if learner.learning.learn_initial_state else ()
        save_network(learned.network, options.save, states)
    if not finished:
        print(f"rnn-tui: stopped after epoch {done} of {epochs}", file=sys.stderr)
    for line in judged(learner):
        print(line, file=sys.stderr)
    chosen = range(1, done + 1) if asked == "all" else range(done, done + 1)
    if wanted:
        chosen = range(wanted, min(wanted, done) + 1)
    return chosen, 0 if finished else 130


def judged(learner: Learner) -> Iterator[str]:
    """What the epochs were judged by, and how; nothing where no epoch was."""
    found = learner.validations
    if learner.validation is None or not found:
        return
    best, name = int(np.nanargmin(found)) + 1 if np.isfinite(found).any() else 0, learner.validation.sequence.name
    count = learner.validation.count
    least = f", the smallest {found[best - 1] / count:.4g} after epoch {best}" if 0 < best < len(found) else ""
    mean = f"{found[-1] / count:.4g} a timestep"
    yield f"{name}: validation loss {found[-1]:.6g} after epoch {len(found)}, {mean}{least}"


def _check_gradients(session: Session) -> int:
    """Prints how far the gradients are from central differences."""
    learning = session.recipe.learning
    with ProgressBar("reading") as bar:
        run = replace(session.recipe, learning=None).build(bar.report)
    if any(run.interventions.forces) or (run.voice is not None and run.voice.first <= run.voice.given):
        why = "is of a run in which nothing is forced"
        raise InputError("", "", why, "leave out those edits", "check_gradients")
    loss = (learning.loss if learning else "") or default_loss(run.network)
    difference, where = gradient_check(run.network, run.taught.sequence, loss)
    place = f" at {where}" if where else ""
    print(f"largest relative difference to central differences: {difference:.3g}{place} ({loss})")
    return 0


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = Parser("run", "Run a network over a sequence and write every number, to the bit.")
    parser.sequence()
    parser.network()
    parser.learning()
    group = parser.add_argument_group("output")
    group.add_argument("--from", dest="first", type=int, metavar="A", help="the first timestep (1)")
    group.add_argument("--to", dest="last", type=int, metavar="B", help="the last timestep (T)")
    group.add_argument("--layer", default="", metavar="K|all", help="one layer, or all (jsonl: all; else: the last)")
    group.add_argument("--values", action="store_true", help="every named quantity of the equations")
    group.add_argument("--weights", action="store_true", help="the parameters as used at each timestep")
    group.add_argument("--digits", type=int, metavar="N", help="round the table (every bit)")
    group.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    group.add_argument("-o", "--output", metavar="F", help="the file to write (standard output)")
    parser.breaks("only timesteps where this holds, which are counted on standard error")
    parser.add_argument("--require", action="store_true", help="exit status 1 where no --break holds anywhere")
    group = parser.add_argument_group("what was learned")
    group.add_argument("--epoch", metavar="K|all|last", help="which epochs are written (all)")
    group.add_argument("--gradients", action="store_true", help="the gradients of each timestep as well")
    group.add_argument("--save", metavar="M.npz", help="write the network as it is after learning")
    group.add_argument("--check-gradients", action="store_true", help="compare with central differences, and no more")
    options = parser.read(words)
    for option in ("epoch", "gradients", "save"):
        if getattr(options, option) and options.check_gradients:
            raise InputError("", "", "does not go with --check-gradients", "nothing is learned there", option)
    if options.require and options.check_gradients:
        raise InputError("", "", "does not go with --check-gradients", "nothing is run there", "require")
    if options.save:
        check_model_path(options.save)
    if options.digits is not None and not 0 <= options.digits <= ALL_DIGITS:
        raise RangeError("", "", f"{options.digits} is no number of digits", f"0 to {ALL_DIGITS} are", "digits")
    if options.digits is not None and options.format != "table":
        why = f"rounds the table, and {options.format} keeps every bit"
        raise InputError("", "", why, "leave it out, or write a table", "digits")
    if options.output is None and sys.stdout is None:
        raise InputError("standard output", "", "is closed", "give a file with -o")
    if options.format == "npz" and options.output is None and sys.stdout.isatty():
        raise InputError("--format npz", "", "arrays cannot be shown on a terminal", "give a file with -o")
    return options
