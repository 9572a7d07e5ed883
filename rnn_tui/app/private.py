"""The private names of Textual that the app uses, all of them; where one is missing, something public does instead."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from rich.cells import cell_len
from textual.app import App
from textual.message import Message

WRITTEN = re.compile(r'<text [^>]*?x="([\d.]+)"[^>]*-line-(\d+)\)">([^<]*)</text>')
"""A piece of text in an exported picture: its left edge, its line, and its characters."""
CELL = 12.2
"""The width of a cell in an exported picture."""


class Parser(Protocol):
    """Makes keys, mouse and other reports of what a terminal sends."""

    def feed(self, data: str) -> Iterable[Message]:
        """What some more text means."""

    def tick(self) -> Iterable[Message]:
        """What is meant, now that nothing more has come for a while."""


class Unfailing(App[None]):
    """An app that is told of every exception that nothing has caught; Textual alone ends with a traceback.

    Where a version of Textual has no such hook, that is what it does.
    """

    @abstractmethod
    def fail(self, error: Exception) -> None:
        """Takes an exception that nothing has caught: of a message, a timer, a drawing, a callback or a worker."""

    def _handle_exception(self, error: Exception) -> None:
        if self.is_headless:  # a test or a picture: the caller gets it
            super()._handle_exception(error)
        else:
            self.fail(error)


def input_parser(debug: bool) -> Parser | None:
    """Textual's parser of what a terminal sends; None where this version has it elsewhere."""
    try:
        from textual._xterm_parser import XTermParser
    except ImportError:
        return None
    return XTermParser(debug)


def screen_lines(app: App[Any]) -> list[str]:
    """The characters on the screen, line by line."""
    compositor = getattr(app.screen, "_compositor", None)
    render: Callable[[], list[Any]] | None = getattr(compositor, "render_strips", None)
    if render is None:
        return exported_lines(app)
    return ["".join(segment.text for segment in strip) for strip in render()]


def exported_lines(app: App[Any]) -> list[str]:
    """The same, read out of the picture that Textual exports, which leaves blanks out."""
    import html

    width, height = app.size
    lines = [""] * height
    for x, y, text in WRITTEN.findall(app.export_screenshot()):
        line, column = lines[int(y)], round(float(x) / CELL)
        written = html.unescape(text.rstrip("\n")).replace("\xa0", " ")
        lines[int(y)] = line + " " * (column - cell_len(line)) + written
    return [line + " " * (width - cell_len(line)) for line in lines]
