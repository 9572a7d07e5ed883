"""The main screen: a cursor on the tape and the settings of the display. Panels draw; nothing is computed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer

from rnn_tui.app import looks
from rnn_tui.app.commands import COMMANDS, footer, possible
from rnn_tui.app.dialogs import EditDialog, KeysDialog, OpenDialog, Prompt
from rnn_tui.app.exact import ExactCompositor
from rnn_tui.app.panel import Panel
from rnn_tui.core.errors import InputError
from rnn_tui.core.simulator import Simulator
from rnn_tui.session import Display
from rnn_tui.views.layout import arrange
from rnn_tui.views.scene import PARTS, Scene
from rnn_tui.views.shown import Shown

SPEEDS = (0.5, 1, 2, 4, 8, 15, 30, 60)
"""Timesteps a second."""

Opener = Callable[[str], Simulator]


class MainScreen(Screen[None]):
    """Title, strip, diagram, tables, equation and footer, all of one timestep."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), f"command('{command.id}')", command.title, show=False) for command in COMMANDS
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
        status = "" if self._timer is None else f"playing {SPEEDS[self.speed]:g}/s"
        words = looks.hints(self.look, self._timer is not None)
        last = footer(self.size.width, self.look.ascii, words, self.look.focus is not None)
        scene = Scene(self.simulator, self.cursor, self.look, status, last)
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
        """A click goes to a timestep or a layer, steps into an operation, or asks where a number comes from."""
        if event.what == "t":
            self.cursor = int(str(event.value))
        else:
            self.look = looks.picked(self.simulator, self.cursor, self.look, event.what, event.value)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of two commands on one key, the one that can be given now."""
        return action != "command" or possible(str(parameters[0]), self.look.focus is not None)

    def action_command(self, name: str) -> None:
        """Runs a command of the table: one of this class, or a change of the look."""
        own: Callable[[], None] | None = getattr(self, f"command_{name}", None)
        if own is not None:
            own()
        else:
            self.look = looks.CHANGES[name](self.simulator, self.cursor, self.look)

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
            if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text) <= len(self.simulator)):
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

    def command_reset(self) -> None:
        self._pause()
        self.simulator.reset()
        self.cursor = 0
        self._show()

    def _replace(self, simulator: Simulator) -> None:
        """Another simulator in place of this one, at its own cursor."""
        self._pause()
        self.simulator = simulator
        self.set_reactive(MainScreen.cursor, simulator.t)
        self.set_reactive(MainScreen.look, looks.unselected(self.look))
        self._arrange(*self.size)

    def command_open(self) -> None:
        def accept(path: str) -> str:
            try:
                self._replace(self.opener(path))
            except InputError as error:
                return str(error)
            return ""

        self.app.push_screen(OpenDialog(accept))

    def command_edit(self) -> None:
        shown = Shown.of(self.simulator, self.cursor, self.look)

        def accept(text: str) -> str:
            try:
                other = self.simulator.with_cell(shown.index, text)
                other.seek(self.cursor)
            except InputError as error:
                return str(error)
            self._replace(other)
            return ""

        self.app.push_screen(EditDialog(shown.cell, accept))

    def command_keys(self) -> None:
        self.app.push_screen(KeysDialog())

    def command_palette(self) -> None:
        self.app.action_command_palette()

    def command_quit(self) -> None:
        self.app.exit()
