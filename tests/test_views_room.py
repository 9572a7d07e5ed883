"""A larger screen shows more: what is folded away where room is short stands there, and no third of it is empty."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest
from frames import Seen, built_in, frame, seen
from reader import Reader
from rich.cells import cell_len
from terminal import printed

from rnn_tui import Bidirectional, Network, Run, Sequence, load_sequence
from rnn_tui.core.layer import Layer
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Walk
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Focus
from rnn_tui.stepper.here import Here
from rnn_tui.stepper.lessons import told_of
from rnn_tui.stepper.noticed import noticed
from rnn_tui.views.page.layout import arrange
from rnn_tui.views.page.parts import Page, part

SIZES = [(80, 24), (120, 36), (200, 50)]
LETTERS = "helo wrd"


@cache
def walk(kind: str) -> Walk:
    """A run of some kind."""
    random = np.random.default_rng(5)
    hello = load_sequence("hello.txt")
    if kind in ("elman", "lstm", "gru", "ledger"):
        return built_in("lstm" if kind == "ledger" else kind).walk
    if kind == "stack":
        return Run(Network.random(["elman", "gru", "softmax"], 4, [3, 3, 4], 0, 4), hello).walk()
    if kind == "bidirectional":
        forth, back = (Network.random("lstm", 4, 3, seed).layers[0] for seed in (0, 1))
        both = Bidirectional(forth, Layer(back.cell, back.parameters, reverse=True))
        return Run(Network([both]), hello).walk()
    if kind == "64 units":
        return Run(Network.random("lstm", 4, 64, 0), hello).walk()
    if kind == "280 letters":
        text = (LETTERS * 35)[:280]
        x = np.eye(len(LETTERS))[[LETTERS.index(letter) for letter in text]]
        return Run(Network.random("elman", 8, 6, 0), Sequence(x, labels=list(text), features=tuple(LETTERS))).walk()
    if kind == "27 letters":
        x = np.eye(27)[np.arange(280) % 27]
        return Run(Network.random(["elman", "softmax"], 27, 3, output_size=27), Sequence(x, np.roll(x, -1, 0))).walk()
    if kind == "maps":
        return Run(Network.random("lstm", 4, 16, 0), hello).walk()
    if kind == "5000 rows":
        return Run(Network.random("gru", 3, 5, 0), Sequence(random.standard_normal((5000, 3)))).walk()
    rows = Sequence(random.standard_normal((30, 4)), random.standard_normal((30, 3)))
    return Run(Network.random("elman", 4, 3, 0), rows, learning=Learning(epochs=2)).walk(2)


LOOKS: dict[str, Seen] = {
    **dict.fromkeys(("elman", "lstm", "gru", "stack", "64 units"), seen()),
    **dict.fromkeys(("280 letters", "5000 rows", "learning", "27 letters"), seen()),
    "maps": seen(maps=True),
    "way back": seen(back=True),
    "bidirectional": seen(layer=2),
    "ledger": seen(zoom="number", focus=Focus("s", 0, 1), operation=5),
}


SESSION = read_session("what-is-rnn")
LESSON = SESSION.lesson


def page(kind: str, t: int) -> Page:
    """A screen of such a run, at t."""
    if kind == "lesson":
        here = Here(SESSION)
        return Page(here.frame, told=told_of(here))
    return Page(frame(walk(kind), t, LOOKS[kind]))


def canvas(page: Page, width: int, height: int) -> list[str]:
    """The lines of a screen with every part in its columns; a cell two columns wide counts as one."""
    cells = [[" "] * width for _ in range(height)]
    for name, region in arrange(page.frame, width, height).items():
        shown = printed(part(name, page, region.width, region.height)).split("\n")
        for y, line in enumerate(shown, region.y):
            cells[y][region.x : region.x + len(line)] = line
    return ["".join(row) for row in cells]


def screen(page: Page, width: int, height: int) -> list[str]:
    """The lines of a screen, the last one aside."""
    lines = [""] * (height - 1)
    for name, region in arrange(page.frame, width, height, LESSON if page.told is not None else None).items():
        if name != "footer":
            shown = printed(part(name, page, region.width, region.height)).split("\n")
            assert len(shown) <= region.height, name
            assert max(map(cell_len, shown)) <= region.width, name
            for y, line in enumerate(shown, region.y):
                lines[y] += line
    return lines


def largest_gap(lines: list[str], width: int) -> int:
    """The cells of the largest rectangle of blanks: of every row as the last, and every column as the first."""
    heights, most = [0] * width, 0
    for line in lines:
        heights = [0 if cell != " " else height + 1 for height, cell in zip(heights, line.ljust(width), strict=False)]
        for first in range(width):
            least = len(lines)
            for last in range(first, width):
                least = min(least, heights[last])
                if not least:
                    break
                most = max(most, least * (last - first + 1))
    return most


def emptiest(lines: list[str]) -> int:
    """The most blank lines in a row."""
    runs = "".join("x" if line.strip() else " " for line in lines).split("x")
    return max(map(len, runs))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [*LOOKS, "lesson"])
def test_no_third_of_a_screen_is_empty(kind: str, size: tuple[int, int]) -> None:
    for t in (0, 1, 3):
        lines = screen(page(kind, t), *size)
        assert emptiest(lines) < size[1] / 3, "\n".join(lines)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", LOOKS)
def test_no_gap_is_a_third_of_a_screen(kind: str, size: tuple[int, int]) -> None:
    lines = canvas(page(kind, 3), *size)
    assert largest_gap(lines, size[0]) < size[0] * size[1] / 3, "\n".join(lines)


NUMBERS = re.compile(r"-?\d\.\d\d")


@pytest.mark.parametrize("cells", ["lstm", "gru"])
@pytest.mark.parametrize("size", SIZES[1:])
def test_a_large_screen_has_all_gates_with_all_their_numbers(cells: str, size: tuple[int, int]) -> None:
    run = built_in(cells)
    shown = Page(frame(run, 3))
    region = arrange(shown.frame, *size)["sums"]
    told = Counter(NUMBERS.findall(printed(part("sums", shown, region.width, region.height))))
    layer, step = run.network.layers[0], run.seek(3)
    vectors = {**step.values, "x": step.x, "s_prev": step.s_prev}
    for name in ("y", *(inside for inside in vectors if inside.startswith("z_"))):
        vectors.pop(name, None)
    for numbers in (*layer.parameters.values(), *vectors.values()):
        for value in np.ravel(numbers):
            assert told[f"{value:.2f}".replace("-0.00", "0.00")] > 0, f"{value:.4f}"


def test_the_memory_line_is_the_sum_of_its_products() -> None:
    shown = Page(frame(built_in("lstm"), 3, digits=4))
    region = arrange(shown.frame, 200, 50)["sums"]
    lines = printed(part("sums", shown, region.width, region.height)).split("\n")
    top = next(y for y, line in enumerate(lines) if line.split()[:4] == ["f₃", "c₂", "i₃", "g₃"])
    for line in lines[top + 1 : top + 4]:
        f, c, i, g, made = map(float, re.findall(r"-?\d\.\d{4}", line)[:5])
        assert made == pytest.approx(f * c + i * g, abs=2e-4)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", LOOKS)
def test_no_region_moves_between_a_timestep_and_the_next(kind: str, size: tuple[int, int]) -> None:
    page_at = [page(kind, t) for t in (1, 2, 3, 5)]
    places = [arrange(each.frame, *size) for each in page_at]
    assert places[0] == places[1] == places[2] == places[3]


def test_a_wide_screen_shows_as_many_timesteps_as_its_width_has() -> None:
    regions = arrange(page("280 letters", 0).frame, 120, 36)
    assert (regions["diagram"].x, regions["diagram"].width) == (1, 119)
    drawn = printed(part("diagram", page("280 letters", 9), 119, 9))
    assert drawn.count("R") == 9  # each 7 wide, 6 between, 7 before the first


def test_a_history_has_its_numbers_where_all_of_the_run_has_room() -> None:
    run = built_in("elman")
    shown = printed(part("history", Page(frame(run, 3)), 58, 12)).split("\n")
    for unit in range(3):
        wanted = [f"{run.seek(t).s[unit]:.2f}" for t in (1, 2, 3)]
        assert any(NUMBERS.findall(line) == wanted for line in shown), wanted
    assert not NUMBERS.findall(printed(part("history", page("280 letters", 9), 58, 12)))


def test_the_largest_changes_come_first_and_what_must_not_be_shown_not_at_all() -> None:
    layer = Layer("elman-relu", {"W": np.eye(3), "U": np.zeros((3, 3)), "b": np.zeros(3)})
    walk_ = Run(Network([layer]), Sequence([[1.0, 2.0, 3.0], [5.0, 2.5, 1.0]])).walk()
    assert [focus.row for focus in noticed(frame(walk_, 2))] == [0, 2, 1]  # by 4, 2 and 0.5
    assert [focus.row for focus in noticed(frame(walk_, 2, hidden=(("s", 2, 0),)))] == [2, 1]
    assert [focus.row for focus in noticed(frame(walk_, 2, hidden=(("s", 1, 2),)))] == [0, 1]


def test_the_open_ledger_adds_up() -> None:
    for kind in ("elman", "lstm", "gru"):
        blocks = printed(part("ledger", page(kind, 3), 98, 40)).rstrip().split("\n\n")
        assert len(blocks) > 1
        for block in blocks[:-1]:  # the last one may be cut
            reader = Reader()
            reader.lines(block.split("\n"))
            assert reader.read > 0
            assert not reader.problems


@pytest.mark.parametrize("size", [(60, 20), (40, 12)])
@pytest.mark.parametrize("kind", ["elman", "lesson"])
def test_a_small_screen_keeps_formula_numbers_and_lesson(kind: str, size: tuple[int, int]) -> None:
    shown = page(kind, 1)
    lines = screen(shown, *size)
    assert any("tanh(W·x₁" in line for line in lines)
    assert len(NUMBERS.findall("\n".join(lines[2:]))) > 5
    assert (shown.told is not None) == any("1 of 13" in line for line in lines)


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_past_stays_where_it_is_when_a_number_is_asked_for(size: tuple[int, int]) -> None:
    run = built_in()
    asked = arrange(frame(run, 2, zoom="number", focus=Focus("s", 0, 1)), *size)
    assert arrange(frame(run, 2), *size)["history"] == asked["history"]
    numbers = NUMBERS.findall(printed(part("history", Page(frame(run, 2)), asked["history"].width, 12)))
    assert len(numbers) >= 6  # of three units at two timesteps
