"""How the screen looks. These pictures guard looks alone: what it says is tested elsewhere, against other sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App

from rnn_tui.app import RnnApp
from rnn_tui.session.model import Display, Session

Compare = Callable[..., bool]


def hello(display: Display | None = None, cells: str = "elman") -> App[None]:
    session = Session(display=display or Display(), cells=tuple(cells.split(",")))
    return RnnApp(session.simulator(), session.display, session)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_third_timestep(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(hello(), press=["right"] * 3, terminal_size=size)


def test_rolled_diagram(snap_compare: Compare) -> None:
    assert snap_compare(hello(Display(diagram="rolled")), press=["right"] * 3)


def test_ascii_drawing(snap_compare: Compare) -> None:
    assert snap_compare(hello(Display(ascii=True)), press=["right"] * 3)


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


def test_stack_with_other_names(snap_compare: Compare) -> None:
    app = hello(Display(names="pytorch", layer=2), "lstm:concat,softmax")
    assert snap_compare(app, press=["right"] * 3, terminal_size=(120, 36))
