"""The main screen: panels, each a part of a page. Keys go to the stepper, what it says and asks is shown here."""

from __future__ import annotations

import gc
import os
import time
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.timer import Timer

from rnn_tui.app.ahead import Ahead, Plan, leads
from rnn_tui.app.host import Host
from rnn_tui.app.panel import Panel
from rnn_tui.stepper.commands import KEYS, given_by, hints
from rnn_tui.stepper.here import Ask, Here, Outcome
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.page.footer import footer, notice
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import PARTS, Page
from rnn_tui.views.sheet.scheme import Scheme

TICK = 1 / 60
SLICE = 0.008
"""Seconds of work between two looks at the keyboard."""
SHOWN = 0.25
"""Seconds between two drawings of how far the run is."""
SETTLED = 0.3
"""Seconds after which all that lives as long as the app is there."""
STEPS = ("forward", "back")
"""The commands that a held key gives no faster than the terminal draws."""


def settle() -> None:
    """Takes what is there out of the garbage collector's rounds, so that none of them delays a frame."""
    gc.collect()
    gc.freeze()
    gc.enable()


class MainScreen(Screen[None]):
    """Title, strip, diagram, tables, equation and footer, all of one timestep.

    Attributes:
        stepper: what keys are given to, and what is drawn.
        drawn: the session that is on the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding(key, f"key('{key}')", show=False) for key in KEYS]
    app: Host

    def __init__(self, stepper: Stepper) -> None:
        super().__init__()
        self.stepper = stepper
        self._panels = [Panel(name) for name in PARTS]
        self._ahead, self._step = Ahead(self._panels), ""
        self._owed, self._shown = False, 0.0
        self._timer: Timer | None = None
        self.drawn = stepper.session
        self._fitted: Size | None = None

    def compose(self) -> ComposeResult:
        """The panels, each drawn where it will stand, so that the first frame is the whole one; it does not wait for
        the run, but for its beginning: a short one needs no second frame."""
        self.app.guarded("the run", lambda: self.stepper.work(0.0))
        self.app.guarded("drawing", self._paint)
        yield from self._panels

    def on_mount(self) -> None:
        """From now on it is drawn again whenever something is due."""
        self.set_timer(SETTLED, settle)
        self._wake()

    def _wake(self) -> None:
        """Looks now and then whether something is due, for as long as something may be."""
        if self._timer is None and (self._owed or self.stepper.restless):
            self._timer = self.set_interval(TICK, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        if self.app.size != self._fitted:  # a screen is told of one size more than once
            self.app.guarded("drawing", self.draw)

    def _fit(self) -> Size:
        """Tells the stepper what it has to know of the screen, which has this size."""
        size = self.app.size
        self.stepper.columns = size.width
        self.stepper.pages = self._pages
        return size

    def _pages(self, told: Told) -> int:
        """How many pages the words of a stop take."""
        from rnn_tui.views.page.lesson import lesson_rows, page_count

        width, height = self.app.size
        return page_count(told, width, lesson_rows(self.stepper.session.lesson, width, height))

    def draw(self) -> None:
        """Draws what is shown now, once there is a screen to draw it on."""
        if self.is_mounted:
            self._paint()

    def _paint(self) -> None:
        """Gives every panel its place and what to draw there."""
        self._owed = False
        scheme = self._look()
        size, here = self._fit(), self.stepper.here
        plain = here.session.look.ascii
        if plain != self.has_class("plain"):
            self.set_class(plain, "plain")
        page = self._ahead.page(self._basis(here, scheme)) or self._page(here)
        regions = arrange(page.frame, *size, here.session.lesson)
        for panel in self._panels:
            panel.place(regions.get(panel.part))
            panel.show(page, scheme)
        self.drawn, self._fitted = here.session, self.app.size
        if self._step:
            self._ahead.draw(partial(self._plan, scheme))

    def _basis(self, here: Here, scheme: Scheme) -> object:
        """All that a page is made of; runs that have come to their end change no more."""
        stepper = self.stepper
        told = stepper.status, stepper.learned, stepper.notice, stepper.restless
        where = here.session, here.walk, here.other, here.secrets, here.pace, here.marked
        return where, told, scheme, self.app.size

    def _page(self, here: Here) -> Page:
        """What is shown of where one is."""
        said, width, plain = self.stepper.notice, self.app.size.width, here.session.look.ascii
        told = told_of(here)
        last = notice(said, width, plain) if said else footer(width, plain, hints(here, told))
        return Page(here.frame, self.stepper.status, last, told, self.stepper.learned)

    def _plan(self, scheme: Scheme) -> Plan | None:
        """The page that the step just made leads to when it is made again."""
        there = leads(self.stepper, self._step) if self.app.screen is self and not self.stepper.notice else None
        if there is None:
            return None
        regions = arrange(there.frame, *self.app.size, there.session.lesson)
        return Plan(self._basis(there, scheme), self._page(there), regions, scheme)

    def _look(self) -> Scheme:
        """How it looks on this screen, of which the stepper is told."""
        session = self.stepper.session
        scheme = self.app.wear(session.look.theme, session.gaze.focus is not None)
        self.stepper.marked = not scheme.coloured
        return scheme

    def draw_when_free(self) -> None:
        """Draws as soon as the terminal has drawn the frame before."""
        if self.app.line.free():
            self.draw()
        else:
            self._owed = True
        self._wake()

    def action_key(self, key: str) -> None:
        """Gives a key to the stepper."""
        command = given_by(key, self.stepper.here)
        step = command.id if command is not None and command.id in STEPS else ""
        held = bool(step) and self.app.hold.held(key)
        self._step = "" if held else step  # a held key comes again too soon for anything to be drawn ahead
        if held and (self._owed or not self.app.line.free()):
            return
        self.app.guarded(f"the key {key}", lambda: self.follow(self.stepper.press(key)))

    def give(self, command: str, argument: str = "") -> None:
        """Gives a command: of the palette, or of a click."""
        self.app.guarded(command, lambda: self.follow(self.stepper.give(command, argument)))

    def follow(self, outcome: Outcome | None) -> None:
        """Shows what came of a command."""
        if outcome is None:
            return
        if outcome.ask is not None:
            self._ask(outcome.ask)
        if outcome.order == "quit":
            self.app.exit()
            return
        if outcome.order == "palette":
            self.app.action_command_palette()
        elif outcome.order == "repaint":
            self.app.line.repaint()
        elif outcome.order == "blank":
            self._darken()
        elif outcome.order == "suspend":
            self._suspend()
        self.draw_when_free()

    def _darken(self) -> None:
        """Nothing on the screen, until any key."""
        from rnn_tui.app.blank import Blank

        self.app.push_screen(Blank())

    def _suspend(self) -> None:
        """Back to the shell; a program that is the first in its terminal would never be let go on."""
        if os.getsid(0) == os.getpid():
            self.stepper.notice = "there is no shell to go back to"
        else:
            self.app.action_suspend_process()

    def _ask(self, ask: Ask) -> None:
        """Opens the dialog of a question; the dialogs are loaded when the first one opens."""
        from rnn_tui.app.dialogs.kinds import dialog_of

        dialog, size = dialog_of(ask, self.stepper), self.app.size
        if ask.secrets or ask.kind == "edit":  # the tables tell what is asked for, and stay in sight
            regions = arrange(self.stepper.frame, *size, self.stepper.session.lesson)
            tables = regions.get("formula", regions.get("sums"))
            dialog.add_class("below" if tables is not None and tables.y < size.height // 3 else "above")
        self.app.push_screen(dialog, self._answered)

    def _answered(self, outcome: Outcome | None) -> None:
        """A dialog is gone, with what came of it."""
        if outcome is None:
            self.stepper.close()
            self.app.guarded("drawing", self.draw_when_free)
        else:
            self.call_after_refresh(self.app.guarded, "the answer", partial(self.follow, outcome))

    def on_panel_picked(self, event: Panel.Picked) -> None:
        """A click goes to a timestep, an epoch or a layer, steps into an operation, or asks where a number is from."""
        self.give(event.what, event.value)

    def _tick(self) -> None:
        """A slice of work, and play; then what is owed is drawn."""
        self.app.guarded("the run", self._work)

    def _work(self) -> None:
        line, now = self.app.line, time.monotonic()
        before = self.stepper.session, self.stepper.notice
        free = line.free()
        played = free and self.stepper.tick(now)
        worked = self.stepper.work(SLICE)
        moved = before != (self.stepper.session, self.stepper.notice)
        if worked and (moved or not self.stepper.restless or now - self._shown > SHOWN):
            self._shown, self._owed = now, True
        if (self._owed or played or moved) and free:
            self.draw()
        if self._timer is not None and not self._owed and not self.stepper.restless:
            self._timer.stop()
            self._timer = None
