"""What Textual writes, read into cells; and the frames that make a terminal show them."""

from __future__ import annotations

import io

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style as RichStyle
from terminal import Screen, looks

from rnn_tui.app.terminal.cells import UNKNOWN, Grid, cells_of, characters
from rnn_tui.app.terminal.painter import Painter
from rnn_tui.app.terminal.sgr import ANY, PLAIN, Style, change, styled

WIDTH, HEIGHT = 24, 5
STYLES = [
    "\x1b[m",
    "\x1b[1;38;5;215m",
    "\x1b[0;4;38;2;1;2;3;48;5;234m",
    "\x1b[48;5;234m",
    "\x1b[7m",
    "\x1b[22;24;27;39;49m",
    "\x1b[3;91;104m",
    "\x1b[0;31;44m",
]


def emulated(*frames: str) -> pyte.Screen:
    """What a terminal shows after some frames."""
    screen = Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for frame in frames:
        stream.feed(frame)
    return screen


def grid_of(*writes: str) -> Grid:
    grid = Grid()
    grid.resize(WIDTH, HEIGHT)
    for data in writes:
        grid.take(data)
    return grid


def text_of(grid: Grid) -> list[str]:
    return ["".join(c for c, _ in row) for row in grid.rows]


@st.composite
def writes(draw: st.DrawFn) -> str:
    """A write as Textual does it: moves, styles, text that stays within its row."""
    out = []
    for _ in range(draw(st.integers(1, 4))):
        x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        out.append(f"\x1b[{y + 1};{x + 1}H")
        left = WIDTH - x
        while left > 0 and draw(st.booleans()):
            text = draw(st.text("ab  │₁", min_size=1, max_size=left) | st.just(" " * min(left, 16)))
            out.append(draw(st.sampled_from(STYLES)) + text)
            left -= len(text)
        out.append("\x1b[m")
    return "".join(out)


WHOLE = "".join(f"\x1b[{y + 1};1H\x1b[48;5;234m{' ' * WIDTH}\x1b[m" for y in range(HEIGHT))


@given(st.lists(writes(), max_size=6), st.booleans(), st.sets(st.integers(0, 5)), st.integers(1, 80))
def test_frames_show_what_the_plain_writes_would(
    written: list[str], erases: bool, forgotten: set[int], most: int
) -> None:
    grid, painter = grid_of(WHOLE), Painter(erases)
    frames = [painter.frame(grid)]
    for i, data in enumerate(written):
        grid.take(data)
        if i in forgotten:
            painter.forget()
        frames.append(painter.frame(grid, most))  # perhaps not all of it
    while painter.behind:
        frames.append(painter.frame(grid, most))
    assert looks(emulated(*frames)) == looks(emulated(WHOLE, *written))
    assert painter.frame(grid) == ""


