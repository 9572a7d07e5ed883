"""A scene: all that the main screen shows, and each of its parts as a renderable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.text import Text

from rnn_tui.core.epochs import LearningSimulator
from rnn_tui.core.simulator import Simulator
from rnn_tui.session.model import Display
from rnn_tui.views.diagrams.layer import rolled, unrolled
from rnn_tui.views.inside.painting import inside
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.layer.ledger import ledger
from rnn_tui.views.learning.teaching import loss_plot
from rnn_tui.views.learning.vanishing import vanishing
from rnn_tui.views.maps.heatmap import history, maps
from rnn_tui.views.page.lesson import Told, lesson
from rnn_tui.views.page.lines import equation_lines, stack_map, strip, title
from rnn_tui.views.page.timeline import timeline
from rnn_tui.views.pictures.pages import picture

PARTS = (
    "title",
    "map",
    "strip",
    "timeline",
    "diagram",
    "other",
    "ledger",
    "formula",
    "gates",
    "equation",
    "maps",
    "history",
    "lesson",
    "footer",
)
"""The parts of the main screen; `layout.arrange` says where each stands and which are there."""


@dataclass(frozen=True)
class Scene:
    """All that the main screen shows.

    Attributes:
        simulator: the tape.
        cursor: 0 to T.
        display: how it is shown.
        status: what stands before t in the title, e.g. the speed while playing.
        footer: the last line.
        hits: timesteps at which one has arrived at a breakpoint.
        marks: letter to timestep.
        told: what a lesson says, or None.
    """

    simulator: Simulator
    cursor: int
    display: Display
    status: str = ""
    footer: Text = field(default_factory=Text)
    hits: tuple[int, ...] = ()
    marks: Mapping[str, int] = field(default_factory=dict)
    told: Told | None = None


def part(name: str, scene: Scene, width: int, height: int) -> RenderableType:
    """One part of the screen, drawn to its size."""
    simulator, cursor, display = scene.simulator, scene.cursor, scene.display
    match name:
        case "title":
            return title(simulator, cursor, display, width, scene.status)
        case "map":
            return stack_map(simulator, display, width)
        case "strip":
            return strip(simulator, cursor, display, width)
        case "timeline" if isinstance(simulator, LearningSimulator) and not display.trace:
            return loss_plot(simulator, display, width, height)
        case "timeline":
            return timeline(simulator, cursor, display, width, height, scene.hits, scene.marks)
        case "diagram" | "other":
            return _diagram(name, scene, width, height)
        case "formula":
            return formula(simulator, cursor, display, width, height)
        case "gates":
            return gates(simulator, cursor, display, width, height) or Text()
        case "equation":
            return equation_lines(simulator, cursor, display, width, height)
        case "lesson":
            return lesson(scene.told, display, width, height)
        case "ledger":
            return ledger(simulator, cursor, display, width, height)
        case "maps":
            return maps(simulator, cursor, display, width, height)
        case "history":
            return history(simulator, cursor, display, width, height)
        case _:
            return scene.footer


def _diagram(name: str, scene: Scene, width: int, height: int) -> RenderableType:
    """The chosen diagram, or beside it the other of the seed's two pictures."""
    display = scene.display
    if display.diagram == "inside" and name == "diagram":
        return inside(scene.simulator, scene.cursor, display, width, height)
    if display.diagram.startswith("picture") and name == "diagram":
        return picture(int(display.diagram[-1]), scene.simulator, scene.cursor, display, width, height)
    if display.diagram == "vanishing" and name == "diagram":
        return vanishing(scene.simulator, scene.cursor, display, width, height)
    is_rolled = (display.diagram == "rolled") == (name == "diagram")
    return (rolled if is_rolled else unrolled)(scene.simulator, scene.cursor, display, width, height)
