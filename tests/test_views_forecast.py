"""A series with its forecast and a text with what was generated, compared with drawings made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from frames import frame, seen
from terminal import printed

from rnn_tui import Layer, Network, Run, Sequence
from rnn_tui.core.edited import edited
from rnn_tui.core.edits import Edit
from rnn_tui.core.parts import Parts
from rnn_tui.core.scaling import scaling_of
from rnn_tui.session.model import Focus
from rnn_tui.stepper.frame import Frame
from rnn_tui.views.diagrams import network, unrolled
from rnn_tui.views.diagrams.forecast import draw
from rnn_tui.views.layer.shown import Shown
from rnn_tui.views.page.lines import strip, title
from rnn_tui.views.page.open_ledger import open_ledger
from rnn_tui.views.page.tables import upper
from rnn_tui.views.page.timeline import timeline
from rnn_tui.views.sheet.curves import Chart

ASCII = seen(ascii=True)
STAIRS = [0.0, 1.0, 2.0, 3.0, 1.0]


def passed(run: Run, edits: tuple[str, ...]) -> Run:
    """A run with edits, to its end."""
    other = edited(run, map(Edit.parse, edits))
    while other.advance():
        pass
    return other


def series(values: list[float], *edits: str, weight: float = 1.0, scale: str = "") -> Run:
    """A network whose y is its x, times a weight, reading a series whose target is the next number."""
    x = np.array(values)[:, None]
    scaling = scaling_of(scale, x)[0].following() if scale else None
    rows = x if scaling is None else scaling.of_x(x)
    sequence = Sequence(rows, np.vstack([rows[1:], [[np.nan]]]), features=["sales"], scaling=scaling)
    layer = Layer("dense", {"W": [[weight]], "b": [0.0]})
    return passed(Run(Network([layer]), sequence), edits)


def text(*edits: str, letters: str = "hello", drawn: bool = False) -> Run:
    """A network that says e after h, l after e, o after l and h after o, reading a word."""
    x = np.eye(4)[["ehlo".index(letter) for letter in letters]]
    weights = np.zeros((4, 4))
    for letter, after in ("he", "el", "lo", "oh"):
        weights["ehlo".index(after), "ehlo".index(letter)] = 9
    targets = np.vstack([x[1:], np.full((1, 4), np.nan)])
    layers = [Layer("softmax", {"W": weights, "b": np.zeros(4)})]
    if drawn:
        layers = [Layer("dense", {"W": np.eye(4), "b": np.zeros(4)}), *layers]
    return passed(Run(Network(layers), Sequence(x, targets, letters, features="ehlo", outcomes="ehlo")), edits)


def picture(seen: Frame, width: int, height: int) -> list[str]:
    """The diagram, without its heading."""
    return printed(draw(seen, width, height)).split("\n")[1:]


def test_a_curve_is_of_dots() -> None:
    chart = Chart(0, 0, 2, 1, 4, 0.0, 3.0, False)
    assert chart.curve([0, 1, 2, 3]) == {(0, 0): 0x40 | 0x20, (1, 0): 0x02 | 0x08}
    assert chart.curve([3, np.nan, np.nan, 0]) == {(0, 0): 0x01, (1, 0): 0x80}
    assert chart.curve([0, 9, -9, 3], dotted=True) == {(0, 0): 0x40 | 0x04, (1, 0): 0x10 | 0x08}
    assert [chart.row(value) for value in (0, 3, 99)] == [0, 0, 0]


def test_a_forecast_goes_on_where_the_series_ends() -> None:
    """y is x: each prediction is the number before, and what is generated stays 1."""
    found = picture(frame(series(STAIRS, "generate 3"), 7, ASCII), 40, 8)
    assert found == [
        " 3.00              ..   x    |",
        "                 ..  .       |",
        "              ...   x ..     |",
        "          .... x        ooooooooooooooo",
        "        ..                   |",
        " 0.00 ..   x                 |",
        "      1----------------------6---^7---8",
    ]


def test_the_limits_beside_a_long_series_are_those_that_its_curve_is_drawn_by() -> None:
    """In ASCII a column is two timesteps: 76, from t = 25 on, in the 38 of all; 66, from 35 on, in the 33 beside the
    limits. The 9 at t = 30 is in the first alone, and a curve of 0 and 1 stays below half of it."""
    values = [1.0 * (t % 2) for t in range(1, 101)]
    values[29] = 9.0
    found = picture(frame(series(values), 100, ASCII), 40, 8)
    assert found[0].strip() == "9.00"
    assert found[5].startswith(" 0.00 ")
    assert found[-1].startswith("      35-")
    assert not "".join(found[1:3]).strip()


def test_no_curve_and_no_prediction_crosses_to_another_sequence() -> None:
    """y is x: 1 and 2, then 4 and 3; what is predicted of t = 2 is 1, of t = 4 is 4, and of t = 3 nothing."""
    run = series([1.0, 2.0, 4.0, 3.0])
    parted = passed(Run(run.network, replace(run.sequence, parts=Parts([1, 3], 4))), ())
    drawn = draw(frame(parted, 4, ASCII), 40, 8)
    assert printed(drawn).split("\n")[1:] == [
        " 4.00                      ...        x",
        "                              ......",
        "                                    ...",
        "               ...",
        "         ......",
        " 1.00 ...        x",
        "      1--------------------+---------^4",
    ]
    assert "+ another sequence begins" in printed(draw(frame(parted, 4, ASCII), 120, 8))


def test_free_running_stands_beside_the_series() -> None:
    """From t = 3 on each x is half the one before; the series itself is dotted there."""
    found = picture(frame(series([0.0, 4, 2, 3, 1], "free 3", weight=0.5), 5, ASCII), 40, 8)
    assert found == [
        " 4.00         ooo     |",
        "            ..   ooo  |    .  .",
        "           .        ooooo        .",
        "         ..           |  ooo        .",
        "       ..             |     ooooooooooo",
        " 0.00 .       x       |",
        "      1---------------3--------------^5",
    ]


def test_the_heading_says_what_is_so_at_the_cursor() -> None:
    run = series(STAIRS, "generate 3")
    heading = " sales  ⠒ given  × predicted  generated: 3 from t = 6  t = 3: 2.00, predicted 1.00"
    assert printed(draw(frame(run, 3), 90, 8)).split("\n")[0] == heading
    assert " t = 7: 1.00" in printed(draw(frame(run, 7), 90, 8))
    assert printed(draw(frame(series(STAIRS), 3), 90, 8)).split("\n")[0] == (
        " sales  ⠒ given  × predicted  9 goes on past the end  t = 3: 2.00, predicted 1.00"
    )
    other = Run(Network([Layer("dense", {"W": [[1.0]], "b": [0.0]})]), Sequence([[1.0], [2.0]]))
    assert "y does not say what x will be next" in printed(draw(frame(other, 1), 90, 8))


def test_a_text_is_read_as_one_line_in_which_what_is_generated_is_set_apart() -> None:
    assert printed(draw(frame(text("generate 6"), 3, ASCII), 60, 4)) == (
        " text  generated: 6 from t = 6\n   hello>helohe"
    )
    assert printed(draw(frame(text("generate 10"), 15), 12, 4)).split("\n")[1:] == ["   hello»he", " » lohelohe"]
    drawn = printed(draw(frame(text("generate 2 at 0.5 seed 3"), 3), 60, 4))
    assert drawn.startswith(" text  generated: 2 from t = 6, drawn at 0.5, seed 3")


def test_every_sequence_of_a_text_has_a_line() -> None:
    run = text(letters="hellohelhello")
    parts = replace(run.sequence, parts=Parts([1, 6, 9], 13))
    walk = passed(Run(run.network, parts), ("generate 2",))
    assert printed(draw(frame(walk, 3), 40, 6)).split("\n")[1:] == ["   hello", "   hel", "   hello»he"]


@pytest.mark.parametrize(("looks", "sign"), [({}, "»"), (ASCII, ">")])
def test_every_x_that_y_said_is_marked(looks: dict[str, Any], sign: str) -> None:
    run, deep = text("generate 6"), text("generate 6", drawn=True)
    assert printed(strip(frame(run, 7, looks), 60)) == f"  h  e  l  l  o {sign}h [e]{sign}l {sign}o {sign}h {sign}e"
    axis = printed(timeline(frame(run, 3, looks), 60, 2)).split("\n")[-1]
    assert axis.endswith(f"{sign}h  {sign}e  {sign}l  {sign}o  {sign}h  {sign}e")
    line = printed(unrolled.draw(frame(run, 7, looks), 79)).split("\n")[7]
    assert [part.strip("<>»")[0] for part in line.split()] == ["x"] * 6
    assert line.split()[0].startswith(f"{sign}x")
    assert f"[{sign}e]" in printed(network.draw(frame(deep, 7, looks), 79, 12))
    assert "generated  t = 7" in printed(title(frame(run, 7, looks), 80))
    assert "generated" not in printed(title(frame(run, 5, looks), 80))
    assert f"{sign}x" in printed(upper(frame(run, 7, looks), 60, 12)).split("\n")[0]
    long = printed(timeline(frame(series([0.0] * 50, "generate 50"), 3, looks), 60, 2)).split("\n")[-1]
    assert 18 <= long.count(sign) <= 25  # half of fewer than fifty columns, where the last t has no room


def test_the_future_of_what_is_generated_is_not_told() -> None:
    """In the pictures of what was walked an x that y has not said yet has no number and no letter."""
    for t, told in ((5, 0), (6, 1), (8, 3)):
        line = printed(network.draw(frame(text("generate 3", drawn=True), t), 99, 12)).split("\n")[-1]
        assert line.count("»") == 3
        assert line.count("»...") == 3 - told


def test_what_follows_from_a_hidden_number_is_hidden() -> None:
    hidden = (("y", 6, 1),)
    run = text("generate 6")
    assert printed(strip(frame(run, 3, hidden=hidden), 60)) == "  h  e [l] l  o »h »? »? »? »? »?"
    assert "hello»h?????" in printed(draw(frame(run, 3, hidden=hidden), 60, 4))
    assert printed(timeline(frame(run, 3, hidden=hidden), 60, 2)).split("\n")[-1].count("?") == 5
    numbers = series(STAIRS, "generate 3")
    assert "?" in printed(upper(frame(numbers, 7, hidden=(("y", 6, 0),)), 60, 12))
    assert "ooo" not in "".join(picture(frame(numbers, 4, ASCII, hidden=(("y", 5, 0),)), 40, 8))


def test_where_a_generated_x_comes_from_is_said() -> None:
    given = seen(zoom="number")
    assert "The sequence gives it." in _told(series(STAIRS, "generate 3"), 5, given)
    assert "Generated: it is y₅." in _told(series(STAIRS, "generate 3"), 6, given)
    assert "Generated: the letter most likely in y₅." in _told(text("generate 3"), 6, given)
    assert "Generated: the letter drawn from y₅." in _told(text("generate 3 at 0.5"), 6, given)


def _told(run: Run, t: int, looks: dict[str, Any]) -> str:
    return printed(open_ledger(frame(run, t, looks, focus=Focus("x", 0)), 70, 12))


def test_a_scaled_series_is_told_in_either_unit() -> None:
    """100, 300 and 500 are 0, 0.5 and 1 of minmax; y is x, so that what is generated stays 300."""
    run = series([100.0, 500.0, 300.0], "generate 2", scale="minmax")
    scaled, own = frame(run, 4), frame(run, 4, unit="own")
    assert [line.split()[-1] for line in printed(upper(scaled, 60, 9)).split("\n")][-1] == "0.50"
    assert [line.split()[-1] for line in printed(upper(own, 60, 9)).split("\n")][-1] == "300.00"
    assert printed(upper(own, 60, 9)).split("\n")[0].count(" own") == 2
    assert "own" not in printed(upper(scaled, 60, 9))
    assert "t = 4: 300.00" in printed(draw(own, 99, 9))
    assert "in its own unit" in printed(draw(own, 99, 9))
    assert "t = 4: 0.50" in printed(draw(scaled, 99, 9))
    assert "scaled (minmax)" in printed(draw(scaled, 99, 9))
    assert printed(draw(own, 99, 9)).split("\n")[1].split()[0] == "500.00"
    assert Shown(own).unit.written("target", 0, 0.25) == "200.00"


def test_arithmetic_stays_in_the_unit_that_is_computed_with() -> None:
    run = series([100.0, 500.0, 300.0], "generate 2", scale="minmax")
    for unit in ("scaled", "own"):
        ledger = _told_y(run, unit)
        assert "0.5000" in ledger
        assert "300" not in ledger
    beside = printed(upper(frame(run, 4, zoom="number", focus=Focus("y", 0), unit="own"), 60, 9))
    assert "0.50" in beside  # the tables beside it, whose numbers it adds up
    assert " own" not in beside


def _told_y(run: Run, unit: str) -> str:
    return printed(open_ledger(frame(run, 4, zoom="number", focus=Focus("y", 0), unit=unit), 70, 12))


@pytest.mark.parametrize("width", [1, 7, 20, 40, 300])
@pytest.mark.parametrize("height", [1, 2, 5, 40])
def test_any_size_can_be_drawn(width: int, height: int) -> None:
    runs = (series(STAIRS, "generate 3"), series([np.inf, np.nan, 1.0], "free 2"), text("generate 20"), series([2.0]))
    for run in runs:
        for t in (0, 1, len(run)):
            found = draw(frame(run, t), width, height)
            assert (found.width, found.height) == (width, height)


def test_of_a_text_a_network_without_a_readout_predicts_nothing() -> None:
    """Its y has as many numbers as there are letters, and its targets are the next letters: they are none of them."""
    given = text()
    run = passed(Run(Network.random("elman", 4, 4), given.sequence), ())
    assert "y does not say what x will be next" in printed(draw(frame(run, 0), 80, 8), 80)
