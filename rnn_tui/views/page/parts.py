"""The parts of the main screen, each as a renderable; `layout.arrange` says where each stands and which are there.

Of those that the first frame seldom has, what draws them is loaded when they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace

from rich.console import RenderableType
from rich.text import Text

from rnn_tui.core.dataclass import dataclass
from rnn_tui.stepper.frame import Frame
from rnn_tui.stepper.lesson_text import Told
from rnn_tui.views.layer.sums import sums
from rnn_tui.views.maps.heatmap import history, maps
from rnn_tui.views.page import diagram
from rnn_tui.views.page.lines import equation_lines, map_line, run_name, strip, title
from rnn_tui.views.page.tables import lower, upper


@dataclass(frozen=True, eq=False)
class Page:
    """All that the main screen shows.

    Attributes:
        frame: what is looked at.
        status: what stands before t in the title, e.g. the speed while playing.
        footer: the last line.
        told: what a lesson says, or None.
        done: the share that is done of what the status says, or None.
    """

    frame: Frame
    status: str = ""
    footer: Text = field(default_factory=Text)
    told: Told | None = None
    done: float | None = None


Draw = Callable[[Page, int, int], RenderableType]


def _of(draw: Callable[[Frame, int, int], RenderableType]) -> Draw:
    """A part that needs a frame alone."""
    return lambda page, width, height: draw(page.frame, width, height)


def _line(draw: Callable[[Frame, int], RenderableType]) -> Draw:
    """A part of one line."""
    return lambda page, width, height: draw(page.frame, width)


def _gates(frame: Frame, width: int, height: int) -> RenderableType:
    return lower(frame, width, height) or Text()


def _pair(draw: Draw) -> Draw:
    """The same part of the run beside."""

    def other(page: Page, width: int, height: int) -> RenderableType:
        pair = page.frame.pair
        return Text() if pair is None else draw(replace(page, frame=pair), width, height)

    return other


def _timeline(frame: Frame, width: int, height: int) -> RenderableType:
    """The trace that is asked for; where none is and something learns, the loss."""
    from rnn_tui.views.learning.loss_plot import loss_plot
    from rnn_tui.views.page.timeline import timeline

    plot = loss_plot if frame.run.learner is not None and not frame.gaze.trace else timeline
    return plot(frame, width, height)


def _enlarged(frame: Frame, width: int, height: int) -> RenderableType:
    from rnn_tui.views.page.enlarged import enlarged

    return enlarged(frame, width, height)


def _lesson(page: Page, width: int, height: int) -> RenderableType:
    from rnn_tui.views.page.lesson import lesson

    return lesson(page.told, page.frame.look, width, height)


def _sums(frame: Frame, width: int, height: int) -> RenderableType:
    return sums(frame, width, height) or Text()


def _ledger(frame: Frame, width: int, height: int) -> RenderableType:
    """The operations of R, the arithmetic of numbers or of their difference, or who wrote one."""
    from rnn_tui.views.layer.differing import difference_ledger
    from rnn_tui.views.layer.ledger import ledger
    from rnn_tui.views.layer.memory import memory_ledger
    from rnn_tui.views.page.open_ledger import open_ledger

    if frame.differing and frame.gaze.zoom not in ("operation", "memory"):
        return difference_ledger(frame, width, height)
    tells = {"operation": ledger, "memory": memory_ledger}.get(frame.gaze.zoom, open_ledger)
    return tells(frame, width, height)


PARTS: dict[str, Draw] = {
    "title": lambda page, width, height: title(page.frame, width, page.status, page.done),
    "map": _line(map_line),
    "strip": _of(strip),
    "timeline": _of(_timeline),
    "diagram": _of(diagram.draw),
    "other": lambda page, width, height: diagram.draw(diagram.beside(page.frame), width, height),
    "ledger": _of(_ledger),
    "formula": _of(upper),
    "gates": _of(_gates),
    "sums": _of(_sums),
    "equation": _of(equation_lines),
    "maps": _of(maps),
    "history": _of(history),
    "own_name": _line(run_name),
    "pair_diagram": _pair(_of(diagram.draw)),
    "pair_name": _pair(_line(run_name)),
    "pair_formula": _pair(_of(upper)),
    "pair_gates": _pair(_of(_gates)),
    "pair_equation": _pair(_of(equation_lines)),
    "pair_history": _pair(_of(history)),
    "enlarged": _of(_enlarged),
    "lesson": _lesson,
    "footer": lambda page, width, height: page.footer,
}


def part(name: str, page: Page, width: int, height: int) -> RenderableType:
    """One part of the screen, drawn to its size."""
    return PARTS[name](page, width, height)
