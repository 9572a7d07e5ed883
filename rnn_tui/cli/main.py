"""The command line. It knows which words there are, and loads what a command needs when the command runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from io import StringIO, TextIOWrapper

from rnn_tui.cli.wording import worded
from rnn_tui.core.errors import InputError
from rnn_tui.core.nearest import nearest

ONLY_PRINTING = ("check", "compare", "inspect", "list")
PRINTING = (*ONLY_PRINTING, "run", "snapshot")
"""The commands that print, or write a file, and are done; each is a module of this folder."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit status is 0 for done, 1 for a difference found or a condition that holds nowhere, and 2
    for bad usage or input."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stderr is None:  # closed by whoever began this program: what is said there is for nobody
        sys.stderr = StringIO()
    try:
        if words and words[0] in PRINTING:
            if sys.stdout is None and words[0] in ONLY_PRINTING:
                raise InputError("standard output", "", "is closed", f"{words[0]} prints there")
            return _printing(_command(words[0]), words[1:])
        if words and words[0] == "lesson":
            return _command("lesson")(words[1:])
        if words and (meant := _meant(words[0])):
            raise InputError(words[0], "", "no such command and no such file", meant)
        return _command("opening")(words)
    except InputError as error:
        print(f"rnn-tui: {worded(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _meant(word: str) -> str:
    """Which command a first word is near that is neither one nor a file nor an option; empty where none is."""
    if word.startswith("-") or "." in word or os.path.exists(word):
        return ""
    return nearest(word, (*PRINTING, "lesson"), "")


def _command(name: str) -> Callable[[Sequence[str]], int]:
    """The function of a command, loaded when it is asked for; what is loaded stays, and is not searched for garbage."""
    module = {"list": "built_in"}.get(name, name)
    gc.disable()
    command: Callable[[Sequence[str]], int] = import_module(f"rnn_tui.cli.{module}").command
    gc.freeze()
    gc.enable()
    return command


def _printing(command: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """Runs a command that prints; what standard output refuses is told in one sentence."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a label the terminal's encoding does not have
    status = 0
    try:
        status = command(words)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would try again at its end
        if isinstance(error, BrokenPipeError):  # the reader of our output has gone, and that is its right
            return status
        raise InputError("standard output", "", f"cannot be written: {error.strerror}") from None
