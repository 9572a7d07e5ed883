"""What is written is whole, shorter, or left out with a mark."""

from __future__ import annotations

import re

import numpy as np
import pytest
from frames import built_in, frame
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from terminal import printed

from rnn_tui import Network, Run, Sequence, Simulator
from rnn_tui.core.decimals import free
from rnn_tui.session.model import Focus
from rnn_tui.views.diagrams.rolled import draw as rolled
from rnn_tui.views.layer.formula import formula, gates
from rnn_tui.views.layer.ledger import ledger
from rnn_tui.views.page.footer import notice
from rnn_tui.views.page.lines import stack_map, strip, title
from rnn_tui.views.sheet.drawing import Drawing
from rnn_tui.views.sheet.palette import PLAIN
from rnn_tui.views.sheet.pen import Phrase, cut, fitting, shortened

WORDS = st.lists(
    st.sampled_from(["-0.7757", "251", "so", "far", "s₁₂", "W", "═", "時間", "1e-9"]), min_size=1, max_size=6
)


def numbers(text: str) -> set[str]:
    """The words of a text that have a digit."""
    return {word for word in text.split() if any(map(str.isdigit, word))}


def drawn(drawing: Drawing) -> list[str]:
    return ["".join(segment.text for segment in line) for line in drawing.lines()]


@given(WORDS, st.integers(0, 30))
def test_a_line_is_cut_between_words_and_the_mark_says_so(words: list[str], width: int) -> None:
    text = " ".join(words)
    kept = "".join(part for part, _ in cut([(text, PLAIN)], width, "…"))
    assert cell_len(kept) <= width
    assert numbers(kept.replace("…", " ")) <= set(words)
    assert kept == text or kept.endswith("…") or not width


@given(WORDS, st.integers(-20, 30), st.integers(0, 30))
def test_a_drawing_refuses_a_part_of_a_number(words: list[str], x: int, width: int) -> None:
    drawing = Drawing(width, 1)
    drawing.put(x, 0, " ".join(words))
    (line,) = drawn(drawing)
    assert cell_len(line) == width
    assert numbers(line.replace("…", " ")) <= set(words)


def test_ornaments_end_at_the_edge() -> None:
    drawing = Drawing(4, 1)
    drawing.put(-1, 0, "╭────────╮")
    assert drawn(drawing) == ["────"]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (40, "s = 1.25    so far -0.7757  note"),
        (31, "s = 1.25    so far -0.7757 …"),
        (28, "s = 1.25    so far -0.7757 …"),
        (27, "s = 1.25  -0.7757 …"),
        (18, "s = 1.25 …"),
        (9, "s = …"),
        (3, "s …"),
        (1, "…"),
        (0, ""),
    ],
)
def test_phrases_give_way_by_rank_and_then_by_place(width: int, line: str) -> None:
    phrases = [
        Phrase.of(PLAIN, "s = 1.25"),
        Phrase.of(PLAIN, "    so far -0.7757", "  -0.7757", rank=1),
        Phrase.of(PLAIN, "  note", rank=2),
    ]
    assert "".join(text for text, _ in fitting(width, phrases, "…")) == line


def test_a_phrase_that_may_be_missing_leaves_no_mark() -> None:
    phrases = [Phrase.of(PLAIN, "loss 0.25"), Phrase.of(PLAIN, "  by the way", "", rank=1)]
    assert fitting(9, phrases, "…") == [("loss 0.25", PLAIN), ("", PLAIN)]


@pytest.mark.parametrize(
    ("text", "width", "short"), [("x10", 3, "x10"), ("x10", 2, "x…"), ("2021-01", 6, "…"), ("weight", 4, "wei…")]
)
def test_a_name_is_shortened_without_a_part_of_a_number(text: str, width: int, short: str) -> None:
    assert shortened(text, width, "…") == short


