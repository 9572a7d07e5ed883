"""Themes: every pair of colours that occurs can be read, all eyes tell signs apart, and colours have one home."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from colour import EYES, Colour, apart, contrast, distance
from driven import Driven, of
from rich.color import Color, ColorSystem
from rich.style import Style
from terminal import Terminal, opened

import rnn_tui
from rnn_tui.app import RnnApp
from rnn_tui.cli.main import main
from rnn_tui.cli.opening import writes_unicode
from rnn_tui.core.learning import Learning
from rnn_tui.session.file import read_session, write_session
from rnn_tui.session.model import THEMES, Look, Session
from rnn_tui.stepper.stepper import Stepper
from rnn_tui.views.sheet.colours import COLOURED, HUES, ROWS
from rnn_tui.views.sheet.palette import CHANGED, CURSOR, DIM, LEVELS, LIT, NOW, PLAIN, WRONG, block, heat
from rnn_tui.views.sheet.scheme import scheme

PACKAGE = Path(rnn_tui.__file__).parent
HOME = PACKAGE / "views" / "sheet" / "colours.py"
TEXT, LINE, SIGN = 4.5, 3.0, 12.0
"""The least contrast of a text and of a line, and the least distance of a plus and a minus."""
DRAWN = re.compile("[\u2500-\u25ff\u2800-\u28ff]")
"""Lines, blocks, circles and braille."""
FILLED = "▀█"
"""Characters that fill their cell, and are no figure on a ground."""
EVERY = bool(os.environ.get("RNN_TUI_PICTURES"))
"""Whether every theme takes every walk; usually some take one."""
COLOURFUL = [(theme, depth) for theme in COLOURED for depth in ("256", "truecolor")]
POOR = [("dark", "16"), ("light", "16"), ("high-contrast-light", "16"), ("light", "mono"), ("none", "truecolor")]
WALKED = COLOURFUL if EVERY else [COLOURFUL[index] for index in (0, 3)]
WALKED_POOR = POOR if EVERY else POOR[1:2]
WALK = (
    *("right", "right", "right", "w", "w", "i", "i", "down", "down", "escape", "enter", "enter", "tab", "enter"),
    *("escape", "escape", "B", "escape", "question_mark", "pagedown", "escape", "o", "down", "down", "escape", "e"),
    *("escape", "ctrl+p", "down", "down", "escape", "L", "L", "m", "a", "colon", "1", "enter", "T", "E"),
)
"""Keys that show all kinds of screens and dialogs; a picture is taken after each."""


def xterm(index: int) -> Colour:
    """One of the 240 colours that every terminal of 256 has alike."""
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    parts = divmod((index - 16) // 6, 6)
    red, green, blue = (0 if n == 0 else 55 + 40 * n for n in (*parts, (index - 16) % 6))
    return red, green, blue


def sent(colour: Color | None, depth: str) -> Colour:
    """What a terminal shows for a colour."""
    assert colour is not None
    if depth == "256":
        number = colour.downgrade(ColorSystem.EIGHT_BIT).number
        assert number is not None
        assert number >= 16  # the first are whatever a person has made of them
        return xterm(number)
    assert colour.triplet is not None
    red, green, blue = colour.triplet
    return red, green, blue


def pair(style: Style, depth: str) -> tuple[Colour, Colour]:
    """Figure and ground of a style."""
    colours = sent(style.color, depth), sent(style.bgcolor, depth)
    return colours[::-1] if style.reverse else colours


async def pictures(theme: str, depth: str) -> set[tuple[str, str, Style]]:
    """Every character and style on the screens of walks through the app, with the key that brought it there.

    Each theme takes one of three walks; all of them where `EVERY` one is asked for.
    """
    found = set()
    look = Look(theme=theme)
    learning = Learning(loss="cross-entropy", epochs=3)
    lesson = read_session(PACKAGE / "lessons" / "what-is-rnn.toml")
    sessions = (
        of("lstm,softmax", at=2, look=look, learning=learning),
        of("elman", "sine.csv", at=20, look=look),
        lesson.everywhere(lambda each: replace(each, look=look)),
    )
    own = [*WALKED, *WALKED_POOR].index((theme, depth)) % len(sessions)
    for session in sessions if EVERY else sessions[own : own + 1]:
        app = RnnApp(session, depth)
        async with app.run_test(size=(100, 30)) as pilot:
            driven = Driven(app, pilot)
            for key in ("right", *WALK):
                await driven.press(key)
                for line in app.screen._compositor.render_strips():
                    for text, style, _ in line:
                        assert style is not None
                        found |= {(key, character, style) for character in set(text) - {" "}}
    return found


@pytest.mark.parametrize(("theme", "depth"), WALKED)
async def test_every_pair_of_colours_that_occurs_can_be_read(theme: str, depth: str) -> None:
    own = scheme(theme, depth).own
    faint = {sent(own[name], depth) for name in ROWS if re.search("bar_(soft|later)", name)}  # parts of a bar
    heats = {pair(scheme(theme, depth).style(block(n)), depth)[1] for n in range(-LEVELS, LEVELS + 1)}
    seen = await pictures(theme, depth)
    least = {TEXT: 99.0, LINE: 99.0}
    for key, character, style in seen:
        figure, ground = pair(style, depth)
        if (character in FILLED and {figure, ground} & heats) or figure in faint or ground in faint:
            continue
        kind = LINE if DRAWN.match(character) else TEXT
        value = contrast(figure, ground)
        assert value >= kind, f"{value:.2f}: {character!r} of {style} after {key}"
        least[kind] = min(least[kind], value)
    assert max(least.values()) < 99  # both kinds were there
    heated = {pair(scheme(theme, depth).style(heat(steps)), depth) for steps in (-1, 1, 6)}
    assert heated & {pair(style, depth) for _, _, style in seen}


@pytest.mark.parametrize(("theme", "depth"), COLOURFUL)
@pytest.mark.parametrize("eyes", EYES)
def test_signs_are_told_apart_by_all_eyes(theme: str, depth: str, eyes: str) -> None:
    own, matrix = scheme(theme, depth), EYES[eyes]
    for steps in range(1, LEVELS + 1):
        (above, _), (below, _) = (pair(own.style(block(n)), depth)[::-1] for n in (steps, -steps))
        assert apart(above, below, matrix) >= SIGN, steps
    now = sent(own.style(NOW).color, depth)
    for steps in range(1, LEVELS + 1):
        assert apart(now, pair(own.style(heat(-steps)), depth)[1], matrix) >= 20, steps


@pytest.mark.parametrize(("theme", "depth"), COLOURFUL)
def test_stronger_is_further_from_the_ground(theme: str, depth: str) -> None:
    own = scheme(theme, depth)
    ground = sent(own.ground.bgcolor, depth)
    for sign in (1, -1):
        steps = [contrast(pair(own.style(heat(sign * n)), depth)[1], ground) for n in range(1, LEVELS + 1)]
        assert steps == sorted(steps)
        assert len(set(steps)) == LEVELS


def test_the_distances_are_those_of_the_paper() -> None:
    for one, other, expected in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ):
        assert distance(one, other) == pytest.approx(expected, abs=5e-5)
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21, abs=0.01)
    assert contrast((255, 0, 0), (255, 255, 255)) == pytest.approx(4.0, abs=0.01)  # both of WCAG's own examples


TERMINALS = {
    "xterm": ({"cyan": (0, 205, 205), "yellow": (205, 205, 0)}, {"blue": (0, 0, 238), "red": (205, 0, 0)}),
    "VGA": ({"cyan": (0, 170, 170), "yellow": (170, 85, 0)}, {"blue": (0, 0, 170), "red": (170, 0, 0)}),
    "Solarized": ({"cyan": (42, 161, 152), "yellow": (181, 137, 0)}, {"blue": (38, 139, 210), "red": (220, 50, 47)}),
    "Tango": ({"cyan": (6, 152, 154), "yellow": (196, 160, 0)}, {"blue": (52, 101, 164), "red": (204, 0, 0)}),
}
"""What usual terminals make of the hues, on dark and on light."""
GROUNDS: dict[str, tuple[Colour, Colour]] = {
    "xterm": ((0, 0, 0), (255, 255, 255)),
    "VGA": ((0, 0, 0), (170, 170, 170)),
    "Solarized": ((0, 43, 54), (253, 246, 227)),
    "Tango": ((46, 52, 54), (211, 215, 207)),
}


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_with_16_colours_blocks_can_be_seen_and_told_apart(terminal: str, theme: str) -> None:
    light = theme == "light"
    hues, ground = TERMINALS[terminal][light], GROUNDS[terminal][light]
    above, below = (hues[name] for name in HUES[theme])
    assert min(contrast(above, ground), contrast(below, ground)) >= LINE
    for matrix in EYES.values():
        assert apart(above, below, matrix) >= SIGN


@pytest.mark.parametrize(("theme", "depth"), WALKED_POOR)
async def test_with_few_colours_a_text_is_in_the_terminals_own(theme: str, depth: str) -> None:
    seen = await pictures(theme, depth)
    colours = {colour.name for _, _, style in seen for colour in (style.color, style.bgcolor) if colour is not None}
    hues = HUES.get(theme, ()) if depth == "16" else ()
    assert colours == {"default", *hues}
    hued = {character for _, character, style in seen if style.color is not None and style.color.name in hues}
    assert hued <= set("░▒▓█-─═≡·▁▂▃▄▅▆▇▔▀")
    assert {"█", "≡", "░", "═"} <= {character for _, character, _ in seen}
    assert all(style.bgcolor is None or style.bgcolor.is_default for _, _, style in seen)


def test_where_there_is_no_colour_weight_and_reverse_video_tell() -> None:
    own, chosen = scheme("dark", "mono"), scheme("dark", "mono", True)
    assert [own.style(heat(n)).bold for n in (1, 3, 4, -6)] == [False, False, True, True]
    assert [chosen.style(heat(n) + lit).bold for n in (6, -6) for lit in (PLAIN, LIT)] == [False, True, False, True]
    assert [bool(own.style(each).reverse) for each in (CURSOR, WRONG, NOW, PLAIN)] == [True, True, False, False]
    changed = own.style(heat(2) + CHANGED)
    assert (changed.underline, bool(changed.bold)) == (True, False)  # weight is how strong it is
    assert scheme("dark", "256").style(heat(2) + CHANGED).bold
    assert not own.style(DIM).dim


def test_colours_of_256_are_sent_as_the_ones_that_were_chosen() -> None:
    for place, theme in enumerate(COLOURED):
        own = scheme(theme, "256").own
        for name, row in ROWS.items():
            assert own[name].downgrade(ColorSystem.EIGHT_BIT).number == int(row[len(COLOURED) + place]), name


def test_colours_have_one_home() -> None:
    files = [file for ending in ("py", "tcss", "toml") for file in PACKAGE.rglob(f"*.{ending}") if file != HOME]
    assert len(files) > 200
    named = r"\brgb\(|\bcolor=\"|\bansi_(?!color|default)[a-z]"
    written = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?=[\"';])|" + named)
    assert written.search(HOME.read_text("utf-8"))
    for file in files:
        assert not written.findall(file.read_text("utf-8")), file


def test_a_theme_is_a_key_an_option_and_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stepper = Stepper(Session())
    seen = [stepper.session.look.theme]
    for _ in THEMES[1:]:
        stepper.press("D")
        seen.append(stepper.session.look.theme)
        assert seen[-1] in stepper.notice
    assert tuple(seen) == THEMES
    write_session(stepper.session, tmp_path / "s.toml")
    assert 'theme = "none"' in (tmp_path / "s.toml").read_text("utf-8")
    assert read_session(tmp_path / "s.toml").look.theme == "none"
    monkeypatch.chdir(tmp_path)
    for words, ground in (([], 0), (["--theme", "light"], 1), (["--theme", "high-contrast-dark"], 2)):
        assert main(["snapshot", "hello.txt", *words, "-o", "p.svg"]) == 0
        assert f'fill="{ROWS["background"][ground]}"' in Path("p.svg").read_text("utf-8")
    assert main(["snapshot", "hello.txt", "--theme", "blue", "-o", "p.svg"]) == 2


def test_a_theme_chosen_in_a_lesson_is_that_of_all_its_stops() -> None:
    stepper = Stepper(read_session(PACKAGE / "lessons" / "what-is-rnn.toml"))
    for key in ("D", "D", "pagedown", "R"):
        stepper.press(key)
    assert stepper.session.look.theme == "light"


SENT: dict[str, tuple[dict[str, str], set[bytes], set[bytes]]] = {
    "16 million": ({"COLORTERM": "truecolor"}, {b"48;2;28;31;37"}, {b"38;5;"}),
    "256": ({}, {b"48;5;234", b"38;5;228"}, {b"38;2;", b"48;2;"}),
    "16": ({"TERM": "xterm"}, {b"36", b"[1m"}, {b"38;", b"48;", b"[32m"}),
    "none": ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, {b"[1m", b"7m"}, {b"38;", b"48;", b"[36", b";36"}),
    "as Textual": ({"TEXTUAL_THEME": "textual-light"}, {b"48;5;231", b"38;5;58"}, {b"48;5;234"}),
    "Textual's own of the terminal": ({"TEXTUAL_THEME": "ansi-light"}, {b"34m"}, {b"38;", b"48;"}),
}
"""Environments, what is sent in them, and what is not."""


@pytest.mark.parametrize("name", SENT)
def test_a_terminal_gets_the_colours_that_it_has(name: str) -> None:
    environment, there, absent = SENT[name]
    with Terminal(environment=environment) as terminal:
        opened(terminal)
        terminal.press(b"l")
        terminal.wait_for_text("t = 1 of 5")
        terminal.read_until_quiet()
        sent = bytes(terminal.seen)
    assert len(sent) < 8192  # where a colour takes twenty letters
    assert [code for code in there if code not in sent] == []
    assert [code for code in absent if code in sent] == []


@pytest.mark.parametrize(
    ("environment", "unicode"),
    [
        ({}, True),
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"LC_ALL": "POSIX"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),  # the second is what Python sets
        ({"LANG": "C", "LC_CTYPE": "de_DE.utf8"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, True),
    ],
)
def test_a_locale_without_unicode_means_ascii(environment: dict[str, str], unicode: bool) -> None:
    assert writes_unicode("utf-8", environment) == unicode
    assert not writes_unicode("iso8859-1", environment)


@pytest.mark.parametrize(("words", "environment"), [((), {"LC_ALL": "C"}), (("--ascii",), {})])
def test_a_lesson_can_be_drawn_with_ascii_alone(words: tuple[str, ...], environment: dict[str, str]) -> None:
    with Terminal("lesson", *words, environment=environment) as terminal:
        terminal.wait_for_text("1 of ")
        for _ in range(4):
            terminal.press(b"\x1b[6~")  # PageDown
            terminal.read_until_quiet(0.3)
        assert terminal.seen.isascii()
        assert b"\\u" not in terminal.seen
