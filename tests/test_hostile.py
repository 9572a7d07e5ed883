"""A stranger's lesson: what it says is shown letter by letter, does nothing, and sends nothing to the terminal."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from driven import running
from terminal import ROOT, Terminal
from textual.widgets import TextArea

from rnn_tui.cli.main import main
from rnn_tui.core.breakpoints import Breakpoint
from rnn_tui.session.file import read_session
from rnn_tui.session.model import Session

MARKUP = ("[@click=app.screenshot('precious.txt','.')]Which?[/]", "[/b] [a] or [b]? \\[x] [bold")
CONTROLS = (
    "\x1b]52;c;cHduZWQ=\x07\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x9d0;owned\x9c\x00\x07\x7f\x85"
    "\u202e\u2066\u200b\u2028\ufeff\u00ad"
)
"""OSC 52 and OSC 0, CSI, C1, BEL, NUL, DEL; bidirectional overrides, zero width, a line separator."""
SEQUENCES = re.compile(rb"\x1b(?:\[([0-?]*)[ -/]*([@-~])|\](.*?)(?:\x07|\x1b\\)|(.))", re.DOTALL)
OURS = {b"h", b"l", b"u", b"p", b"m", b"J", b"K", b"n", b"H", b"A", b"B", b"C", b"D", b"X", b"G"}
"""The last letters of the control sequences in the vocabulary of our driver."""


def lesson(said: str) -> str:
    """A lesson of one stop in which everything that can be a text of the author's is this one."""
    text = json.dumps(said)
    cell = json.dumps(
        f"title = {text}\nsource = {text}\ndescription = {text}\n"
        'equations = """\ns[t] = tanh(W @ x[t] + U @ s[t-1] + b)\ny[t] = s[t]\n"""\n'
        '[parameters]\nW = ["H", "I"]\nU = ["H", "H"]\nb = ["H"]\n[state]\ns = ["H"]\n'
    )
    return f"""version = 1
breaks = [{json.dumps("label == " + json.dumps(said.replace(chr(34), "")))}, "t == 2"]
[sequence]
x = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
labels = [{text}, "l", {text}]
features = [{text}, "second"]
name = {text}
[[network.layers]]
cell = {text}
text = {cell}
[network.layers.parameters]
W = [[1.0, 2.0]]
U = [[1.0]]
b = [0.5]
[marks]
a = 1
[[answers]]
stop = 2
answer = {text}
[[stops]]
title = {text}
text = {text}
at = 1
[stops.question]
kind = "choice"
text = {text}
choices = [{text}, "other"]
answer = {text}
[[stops]]
title = {text}
text = {text}
[stops.question]
kind = "choice"
text = {text}
choices = [{text}, "other"]
answer = {text}
"""


def seen(screen: str) -> str:
    """The text of a screen without blanks, borders and line ends."""
    return re.sub(r"[\s│]", "", screen)


