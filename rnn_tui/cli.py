"""The command line. It knows which words there are, and loads what a command needs when the command runs."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from rnn_tui.core.breakpoints import Breakpoints
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.simulator import Simulator
from rnn_tui.progress import ProgressBar
from rnn_tui.session import MOST_DIGITS, SCHEMES, Display, Session, Source

SMALLEST = (40, 12)
"""Columns and rows that the app needs."""
LARGEST = (1000, 500)
"""Columns and rows that a picture may have."""
ALL_DIGITS = 17
"""Decimals a printed number may be rounded to."""
INSTEAD = "`rnn-tui run` prints the numbers and `rnn-tui snapshot` draws the screen into a file"
SUMMARY = """
other commands:
  run SEQUENCE        the numbers, without a screen
  snapshot SEQUENCE   a picture of the app, without a terminal
  list                built-in sequences and cells
Each has a --help of its own.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence and exit status 2."""

    def __init__(self, name: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=f"rnn-tui {name}".strip(),
            description=description,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """One sentence instead of a page of usage."""
        raise InputError("", "", message, f"see {self.prog} --help")

    def sequence(self, default: str | None = None) -> None:
        """SEQUENCE, and how it is read."""
        group = self.add_argument_group("sequence")
        if default is None:
            group.add_argument("sequence", metavar="SEQUENCE", help="a file, the name of a sample, or - for stdin")
        else:
            group.add_argument("sequence", metavar="SEQUENCE", nargs="?", default=default, help=f"({default})")
        group.add_argument("--sequence", dest="number", type=int, default=1, metavar="K", help="which one in the file")
        group.add_argument("--words", action="store_true", help="split text into words")
        group.add_argument("--targets", type=int, default=0, metavar="N", help="the last N columns are targets")
        group.add_argument("--allow-nonfinite", action="store_true", help="let NaN and infinity in")

    def network(self) -> None:
        """NETWORK of the contract."""
        group = self.add_argument_group("network")
        group.add_argument("--cell", default="elman", metavar="NAME[,NAME...]", help="cells or cell files (elman)")
        group.add_argument("--hidden", default="3", metavar="H[,H...]", help="sizes of the layers (3)")
        group.add_argument("--seed", type=int, default=0, metavar="N", help="of the random parameters (0)")

    def breaks(self, purpose: str) -> None:
        """--break, which may be given several times."""
        self.add_argument(
            "--break", dest="breaks", action="append", default=[], metavar="EXPR", help=f"{purpose}: any(abs(s) > 0.95)"
        )

    def display(self) -> None:
        """DISPLAY of the contract."""
        group = self.add_argument_group("display")
        group.add_argument("--at", type=int, default=0, metavar="T", help="the timestep to begin at (0)")
        shape = group.add_mutually_exclusive_group()
        shape.add_argument("--rolled", action="store_true", help="the diagram with the circular arrow")
        shape.add_argument("--unrolled", action="store_true", help="one copy of R a timestep")
        group.add_argument("--digits", type=int, default=2, metavar="N", help="after the decimal point (2)")
        group.add_argument("--names", choices=SCHEMES, default="seed", help="how quantities are called (seed)")
        group.add_argument("--layer", type=int, default=0, metavar="K", help="the layer shown (the last)")
        group.add_argument("--ascii", action="store_true", help="draw with ASCII alone")
        group.add_argument("--size", default="80x24", metavar="COLSxROWS", help="of a snapshot (80x24)")


def session_of(options: argparse.Namespace) -> Session:
    """The session that the options describe. Raises InputError."""
    session = Session(
        Source(options.sequence, options.number, options.words, options.targets, options.allow_nonfinite),
        cells=tuple(options.cell.split(",")),
        hidden=tuple(_size(part) for part in options.hidden.split(",")),
        seed=options.seed,
        breaks=tuple(getattr(options, "breaks", ())),
    )
    if "at" not in options:
        return session
    if not 0 <= options.digits <= MOST_DIGITS:
        raise RangeError("--digits", "", f"{options.digits} is no number of digits", f"0 to {MOST_DIGITS} are")
    diagram = "rolled" if options.rolled else "unrolled"
    display = Display(
        diagram=diagram,
        digits=options.digits,
        ascii=options.ascii,
        signs=bool(os.environ.get("NO_COLOR")),
        layer=options.layer,
        names=options.names,
    )
    return replace(session, at=options.at, display=display)


def _size(text: str) -> int | tuple[int, int]:
    """``4``, or ``4:2`` for a cell whose y is smaller than its H."""
    hidden, colon, output = text.partition(":")
    return (_whole("--hidden", hidden), _whole("--hidden", output)) if colon else _whole("--hidden", hidden)


def _whole(option: str, text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise RangeError(option, "", f"{text!r} is no whole number", "write one like 3, or 4,3 for two layers")
    return int(text)


def _simulator(session: Session) -> Simulator:
    with ProgressBar("reading") as bar:
        return session.simulator(bar.report)


def open_app(words: Sequence[str]) -> int:
    """Opens the app; the terminal is checked before anything is drawn."""
    parser = Parser("", "Step a sequence through a recurrent network, number by number.", SUMMARY)
    parser.sequence("hello.txt")
    parser.network()
    parser.display()
    parser.breaks("stop where this holds")
    options = parser.parse_args(words)
    session = session_of(options)
    if options.sequence == "-":
        raise InputError("-", "", "the app needs the keyboard, so it cannot read standard input", "give it a file")
    if trouble := terminal_trouble():
        raise InputError("", "", trouble, INSTEAD)
    if "utf" not in (getattr(sys.__stderr__, "encoding", "") or "").lower():
        session = replace(session, display=replace(session.display, ascii=True))
    simulator = _simulator(session)
    from rnn_tui.app import RnnApp

    app = RnnApp(simulator, session.display, session)
    app.run()
    return app.return_code or 0


def terminal_trouble() -> str:
    """Why the app cannot open here; empty where it can."""
    for name, stream in (("input", sys.stdin), ("output", sys.stdout), ("error", sys.stderr)):
        if stream is None or not stream.isatty():
            return f"the app needs a terminal, and standard {name} is none"
    if os.environ.get("TERM", "dumb") == "dumb":
        return "the app needs a terminal that can move its cursor, and TERM says it is dumb"
    columns, rows = shutil.get_terminal_size()
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return f"the terminal has {columns}x{rows} characters and the app needs {SMALLEST[0]}x{SMALLEST[1]}"
    return ""


def run(words: Sequence[str]) -> int:
    """Runs a network over a sequence and writes the numbers."""
    from rnn_tui.headless import FORMATS, Choice, write_run

    parser = Parser("run", "Run a network over a sequence and write every number, to the bit.")
    parser.sequence()
    parser.network()
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
    options = parser.parse_args(words)
    if options.digits is not None and not 0 <= options.digits <= ALL_DIGITS:
        raise RangeError("--digits", "", f"{options.digits} is no number of digits", f"0 to {ALL_DIGITS} are")
    if options.output is None and sys.stdout is None:
        raise InputError("standard output", "", "is closed", "give a file with -o")
    if options.format == "npz" and options.output is None and sys.stdout.isatty():
        raise InputError("--format npz", "", "arrays cannot be shown on a terminal", "give a file with -o")
    simulator = _simulator(session_of(options))
    count = len(simulator.network.layers)
    every = options.layer == "all" or (options.format == "jsonl" and not options.layer)
    layers = tuple(range(1, count + 1)) if every else (_whole("--layer", options.layer or str(count)),)
    choice = Choice.of(
        simulator,
        options.first,
        options.last,
        layers,
        values=options.values,
        weights=options.weights,
        digits=options.digits,
        breakpoints=Breakpoints.parse(options.breaks, simulator, (count if every else layers[0]) - 1),
        nonfinite=options.allow_nonfinite,
    )
    with ProgressBar("running") as bar:
        write_run(simulator, choice, options.format, options.output, bar.report)
    return 0


def snapshot(words: Sequence[str]) -> int:
    """Draws the app into a file."""
    parser = Parser("snapshot", "A picture of the app, without a terminal; the same input gives the same bytes.")
    parser.sequence()
    parser.network()
    parser.display()
    parser.breaks("stop where this holds")
    parser.add_argument("--press", default="", metavar="KEYS", help="keys to press first: right,right,u")
    parser.add_argument("-o", "--output", required=True, metavar="F.svg|F.txt", help="the file to write")
    options = parser.parse_args(words)
    kind = Path(options.output).suffix.lower().removeprefix(".")
    if kind not in ("svg", "txt"):
        raise InputError(options.output, "", "a picture is written as .svg or as .txt", "end the name with one")
    size = _screen_size(options.size)
    session = session_of(options)
    simulator = _simulator(session)
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


def list_built_in(words: Sequence[str]) -> int:
    """Lists what can be named without a file."""
    from rnn_tui.cells import cell_names
    from rnn_tui.core.cell import Cell
    from rnn_tui.files.samples import sample_notes

    Parser("list", "The built-in sequences and cells.").parse_args(words)
    print("sequences")
    for name, note in sample_notes().items():
        print(f"  {name:18}{note}")
    print("\ncells")
    for name in cell_names():
        print(f"  {name:18}{Cell.named(name).title}")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
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
        if words and words[0] in COMMANDS:
            return _printing(COMMANDS[words[0]], words[1:])
        return open_app(words)
    except InputError as error:
        print(f"rnn-tui: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
