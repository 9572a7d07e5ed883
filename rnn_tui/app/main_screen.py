"""The main screen: a cursor on the tape and the settings of the display. Panels draw; nothing is computed here."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from rnn_tui.app import looks
from rnn_tui.app.asking import Asking
from rnn_tui.app.commands import COMMANDS, footer, notice, possible
from rnn_tui.app.guide import Guide
from rnn_tui.app.panel import Panel
from rnn_tui.app.player import Player
from rnn_tui.app.terminal.pacing import Hold, Line, line_of
from rnn_tui.app.travel import Travel
from rnn_tui.core.breakpoints import Breakpoints
from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display, Session
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.quiz import Answer
from rnn_tui.views.page.scene import PARTS, Scene

Opener = Callable[[str, Callable[[int, int], None]], Simulator]
"""Makes the simulator of another sequence; told how far the reading is."""


SETTLED = 0.3
"""Seconds after which all that lives as long as the app is there."""


def settle() -> None:
    """Takes what is there out of the garbage collector's rounds, so that none of them delays a frame."""
    gc.collect()
    gc.freeze()
    gc.enable()


class MainScreen(Screen[None]):
    """Title, strip, diagram, tables, equation and footer, all of one timestep.

    Attributes:
        simulator: the tape.
        player, travel, asking: the commands that play, travel in time, and ask.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(command.keys), f"command('{command.id}')", command.title, show=False) for command in COMMANDS
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    look: reactive[Display] = reactive(Display(), repaint=False)

    def __init__(
        self, simulator: Simulator, display: Display, opener: Opener, breakpoints: Breakpoints, session: Session
    ) -> None:
        super().__init__()
        self.simulator = simulator
        self._hold = Hold()
        self.player, self.travel, self.asking = Player(self), Travel(self, breakpoints), Asking(self, opener)
        self.guide, self.session = Guide(self, session), session
        self._notice, self._owed = "", False
        self.set_reactive(MainScreen.cursor, simulator.t)
        self.set_reactive(MainScreen.look, display)

    @property
    def line(self) -> Line:
        """The way to the terminal, which says whether it keeps up."""
        return line_of(self.app)

    def compose(self) -> ComposeResult:
        """The panels, each where it will stand, so that the first frame is the right one."""
        regions = arrange(self.simulator, self.look, *self.app.size, lesson=bool(self.guide.stops))
        for name in PARTS:
            panel = Panel(name)
            panel.place(regions.get(name))
            yield panel

    def on_mount(self) -> None:
        """The first frame does not wait for the run."""
        self.guide.begin()
        self.travel.start()
        self.set_timer(SETTLED, settle)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange(event.size.width, event.size.height)

    def _arrange(self, width: int, height: int) -> None:
        """Gives every panel its place, and what to draw once it has it."""
        regions = arrange(self.simulator, self.look, width, height, bool(self.guide.stops))
        for panel in self.query(Panel):
            panel.place(regions.get(panel.part))
        self.draw()

    def draw(self) -> None:
        """Draws all that has changed."""
        if not self.is_mounted:
            return
        self._owed = False
        width, plain = self.size.width, self.look.ascii
        words = looks.hints(self.look, self.player.playing, self.guide.asks)
        last = footer(width, plain, words, self.look.focus is not None, bool(self.guide.stops))
        scene = Scene(
            simulator=self.simulator,
            cursor=self.cursor,
            display=self.look,
            status=self.player.status or self.travel.status,
            footer=notice(self._notice, width, plain) if self._notice else last,
            hits=tuple(sorted(self.travel.hits)),
            marks=dict(self.travel.marks),
            told=self.guide.told,
        )
        for panel in self.query(Panel):
            panel.show(scene)

    def say(self, text: str) -> None:
        """Says something in the last line until the next command."""
        self._notice = text
        self.draw()

    def now(self) -> Session:
        """All that the screen shows, as a session."""
        epoch = self.simulator.epoch if isinstance(self.simulator, LearningSimulator) else 1
        breaks = tuple(b.condition.text for b in self.travel.breakpoints.enabled)
        return replace(self.session, at=self.cursor, epoch=epoch, display=self.look, breaks=breaks, stops=())

    def validate_cursor(self, cursor: int) -> int:
        """Keeps the cursor on the tape."""
        return min(max(cursor, 0), self.simulator.walkable)

    def watch_cursor(self, cursor: int) -> None:
        """A step draws, as soon as the terminal has drawn the one before."""
        self.simulator.seek(cursor)
        if not self.is_mounted:
            return
        self._notice = ""
        if self.line.free():
            self.draw()
        elif not self._owed:
            self._owed = True
            self._catch_up()

    def _catch_up(self) -> None:
        """Draws what is owed once the terminal is ready for it."""
        if not self._owed:
            return
        if self.line.free():
            self.draw()
        else:
            self.set_timer(0.02, self._catch_up)

    def watch_look(self) -> None:
        """Another display may need other places."""
        if self.is_mounted:
            self._arrange(*self.size)

    def become(self, simulator: Simulator, t: int, look: Display) -> None:
        """Shows a simulator at a timestep in a given look: a stop of a lesson."""
        self.player.pause()
        if simulator is not self.simulator:
            self.travel.forget()
            self.simulator = simulator
        simulator.seek(t)
        self._notice = ""
        self.set_reactive(MainScreen.cursor, t)
        self.set_reactive(MainScreen.look, look)
        self._arrange(*self.size)

    def reveal(self, answer: Answer) -> None:
        """Shows the number that was asked for, and where it comes from."""
        if answer.focus is not None:
            self.cursor = answer.t
            self.look = looks.explained(self.simulator, self.cursor, self.look, answer.focus)

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
        elif event.what == "epoch" and isinstance(event.value, int):
            self.travel.go_to_epoch(event.value)
        else:
            self.look = looks.picked(self.simulator, self.cursor, self.look, event.what, event.value)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of two commands on one key, the one that can be given now."""
        if action != "command":
            return True
        return possible(str(parameters[0]), self.look.focus is not None, bool(self.guide.stops))

    def action_command(self, name: str) -> None:
        """Runs a command of the table: one of this screen or of what it is made of, or a change of the look."""
        if self._notice:
            self.say("")
        for owner in (self, self.player, self.travel, self.asking, self.guide):
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
        if not self._hold.held(key) or (self.line.free() and not self._owed):
            self.travel.step(by)

    def command_reset(self) -> None:
        self.player.pause()
        self.simulator.reset()
        self.travel.forget()
        self.cursor = 0
        self.travel.start_again()
        self.draw()
