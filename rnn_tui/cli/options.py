"""The options of the commands, and the session they describe."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import LOSSES
from rnn_tui.core.optimizers import OPTIMIZERS, Optimizer
from rnn_tui.session.model import MOST_DIGITS, SCHEMES, Display, Session, Source


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

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The options, with the names of those that were given under `given`. Raises InputError."""
        options = self.parse_args(words)
        blank = self.parse_args(words, argparse.Namespace(**dict.fromkeys(vars(options))))
        options.given = frozenset(name for name, value in vars(blank).items() if value is not None)
        return options

    def sequence(self, default: str | None = None) -> None:
        """SEQUENCE, and how it is read."""
        group = self.add_argument_group("sequence")
        if default is None:
            what = "a file, the name of a sample, - for stdin, or a session's .toml"
            group.add_argument("sequence", metavar="SEQUENCE", help=what)
        else:
            group.add_argument("sequence", metavar="SEQUENCE", nargs="?", default=default, help=f"({default})")
        group.add_argument("--sequence", dest="number", type=int, default=1, metavar="K", help="which one in the file")
        group.add_argument("--words", action="store_true", help="split text into words")
        group.add_argument("--targets", type=int, default=0, metavar="N", help="the last N columns are targets")
        group.add_argument("--allow-nonfinite", action="store_true", help="let NaN and infinity in")
        self.outside(group)

    def outside(self, group: argparse._ArgumentGroup | None = None) -> None:
        """Whether a session may read what lies outside its folder."""
        words = "let a session read files outside its folder"
        (group or self).add_argument("--allow-outside", action="store_true", help=words)

    def network(self) -> None:
        """NETWORK of the contract."""
        group = self.add_argument_group("network")
        group.add_argument("--cell", metavar="NAME[,NAME...]", help="cells or cell files (elman)")
        group.add_argument("--hidden", metavar="H[,H...]", help="sizes of the layers (3)")
        group.add_argument("--seed", type=int, metavar="N", help="of the random parameters (0)")
        group.add_argument("--model", metavar="M.npz", help="a network that --save wrote, in place of those")

    def learning(self) -> None:
        """LEARNING of the contract."""
        group = self.add_argument_group("learning")
        group.add_argument("--learn", action="store_true", help="let the weights change to reach the targets")
        group.add_argument("--rate", type=float, metavar="F", help="the step of an update (0.1)")
        group.add_argument("--truncate", type=int, metavar="K", help="timesteps a window (1); 0 is the whole sequence")
        group.add_argument("--loss", metavar="|".join(LOSSES), help="(after softmax cross-entropy, else sse)")
        group.add_argument("--optimizer", metavar="|".join(OPTIMIZERS), help="(sgd)")
        group.add_argument("--epochs", type=int, metavar="N", help="walks through the sequence (1)")
        group.add_argument("--momentum", type=float, metavar="F", help="of sgd (0)")
        group.add_argument("--clip", type=float, metavar="F", help="the largest norm of the gradients (0: any)")

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
    for option, value in (("--cell", options.cell), ("--hidden", options.hidden), ("--seed", options.seed)):
        if options.model is not None and value is not None:
            raise InputError(option, "", "does not go with --model", "the model has its own cells and numbers")
    session = Session(
        Source(options.sequence, options.number, options.words, options.targets, options.allow_nonfinite),
        cells=tuple((options.cell or "elman").split(",")),
        hidden=tuple(size_of(part) for part in ("3" if options.hidden is None else options.hidden).split(",")),
        seed=options.seed or 0,
        breaks=tuple(getattr(options, "breaks", ())),
        model=options.model or "",
        learning=_learning(options),
    )
    if "at" not in options:
        return session
    check_digits(options.digits)
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


def check_digits(digits: int) -> None:
    """Raises RangeError where the screen cannot show so many digits."""
    if not 0 <= digits <= MOST_DIGITS:
        raise RangeError("--digits", "", f"{digits} is no number of digits", f"0 to {MOST_DIGITS} are")


def _learning(options: argparse.Namespace) -> Learning | None:
    """How to learn; None where nothing is to be learned. Raises InputError."""
    given = {
        name: getattr(options, name) for name in ("rate", "truncate", "loss", "optimizer", "epochs", "momentum", "clip")
    }
    given = {name: value for name, value in given.items() if value is not None}
    if not (options.learn or getattr(options, "check_gradients", False)):
        for name in given:
            raise InputError(f"--{name}", "", "says how to learn", "add --learn")
        return None
    optimizer = Optimizer(
        name=given.get("optimizer", "sgd"),
        rate=given.get("rate", 0.1),
        momentum=given.get("momentum", 0.0),
        clip=given.get("clip", 0.0),
    )
    learning = Learning(given.get("loss", "sse"), given.get("truncate", 1), given.get("epochs", 1), optimizer)
    check_learning(learning)
    return learning if options.loss else replace(learning, loss="")


def check_learning(learning: Learning) -> None:
    """Raises InputError where a setting makes no sense."""
    learning.check()
    optimizer = learning.optimizer
    if optimizer.name != "sgd" and optimizer.momentum:
        raise InputError("--momentum", "", f"{optimizer.name} has its own", "it goes with --optimizer sgd")


def size_of(text: str) -> int | tuple[int, int]:
    """``4``, or ``4:2`` for a cell whose y is smaller than its H."""
    hidden, colon, output = text.partition(":")
    return (
        (whole_number("--hidden", hidden), whole_number("--hidden", output))
        if colon
        else whole_number("--hidden", hidden)
    )


def whole_number(option: str, text: str) -> int:
    """The number in a text. Raises RangeError."""
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise RangeError(option, "", f"{text!r} is no whole number", "write one like 3, or 4,3 for two layers")
    return int(text)