@pytest.mark.parametrize("said", MARKUP)
async def test_text_of_a_file_is_never_markup(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "lesson.toml"
    path.write_text(lesson(said), "utf-8")
    plain, before, clicked = said.replace(" ", ""), set(tmp_path.iterdir()), 0
    async with running(read_session(path), (120, 40)) as app:
        for keys, times in ((("a",), 3), (("e",), 3), (("apostrophe",), 2), (("B",), 2), (("ctrl+p",), 0)):
            screen = await app.press(*keys)
            assert seen(screen).count(plain) >= times, keys
            for y, line in enumerate(screen.split("\n")[:-1]):
                for found in re.finditer(re.escape(said), line):
                    await app.pilot.click(offset=(found.start() + min(2, len(said) - 1), y))
                    clicked += 1
            await app.press("escape", "escape")
        await app.press("slash")
        assert plain in seen(await app.type(f"{said}?"))
        await app.press("escape", "e")
        app.app.screen.query_one(TextArea).text = f"{said}\n"
        await app.pilot.pause()
        assert plain in seen(app.text)
    assert clicked
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("said", MARKUP)
async def test_a_breakpoint_is_never_markup(said: str) -> None:
    text = "label == " + json.dumps(said.replace("\\", ""))
    async with running(Session(breaks=(Breakpoint(text),)), (120, 40)) as app:
        assert f"● {text}  0 hits" in await app.press("B")


def test_pictures_and_standard_error_hold_no_control_character(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "x" + CONTROLS.replace("\x00", "") + ".toml"
    Path(name).write_text(lesson(CONTROLS), "utf-8")
    for keys in ("", "a", "e", "B", "apostrophe", "right,right", "a,1,enter", "ctrl+p"):
        for picture in ("p.txt", "p.svg"):
            assert main(["snapshot", name, "--press", keys, "--size", "120x36", "-o", picture]) == 0
        text = Path("p.txt").read_text("utf-8")
        assert "rnn_tui" in text
        assert not re.search(r"owned(?!\\)", text)
        assert text.replace("\n", "").isprintable(), keys
        assert "".join(ElementTree.parse("p.svg").getroot().itertext()).replace("\n", "").replace("\xa0", "").strip()
        assert all(c.isprintable() or c in "\n\xa0" for c in Path("p.svg").read_text("utf-8"))
    for words in (
        ["check", name],
        ["check", name + "x"],
        ["run", name + CONTROLS],
        ["run", "hello.txt", "--cell", CONTROLS],
        ["run", "hello.txt", "--break", CONTROLS],
        ["snapshot", name, "-o", CONTROLS],
        [CONTROLS, CONTROLS],
        ["run", "hello.txt", "--seed", CONTROLS],
        ["lesson", CONTROLS],
        ["run", "hello.txt", "--at" + CONTROLS],
    ):
        main([word.replace("\x00", "") for word in words])
    out, err = capfd.readouterr()
    assert "owned" in out
    assert err.count("rnn-tui: ") == 8  # `check` says on standard output which file it cannot read
    assert (out + err).replace("\n", "").isprintable()


def test_only_letters_and_sequences_of_our_own_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / ("x" + CONTROLS.replace("\x00", "") + ".toml")
    path.write_text(lesson(CONTROLS), "utf-8")
    paste = b"\x1b[200~q\x07\x1b]0;owned\x07\xc2\x9b31m\xe2\x80\xae\x1b[201~"
    keys = (
        *(b"a", b"\x1b", b"e", b"\x1b", b"B", b"\x1b", b"B", paste, b"\r", b"\x1b", b"o", paste, b"\r", b"\x1b"),
        *(
            b"/",
            paste,
            b"\r",
            b"\x1b",
            b"'",
            b"\x1b",
            b"\x10",
            paste,
            b"\x1b",
            b"a",
            b"1\r",
            b"\x1b[C",
            b"l",
            b"?",
            b"\x1b",
        ),
    )
    with Terminal(str(path), size=(120, 36), environment={"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.wait_for_text("1 of 2")
        for key in keys:
            terminal.press(key)
            terminal.read_until_quiet(0.1)
        terminal.press(b"\x1b")
        terminal.read_until_quiet(0.2)
        terminal.press(b"q")
        assert terminal.status() == 0
        sent = bytes(terminal.seen)
    begun = sent[sent.index(b"\x1b") :]
    for found in SEQUENCES.finditer(begun):
        _, last, system, other = found.groups()
        if last is not None:
            assert last in OURS, found[0]
        elif system is not None:
            assert system in (b"22;default", b"8;;"), found[0]
        else:
            assert other in (b"7", b"8", b"D", b"M"), found[0]
    rest = SEQUENCES.sub(b"", begun).decode("utf-8")
    assert "owned" in rest
    assert all(c.isprintable() or c in "\b\r\n\x18" for c in rest), sorted({c for c in rest if not c.isprintable()})
