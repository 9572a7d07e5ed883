"""A picture of the app without a terminal: the same app, run headless, its screen written as SVG or plain text."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from rnn_tui.app.private import screen_lines
from rnn_tui.app.rnn_app import RnnApp


def snapshot(app: RnnApp, size: tuple[int, int], press: Iterable[str], form: str) -> str:
    """The screen of `app` after some keys.

    Args:
        app: not yet run.
        size: columns and rows.
        press: names of keys, as Textual has them.
        form: ``svg`` or ``txt``.

    Returns:
        The picture; the same app and keys give the same bytes.
    """
    return asyncio.run(_snapshot(app, size, list(press), form))


async def _snapshot(app: RnnApp, size: tuple[int, int], press: list[str], form: str) -> str:
    async with app.run_test(size=size) as pilot:
        await pilot.press(*press)
        await pilot.pause()
        if form == "txt":
            return screen_text(app)
        # the id that Textual makes of the content would differ between its versions
        return re.sub(r"terminal-\d+-", "terminal-", app.export_screenshot(title="rnn_tui"))


def screen_text(app: RnnApp) -> str:
    """The characters on the screen, line by line, without the blanks at their ends."""
    return "\n".join(line.rstrip() for line in screen_lines(app)) + "\n"
