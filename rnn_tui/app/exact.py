"""Partial updates that send the changed cells only.

Textual 8.2 knows which cells of a widget are dirty but sends its line from the widget's left edge on (the remark "crop
to x extents" stands in its compositor). On a slow line that is most of a step's bytes, so the crop is made here.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor


class ExactUpdate(ChopsUpdate):
    """A partial update cropped on both sides."""

    def render_segments(self, console: Console) -> str:
        """The update as terminal sequences."""
        written: list[str] = []
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                first, last = max(x, x1), min(end, x2)
                if strip is None or first >= last:
                    continue
                written.append(Control.move_to(first, y).segment.text)
                written.append(strip.crop(first - x, last - x).simplify().render(console))
        return "".join(written)


class ExactCompositor(Compositor):
    """A compositor whose partial updates are exact."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed since the last update, or None."""
        update = super().render_partial_update()
        return update and ExactUpdate(update.chops, update.spans, update.chop_ends)
