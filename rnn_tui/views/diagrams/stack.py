"""Where everything of the network whole stands: layers up, timesteps across. It depends on size and run, never on t.

Counted from 0, the sequence being layer -1.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnn_tui.core.dataclass import dataclass
from rnn_tui.views.sheet.paging import page

SEQUENCE = -1
LETTERS = ("x", "y", "target")
"""The rows of letters, the first that must have room first: x below, what is predicted on top, the target above it."""
TALL, LOW = 3, 1
"""Rows of a box with an edge all round, and of one with sides alone."""
LIKED = 19
"""Rows that the picture likes at most."""
MANY, FEW = 5, 3
"""Timesteps that there should be room for, and those for which boxes shrink."""
PASSED = 5
"""Columns of a link that lines pass on both sides, at least."""
SMALL = 5
"""Columns of a box that has a middle and two sides to it."""
NARROW = 9
"""Columns of a timestep that is not shrunk to have many of them in view."""
WIDEST = 13
"""Columns of a box at most."""

Reads = Sequence[tuple[int, ...]]
Skip = tuple[int, int]
"""A layer that is read, and the layer that reads it, which is not the next one."""


@dataclass(frozen=True)
class Form:
    """How tall the picture is drawn.

    Attributes:
        box: rows of a box, `TALL` or `LOW`.
        arrows: whether there is a row of arrows below every layer.
        ends: how many of the rows of letters there are, of `LETTERS`.
    """

    box: int
    arrows: bool
    ends: int

    @property
    def each(self) -> int:
        """Rows of a layer."""
        return self.box + self.arrows


def forms(ends: int) -> tuple[Form, ...]:
    """All of them, from the tallest on."""
    low = (Form(LOW, False, count) for count in range(ends, -1, -1))
    return (Form(TALL, True, ends), Form(LOW, True, ends), *low)


def heights(layers: int, ends: int, tall: bool) -> list[int]:
    """The rows that the picture makes use of, down from those that it likes: of every form that is not too tall."""
    whole = [rows for form in forms(ends)[not tall :] if (rows := form.each * layers + form.ends) <= LIKED]
    return [*(whole or [LIKED]), *range(min(layers - 1, LIKED - 1), 0, -1)]


@dataclass(frozen=True)
class Floors:
    """The layers in view, and the row of each.

    Attributes:
        form: how tall it is drawn.
        layers: those in view.
        count: how many there are.
        height: the rows that are there.
    """

    form: Form
    layers: range
    count: int
    height: int

    @classmethod
    def of(cls, count: int, index: int, ends: int, height: int, tall: bool = True) -> Floors:
        """The tallest form that has room; where no form has, the layers around the one that is looked at.

        Args:
            count: layers.
            index: the one that is looked at.
            ends: rows of letters.
            height: rows there are.
            tall: whether there is room for names in the boxes.
        """
        for form in forms(ends)[not tall :]:
            if form.each * count + form.ends <= height:
                return cls(form, range(count), count, height)
        ends = min(ends, max(height - FEW - 2, 0))
        return cls(Form(LOW, False, ends), around(index, count, height - ends), count, height)

    @property
    def folded(self) -> tuple[range, range]:
        """The layers that have no room, above those in view and below them."""
        return range(self.layers.stop, self.count), range(self.layers.start)

    @property
    def marks(self) -> tuple[int, int]:
        """The rows that say which have none, as far as there is room for these."""
        spare = max(self.height - self.form.ends - self.form.each * len(self.layers), 0)
        above = min(len(self.folded[0]), spare, 1)
        return above, min(len(self.folded[1]), spare - above, 1)

    @property
    def top(self) -> int:
        """The row of the topmost layer."""
        return max(self.form.ends - 1, 0) + self.marks[0]

    def row(self, layer: int) -> int:
        """The row in which a layer's box has its middle, and its state goes on; of the sequence the row of x."""
        if layer == SEQUENCE:
            return self.top + len(self.layers) * self.form.each + self.marks[1]
        return self.top + (self.layers.stop - 1 - layer) * self.form.each + self.form.box // 2

    def arrow(self, layer: int) -> int:
        """The row of arrows below a layer."""
        return self.row(layer) + self.form.box // 2 + 1

    @property
    def ends(self) -> dict[str, int]:
        """The rows of letters that have room."""
        rows = (self.row(SEQUENCE), self.top - 1 - self.marks[0], 0)
        return dict(zip(LETTERS[: self.form.ends], rows, strict=False))


def around(index: int, count: int, rows: int) -> range:
    """The layers in view, with one of their neighbours on each side if there are any and it has room.

    A row is kept on each side on which some are folded away, as long as there are rows at all.
    """
    if count <= rows:
        return range(count)
    if index < rows - 2:
        return range(rows - 1)
    if index >= count - rows + 2:
        return range(count - rows + 1, count)
    room = max(rows - 2, 1)
    low = index - (room - 1) // 2
    return range(low, low + room)


@dataclass(frozen=True)
class Columns:
    """The timesteps in view, and where each stands.

    Attributes:
        left: where the link into the first box begins.
        link: columns before a box, in which a state is handed on.
        box: columns of a box.
        steps: the timesteps.
    """

    left: int
    link: int
    box: int
    steps: range

    @classmethod
    def of(
        cls, cursor: int, count: int, room: tuple[int, int], liked: tuple[int, int], least: tuple[int, int], wanted: int
    ) -> Columns:
        """As many timesteps as have room, then as much room for each as is left.

        Args:
            cursor, count: the timestep, and how many there are.
            room: the columns before the first, and all of them.
            liked: columns of a link and of a box.
            least: the same where hardly a timestep has room for those; boxes shrink to `SMALL`, then links do.
            wanted: columns of a timestep in which all that is said of it has room.
        """
        left, width = room
        columns = max(width - left, 0)
        shown = min(count, MANY if columns >= min(count, MANY) * max(NARROW, sum(least)) else FEW)
        (link, box), each = liked, columns // shown
        if each < link + box:
            box = max(min(box, each - link), SMALL)
            link = max(min(link, each - box), least[0])
            box = max(min(box, each - link), least[1])
        pitch = max(link + box, wanted if wanted <= each else 0)
        most = min(max(columns // pitch, 1), count)
        pitch = max(min(columns // most, pitch + WIDEST), link + box)
        box = max(box, min((pitch - link + box) // 2, WIDEST))
        box -= 1 - box % 2
        return cls(left, pitch - box, box, page(cursor, count, most))

    def lane(self, t: int, side: int) -> int:
        """Where a line passes a box on its right (1) or its left (-1)."""
        return self.x(t) + self.box + 1 if side > 0 else self.x(t) - 2

    @property
    def pitch(self) -> int:
        """Columns of a timestep."""
        return self.link + self.box

    def x(self, t: int) -> int:
        """Where the box of a timestep begins."""
        return self.left + (t - self.steps.start) * self.pitch + self.link


def skips(reads: Reads) -> list[Skip]:
    """Who reads another layer than the one below, lowest first."""
    return [(source, layer) for layer, sources in enumerate(reads) for source in sources if source != layer - 1]


def lanes(reads: Reads) -> dict[Skip, int] | None:
    """On which side of the boxes each skip passes: 1 is right, -1 left; None where they would meet on both."""
    taken: dict[int, int] = {1: SEQUENCE, -1: SEQUENCE}  # the layer up to which a side is taken
    found: dict[Skip, int] = {}
    for source, layer in sorted(skips(reads)):
        free = [side for side, until in taken.items() if until <= source]
        if not free:
            return None
        found[source, layer], taken[free[0]] = free[0], layer
    return found
