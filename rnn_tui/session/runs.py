"""The runs of recipes, each made once."""

from __future__ import annotations

from rnn_tui.core.memo import Memo
from rnn_tui.core.run import Run
from rnn_tui.core.sequence import Sequence
from rnn_tui.files.source import Progress
from rnn_tui.session.recipe import Recipe

KEPT_RUNS = 6


class Runs:
    """The runs of recipes; stops of a lesson with the same recipe share one."""

    def __init__(self) -> None:
        self._kept = Memo(KEPT_RUNS)

    def of(self, recipe: Recipe, report: Progress | None = None, whole: Sequence | None = None) -> Run:
        """The run of a recipe; `whole` is its sequence, where that has been read already. Raises InputError."""
        if not recipe.edits:
            return self._kept.get(recipe, lambda: recipe.build(report, whole))
        base = self.of(recipe.unedited, report, whole)
        return self._kept.get(recipe, lambda: recipe.edited(base))

    def keep(self, recipe: Recipe, run: Run) -> None:
        """Notes a run that is there already, and the one before its edits."""
        base = run.base
        if recipe.edits and base is not None:
            self._kept.get(recipe.unedited, lambda: base[0])
        self._kept.get(recipe, lambda: run)
