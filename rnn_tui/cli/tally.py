"""How often each breakpoint holds in what is written of a run."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_tui.core.breakpoints import Breakpoint, Watch


class Tally:
    """The hits of breakpoints, counted while a run is written.

    Attributes:
        epochs: how many walks were looked through.
        passed: at how many timesteps one has looked, in all of them.
        held: for each breakpoint that can stop the number of its hits, the first of them and the last.
    """

    def __init__(self) -> None:
        self.epochs = self.passed = 0
        self.held: dict[Breakpoint, tuple[int, int, int]] = {}

    def add(self, watch: Watch, index: int, chosen: range) -> list[int]:
        """Counts in one chunk, at some of its timesteps; those at which any breakpoint holds, ascending."""
        self.passed += len(chosen)
        every: set[int] = set()
        for each in watch.active:
            hits = watch.found(each)
            found = [t for t in hits.of(index).tolist() if t in chosen] if hits is not None else []
            count, first, last = self.held.get(each, (0, 0, 0))
            if found:
                first, last = min(first or found[0], found[0]), max(last, found[-1])
            self.held[each] = count + len(found), first, last
            every.update(found)
        return sorted(every)

    @property
    def nothing(self) -> bool:
        """Whether no breakpoint held anywhere."""
        return not any(count for count, _, _ in self.held.values())

    def lines(self) -> Iterator[str]:
        """For each breakpoint its hits, in words."""
        where = f"{self.passed} timestep{'s' * (self.passed != 1)}" + f" in {self.epochs} epochs" * (self.epochs > 1)
        for each, (count, first, last) in self.held.items():
            times = f", t = {first}" + f" to {last}" * (last > first) if count else ""
            yield f"{each.text}: holds at {count} of {where}{times}"