@given(st.lists(st.text("ab 日e\u0301字", max_size=WIDTH // 2), min_size=1, max_size=6), st.data())
def test_wide_and_joined_characters_stand_where_they_would(texts: list[str], data: st.DataObject) -> None:
    grid, painter = grid_of(WHOLE), Painter(True)
    frames = [painter.frame(grid)]
    plain = [WHOLE]
    for text in texts:
        y = data.draw(st.integers(0, HEIGHT - 1))
        row = f"\x1b[{y + 1};1H\x1b[48;5;234m{text}{' ' * (WIDTH - cell_len(text))}\x1b[m"
        plain.append(row)
        grid.take(row)
        frames.append(painter.frame(grid))
    if not any(text.startswith("\u0301") for text in texts):  # nothing to join: pyte joins it to the row above
        assert emulated(*frames).display == emulated(*plain).display
    assert {len(row) for row in grid.rows} == {WIDTH}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("abc", ["a", "b", "c"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("a\tb\x9b\x00", ["a", "b"]),
        ("日x", ["日", "x"]),
        ("👩\u200d👧!", ["👩\u200d👧", "!"]),
        ("❤\ufe0f", ["❤\ufe0f"]),
    ],
)
def test_a_character_takes_along_what_joins_it(text: str, found: list[str]) -> None:
    assert characters(text) == found


def test_a_mark_in_another_style_joins_the_character_before() -> None:
    cells, _ = cells_of("\x1b[1me\x1b[m\u0301x")
    assert [c for c, _ in cells] == ["e\u0301", "x"]
    assert cells[0][1] == Style(("1",))


def test_half_a_wide_character_is_a_blank() -> None:
    grid = grid_of("\x1b[1;1H日本", "\x1b[1;2Hx")
    assert text_of(grid)[0].startswith(" x本")
    grid = grid_of("\x1b[1;1H日本", "\x1b[1;1Hxyz")
    assert [c for c, _ in grid.rows[0][:4]] == ["x", "y", "z", " "]
    grid = grid_of(f"\x1b[1;{WIDTH}H日")
    assert grid.rows[0][-1][0] == " "


def test_what_lies_outside_is_left_out() -> None:
    grid = grid_of(f"\x1b[{HEIGHT + 1};1Hlow", f"\x1b[1;{WIDTH + 1}Hright", f"\x1b[1;{WIDTH - 1}Hover")
    assert text_of(grid)[0].endswith("ov")
    assert all(c is UNKNOWN for row in grid.rows[1:] for c in row)


def test_the_last_move_is_where_the_cursor_stands() -> None:
    grid = grid_of("\x1b[1;1Htext", "\x1b[3;7H")
    assert grid.cursor == (6, 2)
    frame = Painter(False).frame(grid)
    screen = emulated(frame)
    assert (screen.cursor.x, screen.cursor.y) == (6, 2)


def test_sequences_that_are_not_known_come_out_again_and_strings_do_not() -> None:
    grid = grid_of()
    assert grid.take("\x1b[1;1Ha\x1b[5 qb\x1b[2Jc") == "\x1b[5 q\x1b[2J"
    assert grid.take("\x1b[2;1Ha\x1b]52;c;ZXZpbA==\x07b\x1bPq\x1b\\c\x1b]0;title\x1b\\\x1bcd") == ""
    assert text_of(grid)[0].startswith("abc")
    assert text_of(grid)[1].startswith("abccd")


def test_a_link_is_part_of_the_style() -> None:
    linked = "\x1b]8;id=1;https://a.b\x1b\\x \x1b]8;;\x1b\\y"
    cells, strange = cells_of(linked)
    assert strange == ""
    assert [style.link for _, style in cells] == ["id=1;https://a.b"] * 2 + [""]
    grid, painter = grid_of(WHOLE), Painter(True)
    painter.frame(grid)
    grid.take("\x1b[1;1H\x1b[48;5;234mx ")
    painter.frame(grid)
    grid.take(f"\x1b[1;1H\x1b[48;5;234m{linked}")
    frame = painter.frame(grid)
    linked_cells = "\x1b]8;id=1;https://a.b\x1b\\x "
    assert linked_cells in frame
    grid.take("\x1b[1;3H\x1b[48;5;234mz")
    rest = frame.split(linked_cells)[1] + painter.frame(grid)
    assert rest.index("\x1b]8;;\x1b\\") < rest.index("z")


@given(
    st.sampled_from(ColorSystem),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["default", "red", "#d7dae0", "color(215)", "bright_blue"]),
    st.sampled_from(["default", "green", "#1e2127", "color(234)", "bright_white"]),
)
def test_what_rich_writes_is_understood(
    system: ColorSystem, bold: bool, underline: bool, reverse: bool, color: str, ground: str
) -> None:
    if system is ColorSystem.WINDOWS:
        system = ColorSystem.STANDARD
    style = RichStyle(color=color, bgcolor=ground, bold=bold, underline=underline, reverse=reverse)
    console = Console(file=io.StringIO(), color_system=None)
    assert console.color_system is None
    written = style.render("x", color_system=system)
    ((character, found),) = cells_of(written)[0]
    rendered = emulated(change(PLAIN, found)[0] + character).buffer[0][0]
    assert rendered == emulated(written).buffer[0][0]


CODES = st.lists(
    st.sampled_from(["0", "1", "2", "4", "7", "22", "24", "27", "31", "39", "42", "49", "97", "38;5;9", "48;2;1;2;3"]),
    max_size=6,
)


@given(CODES, CODES)
def test_a_change_leads_from_one_style_to_the_other_and_is_no_longer_than_starting_anew(
    before: list[str], after: list[str]
) -> None:
    now, wanted = styled(PLAIN, ";".join(before)), styled(PLAIN, ";".join(after))
    code, style = change(now, wanted)
    assert style == wanted
    if now == wanted:
        assert code == ""
        return
    assert code.startswith("\x1b[")
    assert styled(now, code[2:-1]) == wanted
    anew = ";".join([*wanted.attributes, *filter(None, (wanted.text, wanted.ground))])
    assert len(code) <= len(f"\x1b[0;{anew}m")


def test_bold_stays_where_dim_goes_though_one_code_ends_both() -> None:
    both, bold = styled(PLAIN, "1;2;31;44"), styled(PLAIN, "1;31;44")
    assert change(both, bold) == ("\x1b[22;1m", bold)


def test_behind_the_last_column_terminals_differ_and_nothing_relative_follows() -> None:
    grid, painter = grid_of(WHOLE), Painter(False)
    painter.frame(grid)
    grid.take(f"\x1b[2;{WIDTH}H\x1b[48;5;234mx\x1b[3;{WIDTH}H\x1b[48;5;234my")
    assert painter.frame(grid) == f"\x1b[2;{WIDTH}Hx\x1b[3;{WIDTH}Hy"


def test_nobody_sees_the_text_colour_of_a_blank() -> None:
    bold_red = styled(PLAIN, "1;31;44")
    assert bold_red.blank == Style((), ANY, "44")
    assert change(bold_red, bold_red.blank) == ("", bold_red)
    underlined = styled(PLAIN, "4;31")
    assert underlined.blank == underlined
    code, style = change(underlined, bold_red.blank)
    assert styled(underlined, code[2:-1]) == style == Style((), "31", "44")


def test_a_single_digit_costs_a_few_bytes() -> None:
    grid, painter = grid_of(WHOLE, "\x1b[2;3H\x1b[38;5;253;48;5;234m0.42"), Painter(True)
    painter.frame(grid)
    grid.take("\x1b[2;3H\x1b[38;5;253;48;5;234m0.47")
    assert painter.frame(grid) == "\b7"  # the cursor stands behind it, and its style is in force


def test_what_is_in_one_style_is_drawn_in_a_go() -> None:
    """Each style is set once, though both stand in both rows; first what needs no change, and the nearest of that."""
    red, green = "\x1b[31;44m", "\x1b[32;44m"
    grid, painter = grid_of(WHOLE), Painter(True)
    painter.frame(grid)
    grid.take(f"\x1b[1;1H{red}12{green}3\x1b[1;9H{red}4\x1b[2;1H{green}5\x1b[2;9H{red}6")
    assert painter.frame(grid) == "\x1b[1H\x1b[31;44m12\x1b[6C4\x1bD\b6\r\x1b[32m5\x1bM\x1b[C3"
    grid.take(f"\x1b[1;1H{red}78{green}9")
    assert painter.frame(grid) == "\b9\r\x1b[31m78"


def test_a_frame_for_a_slow_line_leaves_rows_for_another_one() -> None:
    grid, painter = grid_of(WHOLE), Painter(True)
    painter.frame(grid)
    assert not painter.behind
    grid.take("".join(f"\x1b[{y + 1};1H\x1b[48;5;234mabcdefgh" for y in range(HEIGHT)))
    first = painter.frame(grid, 20)
    assert (first.count("abcdefgh"), painter.behind) == (2, True)
    second = painter.frame(grid, 1000)
    assert (second.count("abcdefgh"), painter.behind) == (HEIGHT - 2, False)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("\x1b[2;4Hx", "\x1b[3;4Hy", "\x1bD\b"),  # down, and back over the x
        ("\x1b[3;4Hx", "\x1b[2;4Hy", "\x1bM\b"),
        ("\x1b[2;9Hx", "\x1b[3;1Hy", "\x1bD\r"),
        ("\x1b[2;9Hx", "\x1b[2;6Hy", "\b\b\b\b"),
        ("\x1b[1;5Hx", "\x1b[4;9Hy", "\x1b[4;9H"),
    ],
)
def test_the_cursor_takes_the_shortest_way(before: str, after: str, moved: str) -> None:
    grid, painter = grid_of(WHOLE), Painter(True)
    painter.frame(grid)
    frames = []
    for move, letter in ((before[:-1], before[-1]), (after[:-1], after[-1])):
        grid.take(f"{move}\x1b[48;5;234m{letter}")
        frames.append(painter.frame(grid))
    assert frames[1] == f"{moved}y"
    assert emulated(WHOLE, before, after).display == emulated(WHOLE, before, *frames[1:]).display


def test_blanks_are_erased_only_where_the_terminal_erases_in_colour() -> None:
    full = "".join(f"\x1b[{y + 1};1H\x1b[48;5;234m{'x' * WIDTH}\x1b[m" for y in range(HEIGHT))
    for erases in (True, False):
        grid, painter = grid_of(full), Painter(erases)
        painter.frame(grid)
        grid.take(WHOLE)
        frame = painter.frame(grid)
        assert ("\x1b[K" in frame) == erases
        assert (" " * WIDTH in frame) == (not erases)


def test_malformed_styles_change_nothing_or_little() -> None:
    for codes in ("38", "38;5", "48;2;1", "4:3", "58;5;9", "999", "38;7"):
        styled(PLAIN, codes)
    assert styled(PLAIN, "58;5;9;1") == Style(("1",))
    assert styled(PLAIN, "4:3").attributes == ("4",)
