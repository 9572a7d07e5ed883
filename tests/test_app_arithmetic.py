"""Stepping into R, selecting numbers, layers, names and one's own R, as a person at the keyboard does."""

from __future__ import annotations

import re

import pytest
from driven import of, running
from textual.widgets import TextArea

from rnn_tui.session.model import Session

MINIMAL = '''title = "Minimal gated unit, by hand"
equations = """
f[t] = sigmoid(W_f @ x[t] + U_f @ s[t-1] + b_f)
h[t] = tanh(W @ x[t] + U @ (f[t] * s[t-1]) + b)
s[t] = (1 - f[t]) * s[t-1] + f[t] * h[t]
y[t] = s[t]
"""
[parameters]
W_f = ["H", "I"]
U_f = ["H", "H"]
b_f = ["H"]
W = ["H", "I"]
U = ["H", "H"]
b = ["H"]
[state]
s = ["H"]
'''


async def test_an_lstm_of_three_units_stands_on_one_screen() -> None:
    """Diagram, one gate's sum, all gates, c and s, at 80x24 (design, section 6)."""
    async with running(of("lstm", at=3)) as app:
        for part in ("┃  R  ┃", "W_i  3×4", "U_i  3×3", "i₃", "f₃", "g₃", "o₃", "c₂", "c₃", "s₃", "y₃", "sum 1 of 4"):
            assert part in app.text
        assert "f₃ = sigmoid(W_f·x₃" in await app.press("tab")


async def test_down_steps_into_the_operations_and_up_out_again() -> None:
    async with running(of("lstm", at=3)) as app:
        before = app.text
        for operation, target in enumerate(("i", "f", "g", "o", "c", "s", "y"), 1):
            text = await app.press("down")
            assert f"▶ {operation}  {target}₃ = " in text
        assert "this is the last operation of R" in await app.press("down")
        assert app.text.split("\n")[:-2] == text.split("\n")[:-2]
        assert re.search(r"c₃ = f₃⊙c₂ \+ i₃⊙g₃ {3,}operation 5 of 7", await app.press("up", "up"))
        assert await app.press("up", "up", "up", "up", "up") == before


async def test_enter_selects_a_number_and_enter_again_explains_it() -> None:
    async with running(of("lstm", at=3)) as app:
        before = app.text
        await app.press("enter")
        assert "[1] = sigmoid" not in app.text
        await app.press("tab", "down")
        assert "f₃[2] = sigmoid(z), z being the sum of" in await app.press("enter")
        assert "f₃[3] = sigmoid(z)" in await app.press("down")
        assert "g₃[3] = tanh(z)" in await app.press("right")
        assert "g₄[3] = tanh(z)" in await app.press("l")
        assert "g₃[3] = tanh(z)" in await app.press("h")
        text = await app.press("escape", "escape")
        assert "being the sum of" not in text
        assert await app.press("shift+tab", "shift+tab") == before


async def test_up_from_the_first_row_leaves_the_tables() -> None:
    async with running(Session(at=3)) as app:
        before = app.text
        await app.press("enter", "up")
        assert await app.press("right") != before
        assert await app.press("left") == before


async def test_a_click_on_a_number_explains_it() -> None:
    async with running(Session(at=3)) as app:
        lines = app.text.split("\n")
        y = next(i for i, line in enumerate(lines) if line.startswith(" 2 "))
        await app.pilot.click(offset=(lines[y].rindex("."), y))
        assert re.search(r"y₃\[2\] = s₃\[2\] 0\.7023", app.text)


async def test_brackets_go_through_the_layers_of_a_stack() -> None:
    async with running(of("lstm:concat,softmax", at=3)) as app:
        assert "[4 softmax]" in app.text
        assert "W  4×6" in app.text
        assert "[3 concat]" in await app.press("left_square_bracket")
        assert "[2 lstm ←]" in await app.press("left_square_bracket")
        assert "s₄" in app.text  # what a backward layer reads at t = 3
        await app.press(*["left_square_bracket"] * 5)
        assert "[1 lstm]" in app.text
        assert "W_i  3×4" in app.text


@pytest.mark.parametrize(
    ("presses", "output", "equation"),
    [
        (1, "output₃", "h₃ = tanh(weight_ih·input₃ + weight_hh·h₂ + bias_sum)"),
        (2, "output₃", "h₃ = tanh(inputs₃·kernel + h₂·recurrent_kernel + bias)"),
        (3, "y₃", "h₃ = tanh(W_xh·x₃ + W_hh·h₂ + b_h)"),
        (4, "y₃", "s₃ = tanh(W·x₃ + U·s₂ + b)"),
    ],
)
async def test_n_switches_the_names_everywhere(presses: int, output: str, equation: str) -> None:
    async with running(Session(at=3), (120, 36)) as app:
        text = await app.press(*["n"] * presses)
        assert equation in text
        without = text.replace(equation, "")
        for word in (output, *re.findall(r"[\w₀-₉]+", equation.partition("tanh")[2])):
            assert word in without


async def test_heat_maps_and_the_inside_come_and_go() -> None:
    async with running(of("lstm", at=3)) as app:
        before = app.text
        assert "norm" in await app.press("w")
        assert await app.press("w") == before
        assert "┤tanh├" in await app.press("i")
        assert await app.press("i") == before


async def test_r_typed_in_by_hand_runs_draws_its_inside_and_explains_its_numbers() -> None:
    async with running(Session(at=3), (100, 40)) as app:
        kept = re.findall(r"-?0\.\d\d", next(line for line in app.text.split("\n") if " 1  0." in line))[:3]
        await app.press("e")
        area = app.app.screen.query_one(TextArea)
        area.text = "nonsense"
        await app.pilot.pause()
        assert "this is not TOML" in app.text
        area.text = MINIMAL.replace("U @", "V @")
        await app.pilot.pause()
        assert "line 4, column 24: V is given nowhere" in app.text
        area.text = MINIMAL
        await app.press("f5")
        assert app.t == 3
        assert "f₃ = sigmoid(W_f·x₃ + U_f·s₂ + b_f)" in app.text
        await app.press("tab")
        assert kept == re.findall(r"-?0\.\d\d", next(line for line in app.text.split("\n") if " 1  0." in line))[:3]
        inside = await app.press("i")
        assert re.search(r"┤ ?σ ?├f", inside)
        assert re.search(r"┤ ?tanh ?├h", inside)
        await app.press("i", "enter", "enter")
        assert "h₃[1] = tanh(z), z being the sum of" in app.text


async def test_leaving_the_editor_leaves_r_as_it_was() -> None:
    async with running(Session(at=3)) as app:
        before = app.text
        await app.press("e")
        app.app.screen.query_one(TextArea).text = "broken"
        assert "this is not TOML" in await app.press("f5")
        assert await app.press("escape") == before


async def test_wide_layers_explain_their_largest_terms() -> None:
    async with running(of("lstm", hidden=(256,), at=3)) as app:
        await app.press("enter", "tab")
        assert "the other 25" in await app.press("enter")
