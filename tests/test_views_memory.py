"""Nothing that views keep outlives the run that it is about."""

from __future__ import annotations

import gc
import weakref
from itertools import chain

import numpy as np
from frames import frame
from terminal import printed

from rnn_tui import Network, Run, Sequence
from rnn_tui.core.learning import Learning
from rnn_tui.session.diagrams import DIAGRAMS
from rnn_tui.session.model import Focus
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import PARTS, Page, part


def opened(seed: int) -> Run:
    """A run that learns, of numbers of its own."""
    random = np.random.default_rng(seed)
    sequence = Sequence(random.standard_normal((14, 4)), random.standard_normal((14, 3)))
    return Run(Network.random("lstm", 4, 3, seed), sequence, learning=Learning())


def look_at(run: Run, diagram: str, maps: bool, back: bool) -> None:
    """Draws all parts of the screen, with a diagram, maps or tables, forwards or back, and the ledger of a number."""
    for zoom, focus in (("step", None), ("number", Focus("d s", 0, 1) if back else Focus("f", 0, 1))):
        settings = {"diagram": diagram, "zoom": zoom, "focus": focus, "maps": maps, "back": back, "weights": "change"}
        page = Page(frame(run, 9, settings))
        assert arrange(page.frame, 120, 40)
        assert sum(len(printed(part(name, page, 100, 12))) for name in PARTS) > 500


def test_runs_that_were_looked_at_and_dropped_are_gone() -> None:
    runs = [opened(seed) for seed in range(len(DIAGRAMS))]
    whole = [[run, run.network, run.sequence, run.walk(), run.learner] for run in runs]
    arrays = [array for run in runs for array in run.network.layers[0].parameters.values()]
    kept: list[weakref.ref[object]] = [weakref.ref(thing) for thing in [*chain.from_iterable(whole), *arrays]]
    assert len(kept) > 100
    for index, (run, diagram) in enumerate(zip(runs, DIAGRAMS, strict=True)):
        look_at(run, diagram, maps=index % 2 == 0, back=index % 3 == 0)
    del run, runs, whole, arrays
    gc.collect()
    assert [reference() for reference in kept if reference() is not None] == []
