"""The options of the commands: which there are, and their words."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from rnn_tui.cli.wording import OPTIONS as OPTION_OF
from rnn_tui.core.errors import InputError
from rnn_tui.core.losses import LOSSES, REDUCTIONS
from rnn_tui.core.narrow import KINDS
from rnn_tui.core.nearest import nearest
from rnn_tui.core.optimizers import OPTIMIZERS
from rnn_tui.files.wanted import OPTIONS, key_of
from rnn_tui.session.model import SCHEMES, THEMES, UNITS


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

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The options; a word that is none is answered with the nearest one. Raises InputError."""
        options, others = self.parse_known_args(args, namespace)
        if others:
            word = others[0].partition("=")[0]
            known = [option for action in self._actions for option in action.option_strings]
            hint = nearest(word, known if word.startswith("-") else (), f"see {self.prog} --help")
            raise InputError("", "", f"{word} is not understood here", hint)
        return options

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The options, with the names of those that were given under `given`. Raises InputError."""
        options: argparse.Namespace = self.parse_args(words)
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
        for name, option in OPTIONS.items():
            given: dict[str, Any] = {"dest": name, "help": option.says}
            if option.kind == "flag":
                given["action"] = "store_true"
            else:
                form = option.form or "|".join(option.among)
                given |= {"metavar": form, "type": int if option.kind == "count" else str}
            group.add_argument(OPTION_OF[key_of(name)], **given)
        self.outside(group)

    def outside(self, group: argparse._ArgumentGroup | None = None) -> None:
        """Whether a session may read what lies outside its folder."""
        words = "let a session read files outside its folder"
        (group or self).add_argument("--allow-outside", action="store_true", help=words)

    def network(self, changes: bool = True) -> None:
        """NETWORK of the contract, with or without `changes` of it and a run beside."""
        group = self.add_argument_group("network")
        group.add_argument("--cell", metavar="NAME[,NAME...]", help="cells or cell files (elman)")
        group.add_argument("--hidden", metavar="H[,H...]", help="sizes of the layers (3)")
        group.add_argument("--seed", type=int, metavar="N", help="of the random parameters (0)")
        group.add_argument("--model", metavar="FILE", help="a trained network in place of those; --layer K of several")
        states = ".npz or .json of s, c, or layer2/s: the states before the first timestep (0)"
        group.add_argument("--initial-state", dest="initial_state", metavar="FILE", help=states)
        ahead = "timesteps past the end, whose x is what y said"
        heat = "how evenly generated letters are drawn, by --seed (0: the most likely one)"
        if not changes:
            return
        group.add_argument("--generate", type=int, default=0, metavar="N", help=ahead)
        group.add_argument("--temperature", type=float, default=0.0, metavar="F", help=heat)
        kinds = "round the parameters; float32 computes in it as well"
        group.add_argument("--rounded", default="", metavar="|".join(KINDS), help=kinds)
        edits = 'change numbers: "x[2][1] = 0", "U = 0", "f[*][2] = 1", "reset 5"'
        group.add_argument("--set", dest="edits", action="append", default=[], metavar="EDIT", help=edits)
        group.add_argument("--beside", default="", metavar="CELL|SESSION.toml", help="another run to compare with")

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
        group.add_argument("--clip-value", type=float, metavar="F", help="the largest amount of each number of them")
        group.add_argument("--weight-decay", type=float, metavar="F", help="times each weight, added to its gradient")
        group.add_argument("--reduction", metavar="|".join(REDUCTIONS), help="of the losses of a window's t (sum)")
        rates = "the rate from epoch to epoch (constant)"
        group.add_argument("--schedule", metavar="constant|cosine|step:N:F", help=rates)
        begun = "learn the states before the first timestep, too"
        group.add_argument("--learn-initial-state", action="store_true", help=begun)
        judged = "a second sequence, or number K of the same file: every epoch is judged by it, and not learned from it"
        group.add_argument("--validation", metavar="F|K", help=judged)

    def breaks(self, purpose: str) -> None:
        """--break, which may be given several times."""
        self.add_argument(
            "--break", dest="breaks", action="append", default=[], metavar="EXPR", help=f"{purpose}: any(abs(s) > 0.95)"
        )

    def look(self, group: argparse._ArgumentGroup | None = None) -> None:
        """How it is drawn: with which colours and characters."""
        themes = "dark or light, each with high contrast too, none, or auto: as Textual is set (auto)"
        (group or self).add_argument("--theme", choices=THEMES, default=THEMES[0], help=themes)
        (group or self).add_argument("--ascii", action="store_true", help="draw with ASCII alone")

    def display(self) -> None:
        """DISPLAY of the contract."""
        group = self.add_argument_group("display")
        group.add_argument("--at", type=int, default=0, metavar="T", help="the timestep to begin at (0)")
        group.add_argument("--epoch", metavar="E|last", help="of a network that learns, the epoch to begin at (1)")
        shape = group.add_mutually_exclusive_group()
        shape.add_argument("--rolled", action="store_true", help="the diagram with the circular arrow")
        shape.add_argument("--unrolled", action="store_true", help="one copy of R a timestep")
        group.add_argument("--digits", type=int, default=2, metavar="N", help="after the decimal point (2)")
        group.add_argument("--names", choices=SCHEMES, default="seed", help="how quantities are called (seed)")
        units = "of a scaled series: as the network computes, or its own (scaled)"
        group.add_argument("--unit", choices=UNITS, default=UNITS[0], help=units)
        group.add_argument("--layer", type=int, default=0, metavar="K", help="the layer shown (the last)")
        self.look(group)
        group.add_argument("--size", default="80x24", metavar="COLSxROWS", help="of a snapshot (80x24)")
