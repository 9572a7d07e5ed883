"""``snapshot``: a picture of the app, without a terminal."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rnn_tui.cli.opening import SMALLEST, at_end, stepper_of
from rnn_tui.cli.options import session_from
from rnn_tui.cli.outputs import check_outputs
from rnn_tui.cli.parser import Parser
from rnn_tui.core.errors import InputError, RangeError
from rnn_tui.files.replacing import replace_file
from rnn_tui.stepper.help import known_key

LARGEST = (1000, 500)
"""Columns and rows that a picture may have."""


def command(words: Sequence[str]) -> int:
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
    keys = [key for key in re.split(r"[,\s]+", options.press) if key]
    for key in keys:
        known_key(key)
    session = session_from(options)
    check_outputs(session, options.sequence, options.output)
    stepper = stepper_of(session, waits=True, end=at_end(options))
    from rnn_tui.app import RnnApp
    from rnn_tui.app.snapshot import snapshot
    from rnn_tui.views.page.room import undrawn

    picture = snapshot(RnnApp(stepper), size, keys, kind).encode("utf-8")
    replace_file(options.output, lambda file: file.write(picture))
    if lack := undrawn(stepper.frame, *size, lesson=stepper.session.lesson):
        print(f"rnn-tui: {lack}", file=sys.stderr)
    return 0


def _screen_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,4})x([0-9]{1,4})", text)
    columns, rows = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (SMALLEST[0] <= columns <= LARGEST[0] and SMALLEST[1] <= rows <= LARGEST[1]):
        right = f"write COLSxROWS from {SMALLEST[0]}x{SMALLEST[1]} to {LARGEST[0]}x{LARGEST[1]}"
        raise RangeError("", "", f"{text!r} is no size of a screen", right, "size")
    return columns, rows
