"""The ledger of a memory as a person reads it: with a calculator, at any size, in any scheme, on any screen."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text
from terminal import printed
from test_memory import by_hand, half_open, parsed

from rnn_tui import Layer, Network, Run, Sequence, Simulator
from rnn_tui.core import carried, writers
from rnn_tui.core.calculator import Column
from rnn_tui.core.edits import Edit
from rnn_tui.core.run import Walk
from rnn_tui.core.writers import ledger
from rnn_tui.session.model import Focus, Session
from rnn_tui.views.layer.memory import memory_ledger
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import Page, part

NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
ROW = re.compile(rf"^ [ ▶>] (.+?) +({NUMBER}) [×x] +({NUMBER}) = +({NUMBER})(?:  ([█≡#-]+))?$")
BELOW = re.compile(rf"^   (the other \d+|the \d+ up to t = \d+|rounding of .+?|sum) += +({NUMBER})$")


def told(run: Simulator | Run | Walk, display: Seen, width: int = 80, height: int = 14, t: int = 3) -> list[str]:
    return memory_ledger(frame(run, t, zoom="memory", **display), width, height).plain.split("\n")


def rows(lines: list[str]) -> list[tuple[str, Decimal, Decimal, Decimal, str]]:
    """Of every writer what it is called, what was written, what is kept, what is left, and its bar."""
    found = [match.groups() for line in lines if (match := ROW.match(line))]
    return [(label, Decimal(a), Decimal(b), Decimal(c), bar or "") for label, a, b, c, bar in found]


def below(lines: list[str]) -> dict[str, Decimal]:
    """What stands below the writers; below an empty line other arithmetic follows."""
    own = lines[: lines.index("")] if "" in lines else lines
    return {match[1]: Decimal(match[2]) for line in own if (match := BELOW.match(line))}


def long(reverse: bool = False, cell: str = "lstm") -> Run:
    """A run of 600 timesteps, passed."""
    layer = Network.random(cell, 2, 4, 1).layers[0]
    layer = Layer(layer.cell, {name: 2 * array for name, array in layer.parameters.items()}, reverse)
    run = Run(Network([layer]), Sequence(np.random.default_rng(1).standard_normal((600, 2))))
    while run.advance():
        pass
    return run


def test_the_ledger_of_three_timesteps_worked_by_hand() -> None:
    """As `test_memory` works it."""
    assert told(by_hand(), seen(focus=Focus("c", 0)), height=9) == [
        " c₃[1] = 0.7969, 81 percent of it is older than 1 step",
        "   written at    iₜ⊙gₜ   kept by fₜ      left",
        " ▶ beginning    1.0000 ×     0.4219 =  0.4219  ██████████████████████████████",
        "   t = 3        0.3000 ×     1.0000 =  0.3000  ██████████████████████",
        "   t = 1        0.4000 ×     0.5625 =  0.2250  ████████████████",
        "   t = 2       -0.2000 ×     0.7500 = -0.1500  ≡≡≡≡≡≡≡≡≡≡≡",
        "   sum                              =  0.7969",
        "   changed by more than 0.1 here, before that at t = 2, # goes there",
    ]


@pytest.mark.parametrize(
    ("display", "first", "second"),
    [
        (seen(names="keras"), " h₃[1] = ", "   written at   (1 − zₜ)⊙hhₜ   kept by zₜ"),
        (seen(names="seed", ascii=True), " s3[1] = ", "   written at  (1 - z[t])*n[t]   kept by z[t]"),
        (seen(names="textbook"), " h₃[1] = ", "   written at   (1 − zₜ)⊙nₜ   kept by zₜ"),
    ],
)
def test_names_are_those_of_the_scheme(display: Seen, first: str, second: str) -> None:
    lines = told(built_in("gru"), seen(display, focus=Focus("s", 0)), height=10)
    assert lines[0].startswith(first)
    assert " ".join(lines[1].split()).startswith(" ".join(second.split()))
    assert not display.get("ascii") or "".join(lines).isascii()


@settings(max_examples=40, deadline=None)
@given(
    cell=st.sampled_from(["lstm", "gru", "gru-reset-after", "leaky", "lstm-peephole"]),
    reverse=st.booleans(),
    t=st.integers(1, 600),
    row=st.integers(0, 3),
    digits=st.integers(0, 8),
    scroll=st.integers(0, 70),
    height=st.integers(8, 40),
)
def test_a_calculator_agrees_with_every_line_and_with_the_sum(
    cell: str, reverse: bool, t: int, row: int, digits: int, scroll: int, height: int
) -> None:
    run = RUNS.setdefault((cell, reverse), long(reverse, cell))
    name = next(name for name in ("c", "s") if name in run.network.layers[0].cell.states)
    lines = told(run, seen(focus=Focus(name, 0, row), digits=digits, scroll=scroll), 150, height, t)
    every, found = rows(lines), ledger(run.walk(), 0, name, row, t)
    assert every
    column = Column.of([found.value, *(writer.value for writer in found.writers)], digits + 2)
    for _, write, kept, left, _ in every:
        assert abs(write * kept - left) <= column.unit * Decimal("0.5000001")
    under = below(lines)
    assert sum((left for _, _, _, left, _ in every), Decimal(0)) + sum(under.values()) - under["sum"] == under["sum"]
    assert abs(under["sum"] - Decimal(found.value)) <= column.unit / 2
    by_label = {f"t = {writer.t}": writer for writer in found.writers}
    known = [(by_label[label].value, left) for label, _, _, left, _ in every if label in by_label]
    assert all(abs(Decimal(value) - left) <= column.unit / 2 for value, left in known)
    count = sum(int(each.split()[2]) for each in under if each.startswith("the other"))
    assert len(every) + count == found.count


RUNS: dict[tuple[str, bool], Run] = {}
"""Kept, for they are the same each time."""


@pytest.mark.parametrize("plain", [False, True])
def test_bars_above_and_below_zero_differ_without_colour_and_are_as_long_as_their_numbers(plain: bool) -> None:
    lines = told(long(), seen(focus=Focus("c", 0, 1), ascii=plain), 120, 30, 500)
    found = [row for row in rows(lines) if row[3]]
    assert {(left > 0, *set(bar)) for _, _, _, left, bar in found} == {(True, "█#"[plain]), (False, "≡-"[plain])}
    most = max(abs(left) for _, _, _, left, _ in found)
    for _, _, _, left, bar in found:
        assert abs(len(bar) - 30 * abs(left) / most) <= 1
    styles = {
        str(span.style).split(" ")[0]
        for span in memory_ledger(frame(long(), 500, zoom="memory", focus=Focus("c", 0, 1)), 120, 30).spans
        if "bar" in str(span.style)
    }
    assert len(styles) == 2


@pytest.mark.parametrize("display", [seen(), seen(ascii=True), seen(digits=8), seen(names="keras")])
@pytest.mark.parametrize("t", [3, 600])
def test_at_any_size_what_is_written_is_whole(display: Seen, t: int) -> None:
    run, focus = long(), Focus("c", 0, 2)
    wide = told(run, seen(display, focus=focus), 300, 70, t)
    known = {number for line in wide for number in re.findall(NUMBER, line)}
    for width in range(30, 201, 3):
        for height in (1, 2, 3, 5, 8, 12):
            lines = told(run, seen(display, focus=focus), width, height, t)
            assert len(lines) <= height
            assert all(len(line) <= width for line in lines)
            assert all(line.endswith(" left") for line in lines if "written at" in line)
            shown = [line for line in lines if not re.search("the other|rounding|older|%", line)]
            assert {number for line in shown for number in re.findall(NUMBER, line)} <= known
            assert height < 8 or width < 50 or any(re.match(" +sum ", line) for line in lines)


def test_the_picked_writer_is_in_view_wherever_it_is() -> None:
    run = long()
    order = [writer.t for writer in ledger(run.walk(), 0, "c", 0, 600).writers]
    assert len(order) == writers.RANKED
    for rank in (0, 1, 10, 63):
        lines = told(run, seen(focus=Focus("c", 0, 0), scroll=rank), 80, 9, 600)
        picked = [line for line in lines if line.startswith(" ▶ ")]
        assert [line.split()[3] for line in picked] == [str(order[rank])]


def test_a_click_on_a_writer_goes_there() -> None:
    text: Text = memory_ledger(frame(by_hand(), 3, zoom="memory", focus=Focus("c", 0)), 80, 9)
    metas = [getattr(span.style, "meta", {}).get("t") for span in text.spans]
    assert {0, 1, 2, 3} <= set(metas)


def test_what_is_not_taken_apart_is_told_as_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """s keeps all, and adds 1 at every t: 1000 is 512 up to t = 512, and 488 ones."""
    monkeypatch.setattr(carried, "NOTED_BYTES", 0)
    monkeypatch.setattr(writers, "OPENED", 2)
    run = Run(Network([Layer(parsed("s[t] = s[t-1] + x[t]"), {})]), Sequence(np.ones((1000, 1))))
    lines = told(run, seen(focus=Focus("s", 0), digits=0), 80, 10, 1000)
    assert below(lines) == {"the other 484": 484, "the 513 up to t = 512": 512, "sum": 1000}
    assert [label for label, *_ in rows(lines)] == [f"t = {t}" for t in (1000, 999, 998, 997)]
    assert lines[0] == " s₁₀₀₀[1] = 1000.00, 90 percent of it is older than 100 steps"


def test_what_an_edit_gives_and_where_a_state_begins_afresh_is_said() -> None:
    """c2 is set to 2, of which 3/4 are left at 3; where c begins afresh before 3, with 1 again, 3/4 of that."""
    begun = Session.of(half_open(), Sequence(np.arctanh([[0.8], [-0.4], [0.6]])), ({"c": np.ones(1)},))
    found = []
    for text in ("c[2] = 2", "reset 3"):
        recipe = replace(begun.recipe, edits=(Edit.parse(text),))
        found += rows(told(recipe.build(), seen(focus=Focus("c", 0), digits=0)))
    wanted = [
        ("t = 2, set", 2, 0.75, 1.5),
        ("t = 3", 0.3, 1, 0.3),
        ("afresh at 3", 1, 0.75, 0.75),
        ("t = 3", 0.3, 1, 0.3),
    ]
    assert [(label, *map(float, numbers)) for label, *numbers, _ in found if numbers[2]] == wanted


def test_beside_another_run_it_is_said_which_one_it_is_about() -> None:
    run = long()
    both = frame(run, 600, zoom="memory", focus=Focus("c", 0, 1), versus="difference")
    beside = replace(both, other=long().walk())
    assert beside.differing
    first, *lines = memory_ledger(beside, 80, 12).plain.split("\n")
    assert ", in this run, " in first
    assert lines == memory_ledger(both, 80, 12).plain.split("\n")[1:]


@pytest.mark.parametrize(
    ("display", "t", "says"),
    [
        (seen(), 3, "select a number of c first: enter"),
        (seen(focus=Focus("f", 0)), 3, "f is no state: select a number of c"),
        (seen(focus=Focus("c", 0)), 0, "this is what the layer begins with: nothing is written yet"),
        (seen(focus=Focus("c", 0), hidden=(("f", 2, 0),)), 3, "it is made of a number that is asked for"),
    ],
)
def test_where_nothing_can_be_told_it_is_said_why(display: Seen, t: int, says: str) -> None:
    assert told(built_in("lstm"), display, t=t) == [f" {says}"]


def test_a_hidden_number_cannot_be_told_from_the_page() -> None:
    """The pages of two runs that differ in a hidden number alone, the c of one unit at the beginning, are the same."""
    pages = []
    for c in (0.25, 0.75):
        walk = Run(Network.random("lstm", 4, 3, 0), built_in().sequence, [{"c": [c, 0.0, 0.0]}]).walk()
        shown = frame(walk, 2, zoom="memory", focus=Focus("c", 0), hidden=(("c", 1, 0),))
        pages.append(printed(memory_ledger(shown, 80, 20)))
        other = told(walk, seen(focus=Focus("c", 0, 1), hidden=(("c", 1, 0),)), t=2)
        assert rows(other)
    assert pages[0] == pages[1]
    assert "asked for" in pages[0]


@pytest.mark.parametrize(("width", "height"), [(60, 20), (80, 24), (100, 30), (120, 36), (200, 50)])
@pytest.mark.parametrize("count", [5, 600])
def test_on_a_whole_screen_it_has_its_columns_a_table_and_nothing_over_another(
    width: int, height: int, count: int
) -> None:
    run = built_in("lstm") if count == 5 else long()
    shown = frame(run, count, zoom="memory", operation=4, focus=Focus("c", 0, 1))
    regions = arrange(shown, width, height)
    assert {"ledger", "formula", "equation", "strip", "footer"} <= set(regions)
    taken = sorted((region.y, region.y + region.height) for name, region in regions.items() if name != "history")
    assert all(end <= begin for (_, end), (begin, _) in pairwise(taken))
    assert taken[-1][1] == height
    region = regions["ledger"]
    lines = printed(part("ledger", Page(shown), region.width, region.height), region.width).split("\n")
    assert len(rows(lines)) >= 3
    assert "written at" in lines[1]
    assert arrange(frame(run, 0, zoom="memory", operation=4, focus=Focus("c", 0, 1)), width, height) == regions
