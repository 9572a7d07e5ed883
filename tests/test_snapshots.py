"""How the screen looks. These pictures guard looks alone: what it says is tested elsewhere, against other sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from driven import of
from textual.app import App

from rnn_tui.app import RnnApp
from rnn_tui.session.model import Focus, Gaze, Look

Compare = Callable[..., bool]


def hello(cells: str = "elman", **given: Any) -> App[None]:
    """hello.txt; what is given is of the gaze or of the look."""
    look = {name: given.pop(name) for name in ("ascii", "names") if name in given}
    return RnnApp(of(cells, gaze=Gaze(**given), look=Look(**look)))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_third_timestep(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(hello(), press=["right"] * 3, terminal_size=size)


def test_rolled_diagram(snap_compare: Compare) -> None:
    assert snap_compare(hello(diagram="rolled"), press=["right"] * 3)


def test_ascii_drawing(snap_compare: Compare) -> None:
    assert snap_compare(hello(ascii=True), press=["right"] * 3)


def test_list_of_keys(snap_compare: Compare) -> None:
    assert snap_compare(hello(), press=["right", "question_mark"], terminal_size=(100, 40))


def test_readme(snap_compare: Compare) -> None:
    """The picture in the README."""
    assert snap_compare(hello(cells="lstm"), press=["right"] * 3, terminal_size=(120, 36))


@pytest.mark.parametrize(
    "keys", [["i"], ["down"] * 5, ["enter", "tab", "enter"], ["w"]], ids=["inside", "operation", "number", "maps"]
)
def test_lstm_at_80x24(snap_compare: Compare, keys: list[str]) -> None:
    assert snap_compare(hello(cells="lstm"), press=["right"] * 3 + keys)


def test_who_wrote_a_number_of_the_memory(snap_compare: Compare) -> None:
    app = hello("lstm", focus=Focus("c", 0, 2))
    assert snap_compare(app, press=["I", *["l"] * 4, "j"])


def test_stack_with_other_names(snap_compare: Compare) -> None:
    app = hello("lstm:concat,softmax", names="pytorch", layer=2)
    assert snap_compare(app, press=["right"] * 3, terminal_size=(120, 36))
