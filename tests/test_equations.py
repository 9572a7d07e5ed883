"""Equations: what is read, what is refused and how, and that no text does anything else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_tui.core.equations import (
    DEEPEST,
    LONGEST_LINE,
    MOST_EQUATIONS,
    Apply,
    Equation,
    Expression,
    Name,
    Number,
    names,
    parse_equations,
    write,
)
from rnn_tui.core.errors import CellError
from rnn_tui.core.operations import FUNCTIONS, OPERATIONS


def apply(operation: str, *operands: Expression) -> Apply:
    return Apply(OPERATIONS[operation], operands)


def negative(inner: Expression) -> Expression:
    """As the parser has it: the minus of a number belongs to the number."""
    return Number(-inner.value) if isinstance(inner, Number) else apply("negative", inner)


def right_side(text: str) -> Expression:
    (equation,) = parse_equations(f"y[t] = {text}")
    return equation.expression


W, b, x, s = Name("W"), Name("b"), Name("x", 0), Name("s", -1)

words = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,3}", fullmatch=True).filter(
    lambda word: (
        word not in (*FUNCTIONS, "t", "as", "if", "in", "is", "or", "and", "not", "def", "del", "for", "try")
        and word not in ("from", "else", "elif", "pass", "with", "None", "True")
    )
)
leaves: st.SearchStrategy[Expression] = st.one_of(
    st.builds(Name, words, st.sampled_from([None, 0, -1])),
    st.builds(Number, st.floats(-1e299, 1e299, allow_nan=False)),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(apply, st.sampled_from(["@", "+", "-", "*", "/"]), inner, inner),
        *(st.builds(apply, st.just(name), *[inner] * OPERATIONS[name].arity) for name in FUNCTIONS),
        st.builds(negative, inner),
    ),
    max_leaves=12,
)


@given(tree=trees)
@example(tree=Number(0.1234567890123))  # six digits would lose the rest of it
def test_what_is_written_reads_back_as_the_same_tree(tree: Expression) -> None:
    assert right_side(write(tree)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("W @ x[t] + b", apply("+", apply("@", W, x), b)),
        ("W @ s[t-1]", apply("@", W, s)),
        ("W @ s[ t - 1 ]", apply("@", W, s)),
        ("tanh(W@x[t]+b)", apply("tanh", apply("+", apply("@", W, x), b))),
        ("b - b - b", apply("-", apply("-", b, b), b)),
        ("b - (b - b)", apply("-", b, apply("-", b, b))),
        ("b / b / b", apply("/", apply("/", b, b), b)),
        ("b / (b * b)", apply("/", b, apply("*", b, b))),
        ("1 / sqrt(b)", apply("/", Number(1.0), apply("sqrt", b))),
        ("b + b * b", apply("+", b, apply("*", b, b))),
        ("(b + b) * b", apply("*", apply("+", b, b), b)),
        ("-b * b", apply("*", apply("negative", b), b)),
        ("-(b * b)", apply("negative", apply("*", b, b))),
        ("1 - sigmoid(b)", apply("-", Number(1.0), apply("sigmoid", b))),
        ("-0.5 * b", apply("*", Number(-0.5), b)),
        ("2e-3 * b", apply("*", Number(0.002), b)),
        ("softmax(relu(identity(x[t])))  # a readout", apply("softmax", apply("relu", apply("identity", x)))),
        ("((((x[t]))))", x),
    ],
)
def test_a_right_side_is_read_by_the_rules_of_arithmetic(text: str, tree: Expression) -> None:
    assert right_side(text) == tree


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("((W @ x[t])) + (U @ s[t-1]) + b", "W @ x[t] + U @ s[t-1] + b"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("(a + b) * c", "(a + b) * c"),
        ("a * (b + c)", "a * (b + c)"),
        ("-(a + b)", "-(a + b)"),
        ("a * b / c", "a * b / c"),
        ("a * (b / c)", "a * (b / c)"),
        ("(a / b) / (c)", "a / b / c"),
        ("(a + b) / -c", "(a + b) / -c"),
        ("tanh((a))", "tanh(a)"),
        ("1.0 * a", "1 * a"),
    ],
)
def test_a_tree_is_written_with_no_more_brackets_than_it_needs(text: str, written: str) -> None:
    assert write(right_side(text)) == written


def test_blank_lines_and_comments_are_passed_over_and_places_count_on() -> None:
    first, second = parse_equations("\n# the state\n  s[t] = tanh(x[t])\n\n y[t] = s[t]\n", "c.toml", 10)
    assert (str(first), str(second)) == ("s[t] = tanh(x[t])", "y[t] = s[t]")
    assert (str(first.place), str(second.place)) == ("line 12, column 3", "line 14, column 2")
    (name,) = names(first.expression)
    assert str(name.place) == "line 12, column 15"  # the x of "  s[t] = tanh(x[t])", two blanks counted


def test_names_come_from_left_to_right() -> None:
    found = [str(name) for name in names(right_side("W @ x[t] + U @ s[t-1] + tanh(b) * 2 - b"))]
    assert found == ["W", "x[t]", "U", "s[t-1]", "b", "b"]


NOT_AN_EQUATION = "this is not an equation; write one like s[t] = tanh(W @ x[t])"
NO_PART = "is no part of an equation; use names and @ + - * / only"
KNOWN = "known are " + ", ".join(FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("y[t] = tahn(x[t])", 8, "the function tahn is not known; did you mean tanh?"),
        ("y[t] = b + qqq(x[t])", 12, f"the function qqq is not known; {KNOWN}"),
        ("y[t] = __import__('os')", 8, f"the function __import__ is not known; {KNOWN}"),
        ("y[t] = eval(b)", 8, f"the function eval is not known; {KNOWN}"),
        (
            "y[t] = b + x.shape",
            12,
            "attributes (a dot after a name) are not allowed; use names and @ + - * / only",
        ),
        ("y[t] = x.T.dot(b)", 8, f"this (call) {NO_PART}"),
        ("y[t] = (lambda: b)()", 8, f"this (call) {NO_PART}"),
        ("y[t] = tanh(lambda: b)", 13, f"this (lambda) {NO_PART}"),
        ("y[t] = [b for b in x]", 8, f"this (listcomp) {NO_PART}"),
        ("y[t] = {b for b in x}", 8, f"this (setcomp) {NO_PART}"),
        ("y[t] = tanh(b for b in x)", 12, f"this (generatorexp) {NO_PART}"),
        ("y[t] = 'text'", 8, f"this (constant) {NO_PART}"),
        ("y[t] = f'{b}'", 8, f"this (joinedstr) {NO_PART}"),
        ("y[t] = True", 8, f"this (constant) {NO_PART}"),
        ("y[t] = 1j", 8, f"this (constant) {NO_PART}"),
        ("y[t] = (b := b)", 9, f"this (namedexpr) {NO_PART}"),
        ("y[t] = b if b else b", 8, f"this (ifexp) {NO_PART}"),
        ("y[t] = b < b", 8, f"this (compare) {NO_PART}"),
        ("y[t] = b ** 2", 8, "the operator ** is not known; use @ + - * /"),
        ("y[t] = b // 2", 8, "the operator // is not known; use @ + - * /"),
        ("y[t] = tanh(b % 2)", 13, "the operator % is not known; use @ + - * /"),
        ("y[t] = s[t+1]", 10, "a time is [t] or [t-1]"),
        ("y[t] = s[t-2]", 10, "a time is [t] or [t-1]"),
        ("y[t] = s[0]", 10, "a time is [t] or [t-1]"),
        ("y[t] = s[t:]", 10, "a time is [t] or [t-1]"),
        ("y[t] = s[t][t]", 8, f"this (subscript) {NO_PART}"),
        ("y[t] = tanh(x[t], out=x[t])", 8, f"this (call) {NO_PART}"),
        ("y[t] = tanh(*b)", 13, f"this (starred) {NO_PART}"),
        ("y[t] = tanh(b, b)", 8, "wrong number of operands: tanh takes 1, here are 2"),
        ("y[t] = tanh()", 8, "wrong number of operands: tanh takes 1, here are 0"),
        ("y[t] = tanh * b", 8, "tanh stands for something else and names no quantity"),
        ("y[t] = t * b", 8, "t stands for something else and names no quantity"),
        ("y[t] = _b", 8, "_b is no name for a quantity; a name begins with a letter"),
        ("y[t] = b * 1e999", 12, "the number is too large"),
        ("y[t] = σ(b)", 8, "'σ' is no part of an equation; use ASCII: @ + - * / [t]"),
        ("  y[t] = W · x[t]", 12, "'·' is no part of an equation; use ASCII: @ + - * / [t]"),
        ("y = b", 1, "the left side must be one name at time t; write it like s[t]"),
        ("y[t-1] = b", 1, "the left side must be one name at time t; write it like s[t]"),
        ("y[t] = s[t] = b", 1, NOT_AN_EQUATION),
        ("y[t] += b", 1, NOT_AN_EQUATION),
        ("y[t] = b; import os", 1, NOT_AN_EQUATION),
        ("import os", 1, NOT_AN_EQUATION),
        ("y[t] = b +", 11, NOT_AN_EQUATION),
        (f"y[t] = {'b' * LONGEST_LINE}", LONGEST_LINE + 1, f"the equation is longer than {LONGEST_LINE} characters"),
    ],
)
def test_a_refusal_names_source_line_and_column(text: str, column: int, sentence: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_equations(f"s[t] = tanh(b)\n{text}", "mine.toml", 5)
    assert str(caught.value) == f"mine.toml, line 6, column {column}: {sentence}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "y[t]=b\n" * (MOST_EQUATIONS + 1),
            f"c, line {MOST_EQUATIONS + 1}: there are more than {MOST_EQUATIONS} equations",
        ),
        ("", "c, line 1: there is no equation; one like y[t] = W @ x[t] is needed"),
        ("\n  \n# y[t] = b\n", "c, line 1: there is no equation; one like y[t] = W @ x[t] is needed"),
    ],
)
def test_too_many_and_no_equations_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(CellError) as caught:
        parse_equations(text, "c")
    assert str(caught.value) == sentence


def test_as_many_equations_and_as_long_a_line_as_allowed_are_read() -> None:
    assert len(parse_equations("y[t]=b\n" * MOST_EQUATIONS)) == MOST_EQUATIONS
    assert right_side("b" * (LONGEST_LINE - len("y[t] = "))) == Name("b" * (LONGEST_LINE - len("y[t] = ")))


@pytest.mark.parametrize(("opening", "closing"), [("-", ""), ("tanh(", ")"), ("b-(", ")")])
def test_nesting_has_a_limit_and_a_sentence(opening: str, closing: str) -> None:
    allowed, beyond = (opening * depth + "b" + closing * depth for depth in (DEEPEST, DEEPEST + 1))
    assert write(right_side(allowed)).count("b") == allowed.count("b")
    with pytest.raises(CellError, match=rf"line 1, column \d+: the equation is nested more than {DEEPEST} deep$"):
        right_side(beyond)


scraps = st.sampled_from(
    [
        "y[t] = ",
        "s[t-1]",
        "x[t]",
        "W",
        "@",
        "+",
        "-",
        "*",
        "/",
        "**",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        "=",
        ":=",
        "t",
        "1",
        "1e9",
    ]
) | st.sampled_from(
    ["tanh(", "lambda", "\n", "\r", "\0", "\f", "\t", "#", "\\", "'", '"""', "0_0", "é", "\ud800", "𝐱", "yield ", "*x"]
)


def read(text: str) -> tuple[Equation, ...] | str:
    """The equations, or the error's sentence; any other exception is the test's failure."""
    try:
        return parse_equations(text, "any")
    except CellError as error:
        return str(error)


@given(
    text=st.text() | st.lists(scraps, max_size=30).map("".join) | st.lists(scraps).map("".join).map("y[t] = ".__add__)
)
@example(text="y[t] = \0")
@example(text="y[t] = x\0")
@example(text="y[t] = " + "(" * 950)
@example(text="y[t] = " + "-" * 950 + "x")
@example(text="y[t] = " + "[" * 300 + "]" * 300)
@example(text="y[t] = " + "9" * 900)
@example(text="y[t] = x[t]\r\nz[t] = x[t]")
def test_any_text_gives_equations_or_one_sentence(text: str) -> None:
    outcome = read(text)
    if isinstance(outcome, str):
        assert outcome.startswith("any, line ")
        assert outcome.isprintable()
    else:
        assert read("\n".join(map(str, outcome))) == outcome
