"""How quantities are called and equations written: as the frameworks' and the textbooks' own pages have it."""

from __future__ import annotations

import pytest

from rnn_tui.core.cell import Cell
from rnn_tui.views.sheet.notation import Notation

RECURRENT = {
    "seed": {"x": "x", "s": "s", "W": "W", "U": "U", "b": "b", "W_f": "W_f", "c_n": "c_n"},
    "pytorch": {  # torch.nn.RNN, LSTM and GRU, without the layer's number
        "x": "input", "y": "output", "s": "h", "W": "weight_ih", "U": "weight_hh", "b": "bias",
        "W_f": "weight_ih_f", "U_f": "weight_hh_f", "b_f": "bias_f", "c_n": "bias_hh_n", "P": "weight_hr",
    },
    "keras": {
        "x": "inputs", "y": "output", "s": "h", "W": "kernel", "U": "recurrent_kernel", "b": "bias",
        "W_f": "kernel_f", "U_f": "recurrent_kernel_f", "b_f": "bias_f", "c_n": "recurrent_bias_n",
    },
    "textbook": {  # Goldberg, and most lecture notes
        "s": "h", "W": "W_xh", "U": "W_hh", "b": "b_h", "W_f": "W_xf", "U_f": "W_hf", "b_f": "b_f", "y": "y",
    },
}  # fmt: skip
READOUT = {
    "seed": {"x": "x", "y": "y", "W": "W", "b": "b"},
    "pytorch": {"x": "input", "y": "output", "W": "weight", "b": "bias", "E": "weight"},
    "keras": {"x": "inputs", "y": "output", "W": "kernel", "b": "bias", "E": "embeddings"},
    "textbook": {"x": "h", "y": "y", "W": "W_hy", "b": "b_y"},
}


@pytest.mark.parametrize("scheme", RECURRENT)
@pytest.mark.parametrize(("recurrent", "words"), [(True, RECURRENT), (False, READOUT)])
def test_every_scheme_has_its_words(scheme: str, recurrent: bool, words: dict[str, dict[str, str]]) -> None:
    notation = Notation(names=scheme, recurrent=recurrent)
    assert {name: notation.word(name) for name in words[scheme]} == words[scheme]


@pytest.mark.parametrize(
    ("right", "shown", "timeless"),
    [
        ("W @ x[t] + U @ s[t-1] + b", "W·x₃ + U·s₂ + b", "W·xₜ + U·sₜ₋₁ + b"),
        ("W @ x[t] - (b - s[t-1])", "W·x₃ − (b − s₂)", "W·xₜ − (b − sₜ₋₁)"),
        ("W @ x[t] - b - s[t-1]", "W·x₃ − b − s₂", "W·xₜ − b − sₜ₋₁"),
        ("b * (W @ x[t] + s[t-1])", "b⊙(W·x₃ + s₂)", "b⊙(W·xₜ + sₜ₋₁)"),
        ("tanh(-(b + s[t-1])) + W @ x[t]", "tanh(−(b + s₂)) + W·x₃", "tanh(−(b + sₜ₋₁)) + W·xₜ"),
        ("W @ x[t] - -b * s[t-1]", "W·x₃ − −b⊙s₂", "W·xₜ − −b⊙sₜ₋₁"),
    ],
)
def test_an_equation_keeps_the_brackets_that_it_needs_and_no_others(right: str, shown: str, timeless: str) -> None:
    parameters = '[parameters]\nW = ["H", "I"]\nb = ["H"]\n' + ('U = ["H", "H"]\n' if "U" in right else "")
    cell = Cell.parse(f"equations = '''\ns[t] = {right}\ny[t] = s[t]\n'''\n{parameters}[state]\ns = [\"H\"]\n")
    assert Notation().equation(cell.equations[0], 3) == ("s₃", shown)
    assert Notation().equation(cell.equations[0], None) == ("sₜ", timeless)
    backwards = Notation(reverse=True)
    assert backwards.equation(cell.equations[0], 3)[1] == shown.replace("s₂", "s₄")
    assert backwards.equation(cell.equations[0], None)[1] == timeless.replace("ₜ₋₁", "ₜ₊₁")


def test_in_ascii_times_stand_in_brackets() -> None:
    cell = Cell.parse(
        "equations = '''\ns[t] = b * (W @ x[t] - s[t-1])\ny[t] = s[t]\n'''\n"
        '[parameters]\nW = ["H", "I"]\nb = ["H"]\n[state]\ns = ["H"]\n'
    )
    plain = Notation(ascii=True)
    assert plain.equation(cell.equations[0], 3) == ("s[3]", "b*(W.x[3] - s[2])")
    assert plain.equation(cell.equations[0], None) == ("s[t]", "b*(W.x[t] - s[t-1])")
