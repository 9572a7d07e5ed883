"""Our dataclasses beside the standard library's, which are the oracle: the same class made by both behaves the same."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field, fields, replace
from typing import Any

import numpy as np
import pytest

from rnn_tui.core.dataclass import dataclass as ours

Decorator = Callable[..., Any]
BOTH = (dataclasses.dataclass, ours)


def plain(dataclass: Decorator, **options: bool) -> Any:
    @dataclass(**options)
    class Point:
        """A point."""

        x: int
        y: float = 0.5
        labels: list[str] = field(default_factory=list)
        noted: str = field(default="", compare=False, repr=False)

    return Point


def deep(dataclass: Decorator) -> Any:
    @dataclass(frozen=True)
    class Base:
        x: int
        y: int = 2

        def twice(self) -> int:
            return 2 * self.x

    @dataclass(frozen=True)
    class Deep(Base):
        z: tuple[int, ...] = ()
        sum: int = field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "sum", self.x + self.y + sum(self.z))

    return Deep


def outcome(work: Callable[[], object]) -> tuple[str, str]:
    """What comes of something: its value as it is shown, or the error."""
    try:
        return "value", repr(work())
    except Exception as error:
        return type(error).__name__, str(error)


OPTIONS = [{}, {"frozen": True}, {"eq": False}, {"frozen": True, "eq": False}, {"kw_only": True}]
ASKED: dict[str, Callable[[Any], object]] = {
    "a default": lambda of: of(1),
    "all by place": lambda of: of(1, 2.5, ["a"], "b"),
    "all by name": lambda of: of(noted="b", labels=["a"], y=2.5, x=1),
    "none": lambda of: of(),
    "too many": lambda of: of(1, 2.5, [], "", 0),
    "an unknown name": lambda of: of(x=1, w=2),
    "the same": lambda of: of(x=1) == of(x=1),
    "another": lambda of: of(x=1) == of(x=2),
    "what is not compared": lambda of: of(x=1, noted="a") == of(x=1, noted="b"),
    "another type": lambda of: of(x=1) == (1, 0.5, [], ""),
    "a list of its own": lambda of: of(x=1).labels is of(x=1).labels,
    "hashed with a list": lambda of: bool(hash(of(x=1))),
    "hashed with none": lambda of: len({of(x=1, labels=()), of(x=1, labels=(), noted="b")}),
    "replaced": lambda of: replace(of(x=1, y=3.0), x=2),
    "the names": lambda of: [each.name for each in fields(of)],
    "of the class": lambda of: (of.y, of.noted, of.__doc__, of.__qualname__, of.__match_args__),
    "changed": lambda of: setattr(of(x=1), "x", 2),
    "a new name": lambda of: setattr(of(x=1), "w", 2),
    "taken away": lambda of: delattr(of(x=1), "x"),
    "copied": lambda of: copy.deepcopy(of(x=1, labels=["a"])),
}


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("asked", ASKED)
def test_it_does_what_the_standard_librarys_does(asked: str, options: dict[str, bool]) -> None:
    theirs, mine = (outcome(lambda: ASKED[asked](plain(each, **options))) for each in BOTH)  # noqa: B023
    assert mine == theirs


@pytest.mark.parametrize(
    "ask",
    [
        lambda of: of(1),
        lambda of: of(1, 3, (4, 5)),
        lambda of: of(1).twice(),
        lambda of: of(1) == of(1, 2, ()),
        lambda of: hash(of(1)) == hash(of(1, 2, ())),
        lambda of: of(1) == of.__mro__[1](1),
        lambda of: setattr(of(1), "y", 2),
        lambda of: setattr(type("Own", (of,), {})(1), "y", 2),
        lambda of: setattr(type("Own", (of,), {})(1), "w", 2),
        lambda of: of(1, sum=3),
    ],
)
def test_what_is_inherited_is_too(ask: Callable[[Any], object]) -> None:
    theirs, mine = (outcome(lambda: ask(deep(each))) for each in BOTH)  # noqa: B023
    assert mine == theirs


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_one_that_compares_itself_is_hashed_as_the_standard_librarys_is(options: dict[str, bool]) -> None:
    def made(dataclass: Decorator) -> Any:
        @dataclass(**options)
        class Same:
            x: int

            def __eq__(self, other: object) -> bool:
                return True

        return Same(x=1)

    theirs, mine = (outcome(lambda: len({made(each)})) for each in BOTH)  # noqa: B023
    assert mine == theirs


def test_what_a_class_has_of_its_own_stays() -> None:
    @ours(frozen=True)
    class Own:
        x: int

        def __repr__(self) -> str:
            return "own"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

    assert repr(Own(1)) == "own"
    assert Own(1) == Own(2)
    assert hash(Own(1)) == 5


def test_an_array_alone_is_compared_by_what_it_is_as_in_a_tuple() -> None:
    @ours(frozen=True)
    class Held:
        values: Any

    numbers = np.zeros(2)
    assert Held(numbers) == Held(numbers)


def test_one_that_holds_itself_is_shown() -> None:
    @ours(frozen=True)
    class Kept:
        x: int
        inner: Any = None

    held: list[Any] = []
    whole = Kept(1, held)
    held.append(whole)
    assert repr(whole).endswith("Kept(x=1, inner=[...])")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        whole.x = 2  # type: ignore[misc]
