"""The command line. It knows which words there are, and loads what a command needs when the command runs."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from rnn_tui.cli.opening import SMALLEST, allow_on_terminal, open_session, simulator_of
from rnn_tui.cli.options import Parser, whole_number
from rnn_tui.cli.overriding import session_from, session_in
from rnn_tui.cli.progress import ProgressBar
from rnn_tui.cli.wording import worded
from rnn_tui.core.breakpoints import Watch, breakpoints_on
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.session.model import Session

if TYPE_CHECKING:
    from rnn_tui.core.epochs import LearningSimulator

LARGEST = (1000, 500)
"""Columns and rows that a picture may have."""
ALL_DIGITS = 17
"""Decimals a printed number may be rounded to."""
SUMMARY = """
other commands:
  run SEQUENCE        the numbers, without a screen
  snapshot SEQUENCE   a picture of the app, without a terminal
  lesson [NAME]       a lesson: text beside the live app (what-is-rnn)
  check LESSON.toml   all stops of a lesson, headless
  list                built-in sequences, cells and lessons
Each has a --help of its own.
"""


def open_app(words: Sequence[str]) -> int:
    """Opens the app; the terminal is checked before anything is drawn."""
    parser = Parser("", "Step a sequence through a recurrent network, number by number.", SUMMARY)
    parser.sequence("hello.txt")
    parser.network()
    parser.learning()
    parser.display()
    parser.breaks("stop where this holds")
    options = parser.read(words)
    session = session_from(options, allow_on_terminal)
    if options.sequence == "-":
        raise InputError("-", "", "the app needs the keyboard, so it cannot read standard input", "give it a file")
    return open_session(session)


def run(words: Sequence[str]) -> int:
    """Runs a network over a sequence and writes the numbers, after it has learned where it is to learn."""
    from rnn_tui.cli.writing import Choice, write_run
    from rnn_tui.core.epochs import LearningSimulator

    options = _run_options(words)
    session = session_from(options)
    if options.check_gradients:
        return _check_gradients(session)
    simulator = simulator_of(session)
    count = len(simulator.network.layers)
    every = options.layer == "all" or (options.format == "jsonl" and not options.layer)
    layers = tuple(range(1, count + 1)) if every else (whole_number("--layer", options.layer or str(count)),)
    breakpoints = breakpoints_on(options.breaks, simulator, count if every else layers[0])
    choice = Choice.of(
        simulator,
        options.first,
        options.last,
        layers,
        values=options.values,
        weights=options.weights,
        digits=options.digits,
        watch=Watch(simulator, breakpoints) if breakpoints else None,
        nonfinite=options.allow_nonfinite,
        gradients=options.gradients,
    )
    status = 0
    if isinstance(simulator, LearningSimulator):
        epochs, status = _learned(simulator, options)
        choice = replace(choice, epochs=epochs)
    with ProgressBar("running") as bar:
        write_run(simulator, choice, options.format, options.output, bar.report)
    return status


def _learned(simulator: LearningSimulator, options: argparse.Namespace) -> tuple[Sequence[int], int]:
    """Learns and saves: the epochs to write, and the exit status so far."""
    from rnn_tui.cli.writing import learn
    from rnn_tui.files.models import save_network

    learner = simulator.learner
    epochs = learner.learning.epochs
    wanted = 0 if options.epoch in ("all", "last") else whole_number("--epoch", options.epoch)
    if options.epoch not in ("all", "last") and not 1 <= wanted <= epochs:
        raise RangeError("--epoch", "", f"there is no epoch {wanted}", f"there are 1 to {epochs}, all and last")
    with ProgressBar("learning") as bar:
        finished = learn(simulator, bar.report)
    done = len(learner.losses)
    if options.save and done > (learner.broken is not None):
        save_network(learner.learned(), options.save)
    if not finished:
        print(f"rnn-tui: stopped after epoch {done} of {epochs}", file=sys.stderr)
    chosen = range(1, done + 1) if options.epoch == "all" else range(done, done + 1)
    if wanted:
        chosen = range(wanted, min(wanted, done) + 1)
    return chosen, 0 if finished else 130


def _check_gradients(session: Session) -> int:
    """Prints how far the gradients are from central differences."""
    from rnn_tui.cli.writing import gradient_check
    from rnn_tui.session.model import default_loss

    with ProgressBar("reading") as bar:
        sequence = session.source.load(bar.report)
        network = session.network(sequence, bar.report)
    loss = (session.learning.loss if session.learning else "") or default_loss(network)
    difference, where = gradient_check(network, sequence, loss)
    place = f" at {where}" if where else ""
    print(f"largest relative difference to central differences: {difference:.3g}{place} ({loss})")
    return 0


def _run_options(words: Sequence[str]) -> argparse.Namespace:
    from rnn_tui.cli.writing import FORMATS
    from rnn_tui.files.models import check_model_path

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
    parser.breaks("only timesteps where this holds")
    group = parser.add_argument_group("what was learned")
    group.add_argument("--epoch", metavar="K|all|last", help="which epochs are written (all)")
    group.add_argument("--gradients", action="store_true", help="the gradients of each timestep as well")
    group.add_argument("--save", metavar="M.npz", help="write the network as it is after learning")
    group.add_argument("--check-gradients", action="store_true", help="compare with central differences, and no more")
    options = parser.read(words)
    for option, given in (("--epoch", options.epoch), ("--gradients", options.gradients), ("--save", options.save)):
        if given and options.check_gradients:
            raise InputError(option, "", "does not go with --check-gradients", "nothing is learned there")
        if given and not options.learn:
            raise InputError(option, "", "shows what was learned", "add --learn")
    options.epoch = options.epoch or "all"
    if options.save:
        check_model_path(options.save)
    if options.digits is not None and not 0 <= options.digits <= ALL_DIGITS:
        raise RangeError("--digits", "", f"{options.digits} is no number of digits", f"0 to {ALL_DIGITS} are")
    if options.output is None and sys.stdout is None:
        raise InputError("standard output", "", "is closed", "give a file with -o")
    if options.format == "npz" and options.output is None and sys.stdout.isatty():
        raise InputError("--format npz", "", "arrays cannot be shown on a terminal", "give a file with -o")
    return options


def snapshot(words: Sequence[str]) -> int:
    """Draws the app into a file."""
    parser = Parser("snapshot", "A picture of the app, without a terminal; the same input gives the same bytes.")
    parser.sequence()
    parser.network()
    parser.learning()
    parser.display()
    parser.breaks("stop where this holds")
    parser.add_argument("--press", default="", metavar="KEYS", help="keys to press first: right,right,u")
    parser.add_argument("-o", "--output", required=True, metavar="F.svg|F.txt", help="the file to write")
    options = parser.read(words)
    kind = Path(options.output).suffix.lower().removeprefix(".")
    if kind not in ("svg", "txt"):
        raise InputError(options.output, "", "a picture is written as .svg or as .txt", "end the name with one")
    size = _screen_size(options.size)
    session = session_from(options)
    simulator = simulator_of(session)
    from rnn_tui.app import RnnApp
    from rnn_tui.app.snapshot import snapshot as draw
    from rnn_tui.files.errors import LoadError

    keys = [key for key in re.split(r"[,\s]+", options.press) if key]
    picture = draw(RnnApp(simulator, session.display, session), size, keys, kind)
    try:
        Path(options.output).write_bytes(picture.encode("utf-8"))
    except OSError as error:
        raise LoadError(options.output, "", f"cannot be written: {error.strerror}") from None
    return 0


def _screen_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,4})x([0-9]{1,4})", text)
    columns, rows = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (SMALLEST[0] <= columns <= LARGEST[0] and SMALLEST[1] <= rows <= LARGEST[1]):
        right = f"write COLSxROWS from {SMALLEST[0]}x{SMALLEST[1]} to {LARGEST[0]}x{LARGEST[1]}"
        raise RangeError("--size", "", f"{text!r} is no size of a screen", right)
    return columns, rows


def lesson(words: Sequence[str]) -> int:
    """Opens a lesson."""
    from rnn_tui.lessons import lesson_names

    parser = Parser("lesson", "Follow a lesson: a text beside the live app.")
    known = ", ".join(lesson_names())
    parser.add_argument("lesson", nargs="?", default="what-is-rnn", metavar="NAME|FILE.toml", help=f"one of {known}")
    parser.outside()
    options = parser.parse_args(words)
    return open_session(session_in(options.lesson, options, allow_on_terminal))


def check(words: Sequence[str]) -> int:
    """Checks lessons: every stop fits, every number is the computed one, every question can be answered."""
    from rnn_tui.views.page.checking import problems

    parser = Parser("check", "Run all stops of a lesson headless, at 80x24 and 120x36.")
    parser.add_argument("lessons", nargs="+", metavar="LESSON.toml", help="a file, or the name of a built-in lesson")
    parser.outside()
    options = parser.parse_args(words)
    found = 0
    for name in options.lessons:
        session = session_in(name, options)
        wrong = list(problems(session, name))
        found += len(wrong)
        for problem in wrong:
            print(problem)
        if not wrong:
            count = len(session.stops)
            print(f"{name}: {count} stop{'s' * (count != 1)}, all well")
    return 1 if found else 0


def list_built_in(words: Sequence[str]) -> int:
    """Lists what can be named without a file."""
    from rnn_tui.cells import cell_names
    from rnn_tui.core.cell import Cell
    from rnn_tui.files.samples import sample_notes
    from rnn_tui.lessons import lesson_names, lesson_text

    Parser("list", "The built-in sequences, cells and lessons.").parse_args(words)
    print("sequences")
    for name, note in sample_notes().items():
        print(f"  {name:18}{note}")
    print("\ncells")
    for name in cell_names():
        print(f"  {name:18}{Cell.named(name).title}")
    print("\nlessons")
    for name in lesson_names():
        print(f"  {name:22}{lesson_text(name).count('[[stops]]')} stops")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "check": check,
    "run": run,
    "snapshot": snapshot,
    "list": list_built_in,
}


def _printing(command: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """Runs a command that prints; what standard output refuses is told in one sentence."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a label the terminal's encoding does not have
    try:
        status = command(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would try again at its end
        if isinstance(error, BrokenPipeError):  # the reader of our output has gone, and that is its right
            return 0
        raise InputError("standard output", "", f"cannot be written: {error.strerror}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit status is 0 for done and 2 for bad usage or input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if words and words[0] == "lesson":
            return lesson(words[1:])
        if words and words[0] in COMMANDS:
            return _printing(COMMANDS[words[0]], words[1:])
        return open_app(words)
    except InputError as error:
        print(f"rnn-tui: {worded(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
