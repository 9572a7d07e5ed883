"""How quantities are called and equations written: as the frameworks' and the textbooks' own pages have it.

That the names stand for the frameworks' own arrays is in test_views_names.
"""

from __future__ import annotations

import pytest
from oracles import cell

from rnn_tui.cells import cell_names
from rnn_tui.core.cell import Cell
from rnn_tui.core.equations import Name
from rnn_tui.session.model import SCHEMES
from rnn_tui.views.sheet.notation import Notation

WORDS = {
    ("seed", "gru-reset-after"): "x y s W_r U_r b_r b_n c_n n",
    # torch.nn.RNN, LSTM, GRU and Linear, without the layer's number; of the two biases the sum
    ("pytorch", "elman"): "x=input y=output s=h W=weight_ih U=weight_hh b=bias_sum",
    ("pytorch", "lstm"): "s=h c W_f=weight_ih_f U_g=weight_hh_g b_f=bias_sum_f g",
    ("pytorch", "lstm-projection"): "s=h P=weight_hr b_o=bias_sum_o",
    ("pytorch", "gru-reset-after"): "W_n=weight_ih_n b_r=bias_sum_r b_n=bias_ih_n c_n=bias_hh_n n",
    ("pytorch", "lstm-peephole"): "b_f=bias_f p_f",
    ("pytorch", "leaky"): "s h W=weight_ih U=weight_hh b=bias a",
    ("pytorch", "dense"): "x=input y=output W=weight b=bias",
    ("pytorch", "embedding"): "E=weight",
    # keras.layers.SimpleRNN, LSTM, GRU, Dense and Embedding
    ("keras", "elman"): "x=inputs y=output s=h W=kernel U=recurrent_kernel b=bias",
    ("keras", "lstm"): "s=h c g W_g=kernel_c U_g=recurrent_kernel_c b_g=bias_c W_f=kernel_f",
    ("keras", "gru"): "s=h n=hh W_n=kernel_h U_n=recurrent_kernel_h b_n=bias_h W_z=kernel_z",
    ("keras", "gru-reset-after"): "W_n=kernel_h b_n=input_bias_h c_n=recurrent_bias_h b_z=bias_sum_z",
    ("keras", "minimal-gated"): "s h W_h=kernel_h",
    ("keras", "dense"): "x=inputs y=output W=kernel b=bias",
    ("keras", "embedding"): "E=embeddings",
    # Goldberg, and most lecture notes: W_xh leads from x to h; a cell with an h of its own keeps its s
    ("textbook", "elman"): "x y s=h W=W_xh U=W_hh b=b_h",
    ("textbook", "lstm"): "s=h c W_f=W_xf U_f=W_hf b_f g",
    ("textbook", "gru"): "W_n=W_xn U_n=W_hn b_n",
    ("textbook", "gru-reset-after"): "b_r b_n=b_xn c_n=b_hn",
    ("textbook", "jordan"): "h s W=W_xh U=W_sh b=b_h V=W_hs c=b_s",
    ("textbook", "leaky"): "h s W=W_xh U=W_sh a",
    ("textbook", "minimal-gated"): "h s W_f=W_xf U_f=W_sf W_h=W_xh U_h=W_sh b_h",
    ("textbook", "dense"): "x y W=W_xy b=b_y",
}
"""What some quantities of a cell are called; one without an = keeps the letter of the equations."""


@pytest.mark.parametrize(("scheme", "name"), WORDS)
def test_every_scheme_has_its_words(scheme: str, name: str) -> None:
    notation = Notation(names=scheme, cell=cell(name))
    wanted = {own: word or own for own, _, word in (each.partition("=") for each in WORDS[scheme, name].split())}
    assert {own: notation.word(own) for own in wanted} == wanted


def test_what_textbooks_call_the_input_of_a_readout_depends_on_what_it_reads() -> None:
    above = Notation(names="textbook", cell=cell("softmax"), handed=True)
    assert above.equation(cell("softmax").equations[0], 3)[1] == "softmax(W_hy·h₃ + b_y)"
    first = Notation(names="textbook", cell=cell("softmax"))
    assert first.equation(cell("softmax").equations[0], 3)[1] == "softmax(W_xy·x₃ + b_y)"


CLASHING = {
    "a word of the scheme": "h[t] = tanh(W @ x[t])\ns[t] = h[t] + 0.5 * s[t-1]\ny[t] = s[t]",
    "both in one equation": "s[t] = tanh(W @ x[t] + U @ x[t] + 0.5 * s[t-1])\ny[t] = s[t]",
    "words as letters": "h[t] = W @ x[t]\noutput[t] = input * h[t]\ns[t] = output[t] - s[t-1]\ny[t] = kernel * s[t]",
}
"""Cells of a reader's own whose names are also what a scheme would call others."""


def own(equations: str) -> Cell:
    """A cell of a few equations; single numbers but for its matrices."""
    shapes = {"W": '["H", "I"]', "U": '["H", "I"]', "input": "[]", "kernel": "[]"}
    given = "\n".join(f"{name} = {shape}" for name, shape in shapes.items() if f"{name} " in equations)
    return Cell.parse(f"equations = '''\n{equations}\n'''\n[parameters]\n{given}\n[state]\ns = [\"H\"]\n")


@pytest.mark.parametrize("name", [*cell_names(), *CLASHING])
def test_no_two_quantities_of_a_cell_are_called_alike(name: str) -> None:
    made = own(CLASHING[name]) if name in CLASHING else cell(name)
    quantities = {*made.inputs, *made.states, *made.shapes, *made.parameters}
    assert len(quantities) >= 2
    for scheme in SCHEMES:
        for handed in (False, True):
            notation = Notation(names=scheme, cell=made, handed=handed)
            assert len({notation.word(each) for each in quantities}) == len(quantities), (scheme, handed)


def test_keras_writes_a_vector_before_its_matrix() -> None:
    gated, jordan = cell("minimal-gated"), cell("jordan")
    keras = Notation(names="keras", cell=gated)
    assert keras.equation(gated.equations[1], 3)[1] == ("tanh(inputs₃·kernel_h + (f₃⊙s₂)·recurrent_kernel_h + bias_h)")
    assert Notation(names="keras", cell=jordan).equation(jordan.equations[1], None)[1] == "hₜ·V + c"
    assert Notation(names="pytorch", cell=jordan).equation(jordan.equations[1], None)[1] == "V·hₜ + c"


def test_keras_keeps_a_matrix_as_it_is_that_does_more_than_stand_before_a_vector() -> None:
    """An embedding whose table is also the readout: turned in one place it would be wrong in the other."""
    tied = Cell.parse(
        "equations = '''\ns[t] = row(E, x[t]) + 0 * s[t-1]\ny[t] = E @ s[t]\n'''\n"
        '[parameters]\nE = ["I", "H"]\n[state]\ns = ["H"]\n'
    )
    keras = Notation(names="keras", cell=tied)
    assert keras.equation(tied.equations[1], 3)[1] == "E·h₃"
    assert keras.place(Name("E"), ["2", "1"]) == "[2,1]"


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
