"""The commands that ask something first: go to, find, open, edit, breakpoints, marks, keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from rnn_tui.core.errors import InputError
from rnn_tui.core.search import find_label
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Source
from rnn_tui.views.layer.shown import Shown

if TYPE_CHECKING:
    from rnn_tui.app.main_screen import MainScreen, Opener


class Asking:
    """Opens the dialogs of a main screen and does what they are answered with."""

    def __init__(self, screen: MainScreen, opener: Opener) -> None:
        self._screen, self._opener = screen, opener
        self._found, self._path = "", ""

    @property
    def _dialogs(self) -> ModuleType:
        """The dialogs, which are loaded when the first one opens: the first frame does not need them."""
        return import_module("rnn_tui.app.dialogs")

    def command_go_to(self) -> None:
        last = len(self._screen.simulator)

        def accept(text: str) -> str:
            short = text.isascii() and text.isdecimal() and len(text) < 19
            if not short or not 0 <= int(text) <= last:
                return f"a number from 0 to {last} is needed"
            self._screen.travel.jump(int(text))
            return ""

        self._screen.app.push_screen(self._dialogs.Prompt(f"Go to timestep (0 to {last})", accept))

    def command_find(self) -> None:
        def accept(text: str) -> str:
            text = text or self._found
            t = find_label(self._screen.simulator.sequence, text, self._screen.cursor) if text else None
            if t is None:
                return f"no label is or contains {text!r}" if text else "type a label"
            self._found = text
            self._screen.travel.jump(t)
            return ""

        self._screen.app.push_screen(
            self._dialogs.Prompt("Find the next timestep with this label (empty: the same again)", accept)
        )

    def command_open(self) -> None:
        def open_(path: str, report: Callable[[int, int], None]) -> Simulator:
            simulator = self._opener(path, report)
            self._path = path
            return simulator

        self._screen.app.push_screen(self._dialogs.OpenDialog(open_), self._opened)

    def _opened(self, simulator: Simulator | None) -> None:
        if simulator is not None:
            self._screen.session = replace(self._screen.session, source=Source(self._path))
            self._screen.replace(simulator)

    def command_edit(self) -> None:
        screen = self._screen
        shown = Shown.of(screen.simulator, screen.cursor, screen.look)

        def accept(text: str) -> str:
            try:
                other = screen.simulator.with_cell(shown.index, text)
                other.seek(screen.cursor)
            except InputError as error:
                return str(error)
            screen.session = replace(screen.session, inline=other.network)
            screen.replace(other)
            return ""

        screen.app.push_screen(self._dialogs.EditDialog(shown.cell, accept))

    def command_breakpoints(self) -> None:
        screen = self._screen
        shown = Shown.of(screen.simulator, screen.cursor, screen.look)
        screen.app.push_screen(
            self._dialogs.BreakpointsDialog(screen.travel.breakpoints, screen.simulator, shown.index)
        )

    def command_mark(self) -> None:
        def accept(letter: str) -> None:
            self._screen.travel.marks[letter] = self._screen.cursor
            self._screen.say(f"marked t = {self._screen.cursor} as {letter}")

        self._screen.app.push_screen(
            self._dialogs.LetterDialog(f"Mark t = {self._screen.cursor}: press a letter", accept)
        )

    def command_jump(self) -> None:
        marks = self._screen.travel.marks

        def accept(letter: str) -> None:
            if letter in marks:
                self._screen.travel.jump(marks[letter])
            else:
                self._screen.say(f"there is no mark {letter}")

        known = ", ".join(f"{letter}: t = {t}" for letter, t in sorted(marks.items())) or "none is set"
        self._screen.app.push_screen(self._dialogs.LetterDialog(f"Jump to a mark ({known}): press its letter", accept))

    def command_save(self) -> None:
        """Writes sequence, network, learning, breakpoints, display and cursor into a session file."""
        screen = self._screen
        asked: list[str] = []

        def accept(text: str) -> str:
            if not text:
                return "type a file's name"
            from rnn_tui.session.file import write_session

            path = text if text.endswith(".toml") else f"{text}.toml"
            if os.path.exists(path) and path not in asked:
                asked.append(path)
                return f"{path} exists; enter again writes over it"
            try:
                write_session(screen.now(), path)
            except InputError as error:
                return str(error)
            screen.say(f"saved as {path}; rnn-tui {path} opens it again")
            return ""

        screen.app.push_screen(self._dialogs.Prompt("Save the session as (a .toml file)", accept))

    def command_keys(self) -> None:
        self._screen.app.push_screen(self._dialogs.KeysDialog())

    def command_palette(self) -> None:
        self._screen.app.action_command_palette()

    def command_repaint(self) -> None:
        self._screen.line.repaint()

    def command_suspend(self) -> None:
        """Back to the shell; a program that is the first in its terminal would never be let go on."""
        if os.getsid(0) == os.getpid():
            self._screen.say("there is no shell to go back to")
        else:
            self._screen.app.action_suspend_process()

    def command_quit(self) -> None:
        self._screen.app.exit()
