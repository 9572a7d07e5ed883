"""The options of the commands, and the one place that turns them into a session."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from rnn_tui.cli.wording import OPTIONS as OPTION_OF
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.core.edits import Edit
from rnn_tui.core.errors import InputError
from rnn_tui.core.learning import Learning
from rnn_tui.core.losses import LOSSES, REDUCTIONS
from rnn_tui.core.narrow import KINDS
from rnn_tui.core.nearest import nearest
from rnn_tui.core.optimizers import OPTIMIZERS
from rnn_tui.files.wanted import OPTIONS, key_of
from rnn_tui.session.choosing import (
    OF_LEARNING,
    OF_OPTIMIZER,
    known_kind,
    learning_with,
    look_with,
    network_with,
    whole_number,
)
from rnn_tui.session.model import SCHEMES, THEMES, Gaze, Look, Session
from rnn_tui.session.recipe import Blueprint, Recipe, Source

Allow = Callable[[str], bool]
"""Asked whether a file outside a session's folder may be read, in a sentence that says which."""


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
        if not changes:
            return
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
        group.add_argument("--layer", type=int, default=0, metavar="K", help="the layer shown (the last)")
        self.look(group)
        group.add_argument("--size", default="80x24", metavar="COLSxROWS", help="of a snapshot (80x24)")


def session_from(options: argparse.Namespace, allow: Allow | None = None) -> Session:
    """The session that the options describe: what is given counts, the rest is of the session file, or usual.

    Args:
        options: what `Parser.read` read.
        allow: asked before a session file reads another outside its folder.

    Raises:
        InputError: options that do not go together, or a session file that is wrong.
    """
    if options.sequence.lower().endswith(".toml"):
        return applied(session_in(options.sequence, options, allow), options)
    return applied(Session(Recipe(Source(options.sequence))), options)


def session_in(path: str, options: argparse.Namespace, allow: Allow | None = None) -> Session:
    """The session in a file or a lesson. Raises InputError."""
    from rnn_tui.session.file import read_session

    return read_session(path, allowed(options, allow))


def allowed(options: argparse.Namespace, allow: Allow | None = None) -> Allow | None:
    """Who is asked whether a file outside a session's folder may be read; with --allow-outside every one may."""
    return (lambda _: True) if options.allow_outside else allow


def applied(session: Session, options: argparse.Namespace) -> Session:
    """A session, and every stop of it, with the options that were given. Raises InputError."""
    return session.everywhere(lambda each: _applied(each, options))


def looking(session: Session, options: argparse.Namespace) -> Session:
    """A session that looks as the options say. Raises InputError."""
    return replace(session, look=_look(session.look, options))


def _applied(session: Session, options: argparse.Namespace) -> Session:
    recipe = session.recipe
    blueprint = _blueprint(recipe.blueprint, options)
    if "initial_state" in options.given:
        blueprint = replace(blueprint, initial_state=options.initial_state)
    if "rounded" in options.given:
        blueprint = replace(blueprint, rounded=known_kind(options.rounded))
    edits = tuple(map(Edit.parse, options.edits)) if "edits" in options.given else recipe.edits
    learning = _learning(recipe.learning, options)
    other = Recipe(_source(recipe.source, options), blueprint, learning, edits, recipe.reference)
    gaze, look = _gaze(session.gaze, options), _look(session.look, options)
    given: dict[str, Any] = {"at": options.at} if "at" in options.given else {}
    if "epoch" in options.given and "at" in options:
        given["epoch"] = _epoch(other.learning, options.epoch)
    if blueprint != recipe.blueprint:  # the number selected may not be there
        gaze, given["hidden"] = replace(gaze, focus=None, zoom="step"), ()
    if "beside" in options.given:
        from rnn_tui.session.comparing import recipe_beside

        given["beside"] = recipe_beside(options.beside, other, allowed(options))
    if "breaks" in options.given:
        given["breaks"] = tuple(Breakpoint(text, gaze.layer) for text in options.breaks)
    return replace(session, recipe=other, gaze=gaze, look=look, **given)


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    return {name: getattr(options, name) for name in names if name in options.given}


def _source(source: Source, options: argparse.Namespace) -> Source:
    given = _given(options, *OPTIONS)
    if source.inline is not None and given:
        why, hint = f"does not go with {options.sequence}", "its sequence is written in it"
        raise InputError("", "", why, hint, key_of(next(iter(given))))
    if "header" in given:
        if given["header"] not in ("yes", "no"):
            raise InputError("", "", f"{given['header']!r} is not known", "yes or no are", "header")
        given["header"] = given["header"] == "yes"
    return replace(source, **given)


def _blueprint(blueprint: Blueprint, options: argparse.Namespace) -> Blueprint:
    given = _given(options, "cell", "hidden", "seed", "model")
    if "model" in given:
        for option in ("cell", "hidden", "seed"):
            if option in given:
                raise InputError("", "", "does not go with --model", "the model has its own cells and numbers", option)
    elif given and "cell" not in given and not blueprint.random:
        why = f"does not go with {options.sequence}, which has a whole network"
        raise InputError("", "", why, "add --cell", next(iter(given)))
    return _chosen(network_with(blueprint, given), options)


def _chosen(blueprint: Blueprint, options: argparse.Namespace) -> Blueprint:
    """The network of a model's file that --layer means where the file holds several; it is no layer shown then."""
    layer = str(getattr(options, "layer", ""))
    if not blueprint.model or "layer" not in options.given or layer == "all":
        return blueprint
    from rnn_tui.files.models import inspected

    if not inspected(blueprint.model).choices:
        return blueprint
    options.layer, options.given = type(options.layer)(), options.given - {"layer"}
    return replace(blueprint, choice=whole_number("layer", layer))


def _gaze(gaze: Gaze, options: argparse.Namespace) -> Gaze:
    """What is looked at; a command that shows nothing has layers of its own."""
    if "at" not in options:
        return gaze
    given = _given(options, "layer")
    for diagram in ("rolled", "unrolled"):
        if diagram in options.given:
            given["diagram"] = diagram
    return replace(gaze, **given)


def _look(look: Look, options: argparse.Namespace) -> Look:
    """How it looks; a command that shows nothing has digits of its own."""
    if "theme" not in options:
        return look
    return look_with(look, _given(options, "digits", "names", "ascii", "theme"))


def _epoch(learning: Learning | None, text: str) -> int:
    """The epoch to begin at. Raises InputError."""
    if learning is None:
        raise InputError("", "", "shows what was learned", "add --learn", "epoch")
    return learning.epochs if text == "last" else whole_number("epoch", text)


def _learning(learning: Learning | None, options: argparse.Namespace) -> Learning | None:
    """How to learn; None where nothing is to be learned. Raises InputError."""
    given = _given(options, *OF_LEARNING, *OF_OPTIMIZER, "optimizer")
    if learning is None:
        if "learn" not in options.given and not getattr(options, "check_gradients", False):
            for name in given:
                raise InputError("", "", "says how to learn", "add --learn", name)
            return None
        learning = Learning(loss="")
    return learning_with(learning, given)
