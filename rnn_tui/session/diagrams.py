"""The diagrams there are: the one table that keys, session files and the screen are made of.

A diagram that is added is a module of views, with a line here. The module has ``draw(frame, width, height)``, a Rich
renderable, ``rows(frame)``, the rows it likes, the same at every t, and ``fits(frame, width, height)``, whether there
is room for what it is about. One that can stand beside another has ``columns(frame)`` as well, those it likes, and one
that is whole or not there ``lacks(frame, width, height)``, which says what room it needs. Which diagram it is,
`Gaze.diagram` says.
"""

from __future__ import annotations

from rnn_tui.core.dataclass import dataclass

DRAWN = "rnn_tui.views.diagrams"
VANISHING, ACROSS, FORECAST = "vanishing", "across", "forecast"
"""How far back a gradient reaches, with another cell beside the own one; how much every x matters to one number; and
what goes on past the end."""


@dataclass(frozen=True)
class Diagram:
    """One diagram.

    Attributes:
        name: as session files have it.
        home: the module that draws it, loaded when it is looked at.
        stack: the module that draws it of a network of several layers, where that is another one.
        whole: whether it needs the whole width of the screen.
        alone: whether the tables make way for it.
        steps: whether it shows the operation that one is at, so that it keeps its place where the ledger would stand.
        key: what shows it, and hides it again; empty where no key does.
        title: what that key does, in a few words.
        hint: one or two words for the footer.
    """

    name: str
    home: str
    stack: str = ""
    whole: bool = True
    alone: bool = False
    steps: bool = False
    key: str = ""
    title: str = ""
    hint: str = ""


DIAGRAMS = {
    diagram.name: diagram
    for diagram in (
        Diagram("unrolled", f"{DRAWN}.unrolled", f"{DRAWN}.network", whole=False),
        Diagram("rolled", f"{DRAWN}.rolled", whole=False),
        Diagram("inside", "rnn_tui.views.inside.painting", steps=True, key="i", title="The inside of R", hint="inside"),
        Diagram(VANISHING, "rnn_tui.views.learning.vanishing", key="V", title="How far back a gradient reaches"),
        Diagram(ACROSS, f"{DRAWN}.across", key="A", title="Across time: how much every x matters to the number"),
        Diagram(
            FORECAST, f"{DRAWN}.forecast", key="underscore", title="The series and its forecast, or the text whole"
        ),
        *(Diagram(f"picture-{number}", "rnn_tui.views.pictures.pages", alone=True) for number in range(1, 10)),
    )
}