@pytest.mark.parametrize("width", range(20, 121, 3))
def test_the_sums_so_far_are_whole_in_a_ledger_of_any_width(width: int) -> None:
    text = printed(ledger(frame(built_in("lstm"), 3, zoom="number", focus=Focus("i", 0, 1)), width, 12))
    every = re.findall(r"\d\.\d*", text)
    assert every
    assert all(len(found) == len("0.7757") for found in every)
    assert max(map(len, text.split("\n"))) <= width


@pytest.mark.parametrize(("digits", "count"), [(6, 5), (2, 100_000)])
def test_what_a_gated_cell_computes_is_whole_or_marked_as_left_out(digits: int, count: int) -> None:
    x = np.random.default_rng(0).standard_normal((count, 4))
    run = Simulator(Network.random("lstm", 4, 3, 0), Sequence(x))
    t = min(count, 12_345)
    text = printed(gates(frame(run, t, digits=digits), 79, 4) or "")
    step = run.at(t)
    known = {
        free(float(v), digits) for part in (step.values, step.state_prev) for array in part.values() for v in array
    }
    assert set(re.findall(r"-?\d+\.\d*", text)) <= known
    assert ("…" in text) == (digits == 6)


def test_a_caption_has_all_of_its_lines_or_none() -> None:
    found = set()
    for width in range(27, 90):
        text = printed(rolled(frame(built_in(), 3), width, 10))
        assert ("it reads next:" in text) == ("that is the circular arrow." in text)
        found.add("it reads next:" in text)
    assert found == {True, False}


def test_the_shape_and_the_names_of_a_table_are_whole_or_marked() -> None:
    features = tuple(f"x{number}" for number in range(95, 115))
    run = Simulator(Network.random("elman", 20, 20, 0), Sequence(np.zeros((3, 20)), features=features))
    for width in range(30, 100):
        top = printed(formula(frame(run, 1, digits=0), width, 8)).split("\n")[:2]
        assert set(re.findall(r"\d+×\d*", top[0])) <= {"20×20"}
        assert set(re.findall(r"x\d+", top[1])) <= set(features)


def test_a_long_label_of_the_strip_is_marked() -> None:
    labels = [f"2021-01-{day:02} 12:00" for day in range(1, 6)]
    run = Run(Network.random("elman", 1), Sequence(np.zeros((5, 1)), labels=labels))
    assert printed(strip(frame(run, 1), 80)).strip().startswith("[2021-01-01 …]")


def test_the_map_of_a_long_stack_has_whole_layers_about_the_lit_one() -> None:
    run = Simulator(Network.random(["elman"] * 14, 2, 3, 0), Sequence(np.zeros((3, 2))))
    for width in range(14, 130):
        for layer in (1, 7, 14):
            text = stack_map(frame(run, 1, layer=layer), width).plain
            assert cell_len(text) <= width
            assert f"[{layer} elman]" in text
            assert re.fullmatch(r"(…| x)?( → [ \[]\d+ elman[ \]])+( …| → y)?", text), text


@pytest.mark.parametrize("width", range(80))
def test_the_title_has_whole_numbers(width: int) -> None:
    run = Simulator(Network.random("elman", 4, 123, 0), Sequence(np.zeros((1234, 4)), name="data"))
    text = title(frame(run, 1234), width, "playing 12/s").plain
    assert cell_len(text) <= width
    assert numbers(text.replace("…", " ")) <= {"4→123", "1234", "12/s"}


@pytest.mark.parametrize("plain", [False, True])
def test_what_is_said_keeps_its_numbers_whole_or_ends_in_a_mark(plain: bool) -> None:
    said = "stopped: any(s > 0.5)   s = 0.7755 -0.1234 0.5000"
    whole, more = set(said.split()), "~" if plain else "…"
    for width in range(4, len(said) + 3):
        _, *words = notice(said, width, plain).plain.split()
        assert words[-1] == more
        assert set(words[:-1]) < whole
    assert notice(said, len(said) + 3, plain).plain.endswith(said)
