"""The main screen: a cursor on the tape and the settings of the display. Panels draw; nothing is computed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer

from rnn_tui.app.commands import COMMANDS, footer
from rnn_tui.app.dialogs import KeysDialog, OpenDialog, Prompt
from rnn_tui.app.exact import ExactCompositor
from rnn_tui.app.panel import Panel
from rnn_tui.core.errors import InputError
from rnn_tui.core.simulator import Simulator
from rnn_tui.session import MOST_DIGITS, Display
from rnn_tui.views.layout import PARTS, Scene, arrange

SPEEDS = (0.5, 1, 2, 4, 8, 15, 30, 60)
"""Timesteps a second."""

Opener = Callable[[str], Simulator]


class MainScreen(Screen[None]):
    """Title, strip, diagram, tables, equation and footer, all of one timestep."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), f"command('{command.id}')", command.title, show=False, id=command.id)
        for command in COMMANDS
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    look: reactive[Display] = reactive(Display(), repaint=False)
    speed: reactive[int] = reactive(1, repaint=False)

    def __init__(self, simulator: Simulator, display: Display, opener: Opener) -> None:
        super().__init__()
        self._compositor = ExactCompositor()
        self.simulator, self.opener = simulator, opener
        self._timer: Timer | None = None
        self.set_reactive(MainScreen.cursor, simulator.t)
        self.set_reactive(MainScreen.look, display)

    def compose(self) -> ComposeResult:
        for name in PARTS:
            yield Panel(name)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange(event.size.width, event.size.height)

    def _arrange(self, width: int, height: int) -> None:
        """Gives every panel its place, and what to draw once it has it."""
        regions = arrange(self.simulator, self.look, width, height)
        for panel in self.query(Panel):
            region = regions.get(panel.part)
            panel.display = region is not None
            if region is not None:
                panel.styles.offset = (region.x, region.y)
                panel.styles.width, panel.styles.height = region.width, region.height
        self._show()

    def _show(self) -> None:
        playing = "" if self._timer is None else f"playing {SPEEDS[self.speed]:g}/s"
        rolled = self.look.diagram == "rolled"
        last = footer(self.size.width, self.look.ascii, "unrolled" if rolled else "rolled", self._timer is not None)
        scene = Scene(self.simulator, self.cursor, self.look, playing, last)
        for panel in self.query(Panel):
            panel.show(scene)

    def validate_cursor(self, cursor: int) -> int:
        """Keeps the cursor on the tape."""
        return min(max(cursor, 0), len(self.simulator))

    def watch_cursor(self, cursor: int) -> None:
        """A step draws; at the end of the sequence and at numbers that are not finite, playing stops."""
        self.simulator.seek(cursor)
        if self._timer is not None and (cursor == len(self.simulator) or not self.simulator.at(cursor).finite):
            self._pause()
        if self.is_mounted:
            self._show()

    def watch_look(self) -> None:
        """Another display may need other places."""
        if self.is_mounted:
            self._arrange(*self.size)

    def on_panel_picked(self, event: Panel.Picked) -> None:
        self.cursor = event.t

    def action_command(self, name: str) -> None:
        """Runs a command of the table."""
        run: Callable[[], None] = getattr(self, f"command_{name}")
        run()

    def command_forward(self) -> None:
        self.cursor += 1

    def command_back(self) -> None:
        self.cursor -= 1

    def command_first(self) -> None:
        self.cursor = 0

    def command_last(self) -> None:
        self.cursor = len(self.simulator)

    def command_go_to(self) -> None:
        def accept(text: str) -> str:
            if not text.lstrip("+-").isdecimal() or not 0 <= int(text) <= len(self.simulator):
                return f"a number from 0 to {len(self.simulator)} is needed"
            self.cursor = int(text)
            return ""

        self.app.push_screen(Prompt(f"Go to timestep (0 to {len(self.simulator)})", accept))

    def command_play(self) -> None:
        if self._timer is not None:
            self._pause()
            self._show()
            return
        if self.cursor == len(self.simulator):
            self.cursor = 0
        self._timer = self.set_interval(1 / SPEEDS[self.speed], self.command_forward)
        self._show()

    def _pause(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def command_faster(self) -> None:
        self._set_speed(self.speed + 1)

    def command_slower(self) -> None:
        self._set_speed(self.speed - 1)

    def _set_speed(self, speed: int) -> None:
        self.speed = min(max(speed, 0), len(SPEEDS) - 1)
        if self._timer is not None:
            self._timer.stop()
            self._timer = self.set_interval(1 / SPEEDS[self.speed], self.command_forward)
        self._show()

    def command_diagram(self) -> None:
        self.look = replace(self.look, diagram="unrolled" if self.look.diagram == "rolled" else "rolled")

    def command_next_sum(self) -> None:
        self.look = replace(self.look, gate=self.look.gate + 1)

    def command_previous_sum(self) -> None:
        self.look = replace(self.look, gate=self.look.gate - 1)

    def command_more_digits(self) -> None:
        self.look = replace(self.look, digits=min(self.look.digits + 1, MOST_DIGITS))

    def command_fewer_digits(self) -> None:
        self.look = replace(self.look, digits=max(self.look.digits - 1, 0))

    def command_reset(self) -> None:
        self._pause()
        self.simulator.reset()
        self.cursor = 0

    def command_open(self) -> None:
        def accept(path: str) -> str:
            try:
                simulator = self.opener(path)
            except InputError as error:
                return str(error)
            self._pause()
            self.simulator = simulator
            self.set_reactive(MainScreen.cursor, simulator.t)
            self._arrange(*self.size)
            return ""

        self.app.push_screen(OpenDialog(accept))

    def command_keys(self) -> None:
        self.app.push_screen(KeysDialog())

    def command_palette(self) -> None:
        self.app.action_command_palette()

    def command_quit(self) -> None:
        self.app.exit()
