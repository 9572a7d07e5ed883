"""The main screen: a cursor on the tape and the settings of the display. Panels draw; nothing is computed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from rnn_tui.app import looks
from rnn_tui.app.asking import Asking
from rnn_tui.app.commands import COMMANDS, footer, notice, possible
from rnn_tui.app.exact import ExactCompositor
from rnn_tui.app.flow import Flow, Hold
from rnn_tui.app.panel import Panel
from rnn_tui.app.player import Player
from rnn_tui.app.travel import Travel
from rnn_tui.core.breakpoints import Breakpoints
from rnn_tui.core.simulator import Simulator
from rnn_tui.session import Display
from rnn_tui.views.layout import arrange
from rnn_tui.views.scene import PARTS, Scene

Opener = Callable[[str, Callable[[int, int], None]], Simulator]
"""Makes the simulator of another sequence; told how far the reading is."""


class MainScreen(Screen[None]):
    """Title, strip, diagram, tables, equation and footer, all of one timestep.

    Attributes:
        simulator: the tape.
        flow: whether the terminal keeps up.
        player, travel, asking: the commands that play, travel in time, and ask.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), f"command('{command.id}')", command.title, show=False) for command in COMMANDS
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    look: reactive[Display] = reactive(Display(), repaint=False)

    def __init__(self, simulator: Simulator, display: Display, opener: Opener, breakpoints: Breakpoints) -> None:
        super().__init__()
        self._compositor = ExactCompositor()
        self.simulator = simulator
        self.flow, self._hold = Flow(self.app), Hold()
        self.player, self.travel, self.asking = Player(self), Travel(self, breakpoints), Asking(self, opener)
        self._notice, self._owed = "", False
        self.set_reactive(MainScreen.cursor, simulator.t)
        self.set_reactive(MainScreen.look, display)

    def compose(self) -> ComposeResult:
        for name in PARTS:
            yield Panel(name)

    def on_mount(self) -> None:
        """The first frame does not wait for the run."""
        self.travel.start()

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
        self.draw()

    def draw(self) -> None:
        """Draws all that has changed."""
        if not self.is_mounted:
            return
        self._owed = False
        width, plain = self.size.width, self.look.ascii
        words = looks.hints(self.look, self.player.playing)
        last = footer(width, plain, words, self.look.focus is not None)
        scene = Scene(
            simulator=self.simulator,
            cursor=self.cursor,
            display=self.look,
            status=self.player.status or self.travel.status,
            footer=notice(self._notice, width, plain) if self._notice else last,
            hits=tuple(sorted(self.travel.hits)),
            marks=dict(self.travel.marks),
        )
        for panel in self.query(Panel):
            panel.show(scene)

    def say(self, text: str) -> None:
        """Says something in the last line until the next command."""
        self._notice = text
        self.draw()

    def validate_cursor(self, cursor: int) -> int:
        """Keeps the cursor on the tape."""
        return min(max(cursor, 0), len(self.simulator))

    def watch_cursor(self, cursor: int) -> None:
        """A step draws, as soon as the terminal has drawn the one before."""
        self.simulator.seek(cursor)
        if not self.is_mounted:
            return
        self._notice = ""
        if self.flow.free():
            self.draw()
            self.call_after_refresh(self.flow.sent)
        elif not self._owed:
            self._owed = True
            self._catch_up()

    def _catch_up(self) -> None:
        """Draws what is owed once the terminal is ready for it."""
        if not self._owed:
            return
        if self.flow.free():
            self.draw()
            self.call_after_refresh(self.flow.sent)
        else:
            self.set_timer(0.02, self._catch_up)

    def watch_look(self) -> None:
        """Another display may need other places."""
        if self.is_mounted:
            self._arrange(*self.size)

    def replace(self, simulator: Simulator) -> None:
        """Another simulator in place of this one, at its own cursor."""
        self.player.pause()
        self.travel.forget()
        self.simulator = simulator
        self.set_reactive(MainScreen.cursor, simulator.t)
        self.set_reactive(MainScreen.look, looks.unselected(self.look))
        self._arrange(*self.size)

    def on_panel_picked(self, event: Panel.Picked) -> None:
        """A click goes to a timestep or a layer, steps into an operation, or asks where a number comes from."""
        if event.what == "t" and isinstance(event.value, int):
            self.travel.jump(event.value)
        else:
            self.look = looks.picked(self.simulator, self.cursor, self.look, event.what, event.value)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of two commands on one key, the one that can be given now."""
        return action != "command" or possible(str(parameters[0]), self.look.focus is not None)

    def action_command(self, name: str) -> None:
        """Runs a command of the table: one of this screen or of what it is made of, or a change of the look."""
        if self._notice:
            self.say("")
        for owner in (self, self.player, self.travel, self.asking):
            own: Callable[[], None] | None = getattr(owner, f"command_{name}", None)
            if own is not None:
                own()
                return
        if name == "leave" and self.travel.busy:
            self.travel.cancel()
        else:
            self.look = looks.CHANGES[name](self.simulator, self.cursor, self.look)

    def command_forward(self) -> None:
        self._step(1, "forward")

    def command_back(self) -> None:
        self._step(-1, "back")

    def _step(self, by: int, key: str) -> None:
        """One timestep; a key that is held down steps no faster than the terminal draws."""
        if not self._hold.held(key) or (self.flow.free() and not self._owed):
            self.travel.go(self.validate_cursor(self.cursor + by))

    def command_reset(self) -> None:
        self.player.pause()
        self.simulator.reset()
        self.travel.forget()
        self.cursor = 0
        self.travel.start_again()
        self.draw()
