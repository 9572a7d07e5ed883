"""Two runs compared, against a loop over all their timesteps."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import Array
from edited_runs import changed, network, passed, rows, run, sequence, states
from hypothesis import given, settings
from hypothesis import strategies as st
from test_edited_tape import begun, short_chunks

from rnn_tui import Network, Sequence
from rnn_tui.core.comparison import TOLERANCE, Comparison, comparable, difference
from rnn_tui.core.learning import Learning
from rnn_tui.core.run import Run, Walk


def by_loop(now: Array, before: Array) -> tuple[list[float], list[int], int]:
    """The norm of the difference at every t, for every number the first t at which it is felt, and the last of all."""
    sizes, first, last = [], [0] * now.shape[1], 0
    for t in range(1, min(len(now), len(before)) + 1):
        total = 0.0
        for unit, (a, b) in enumerate(zip(now[t - 1], before[t - 1], strict=True)):
            gap = 0.0 if a == b or (np.isnan(a) and np.isnan(b)) else float(a) - float(b)
            total += gap * gap
            if not abs(gap) <= TOLERANCE:
                first[unit] = first[unit] or t
                last = t
        sizes.append(float(np.sqrt(total)))
    return sizes, first, last


def agrees_with_the_loop(compared: Comparison, now: Array, before: Array) -> None:
    sizes, first, last = by_loop(now, before)
    assert compared.over
    found = [compared.size(t) for t in range(1, len(sizes) + 1)]
    np.testing.assert_allclose(np.array(found, float), sizes, rtol=1e-6)
    assert (compared.size(0), compared.size(len(sizes) + 1)) == (None, None)
    assert (compared.first.tolist() or [0] * now.shape[1], compared.last) == (first, last)


def whole(now: Walk, before: Walk, layer: int = 0) -> Comparison:
    """All of two walks compared."""
    compared = Comparison(now, before, layer)
    while compared.advance():
        pass
    return compared


@given(
    steps=st.integers(1, 60),
    power=st.integers(0, 5),
    cells=st.sampled_from((("elman",), ("lstm", "softmax"), ("gru:reverse",), ("elman:concat",))),
    text=st.sampled_from(("x[{}] = 3", "x[{}] = [0.1, 0, 0]", "reset {}", "repeat {}", "shuffle {}", "reverse")),
    data=st.data(),
)
@settings(max_examples=40)
def test_sizes_and_where_it_is_felt(
    steps: int, power: int, cells: tuple[str, ...], text: str, data: st.DataObject
) -> None:
    with short_chunks(2**power):
        base = begun(cells, steps)
        for _ in range(data.draw(st.integers(0, 3))):
            base.advance()
        ran = changed(base, text.format(data.draw(st.integers(1, steps))))
        layer = data.draw(st.integers(0, len(base.network.layers) - 1))
        assert comparable(ran.walk(), base.walk(), layer)
        compared = Comparison(ran.walk(), base.walk(), layer)
        while compared.advance():  # where both were over before, or have something in common
            pass
        while not (ran.over and base.over):  # both go on a chunk at a time, in any order, and it follows
            goes = data.draw(st.sampled_from((ran, base)))
            goes = goes if not goes.over else base if goes is ran else ran
            goes.advance()
            while compared.advance():
                assert compared.ready <= min(ran.walk().ready, base.walk().ready)
            assert not compared.behind
        agrees_with_the_loop(compared, rows(passed(ran), "y", layer), rows(passed(base), "y", layer))


def test_what_is_shared_is_not_looked_at() -> None:
    with short_chunks(4):
        base = passed(begun(("elman",), 40))
        ran = passed(changed(base, "x[30] = 3"))
        compared = Comparison(ran.walk(), base.walk(), 0)
        assert compared.advance()
        assert compared.ready == 28
        assert [compared.size(t) for t in (1, 28, 29)] == [0.0, 0.0, None]
        agrees_with_the_loop(whole(ran.walk(), base.walk()), rows(ran, "y"), rows(base, "y"))
        agrees_with_the_loop(whole(base.walk(), ran.walk()), rows(base, "y"), rows(ran, "y"))


def test_its_range_in_columns() -> None:
    with short_chunks(4):
        base = passed(begun(("elman",), 20))
        ran = passed(changed(base, "x[7] = 3"))
        sizes = [np.float32(size) for size in by_loop(rows(ran, "y"), rows(base, "y"))[0]]
        compared = whole(ran.walk(), base.walk())
        for width in (1, 3, 7, 20, 33):
            begins = [column * 20 // width for column in range(width)] + [20]
            for column, found in enumerate(compared.columns(width)):
                part = sizes[begins[column] : max(begins[column + 1], begins[column] + 1)]
                assert found == (float(min(part)), float(max(part)))
        half = Comparison(ran.walk(), base.walk(), 0)
        half.advance()
        half.advance()
        assert half.ready == 8
        assert half.columns(5) == [*compared.columns(5)[:2], None, None, None]


@pytest.mark.parametrize("strides", [(3, 4), (4, 3), (7, 0), (0, 5), (1, 1)])
def test_walks_that_learn_in_windows_of_other_lengths(strides: tuple[int, int]) -> None:
    net = network("elman", "softmax")
    read = Sequence(sequence(30).x, np.eye(4)[np.arange(30) % 4])
    now, before = (Run(net, read, None, Learning("cross-entropy", truncate=each)) for each in strides)
    assert passed(now).over
    assert passed(before).over
    agrees_with_the_loop(whole(now.walk(), before.walk(), 1), rows(now, "y"), rows(before, "y"))


def test_a_walk_that_learns_beside_one_that_does_not() -> None:
    with short_chunks(8):
        net = network("elman", "softmax")
        read = Sequence(sequence(30).x, np.eye(4)[np.arange(30) % 4])
        now, before = passed(Run(net, read, None, Learning("cross-entropy", truncate=3))), passed(Run(net, read))
        agrees_with_the_loop(whole(now.walk(), before.walk(), 1), rows(now, "y"), rows(before, "y"))


def test_numbers_that_are_not_finite_in_one_or_in_both() -> None:
    """What is not a number in one run alone is felt; what is the same in both, infinite too, is not."""
    x = np.random.default_rng(0).normal(size=(6, 3))
    base = Run(Network.random("dense", 3, [2]), Sequence(x))
    both = changed(base, "y[2][1] = inf", "y[3][1] = nan", "y[4][1] = inf", nonfinite=True)
    other = changed(base, "y[2][1] = inf", "y[3][1] = nan", "y[5][2] = nan", nonfinite=True)
    for ran in (both, other, base):
        for t in range(1, 7):
            ran.walk().at(t)
    compared = whole(both.walk(), other.walk())
    agrees_with_the_loop(compared, rows(both, "y"), rows(other, "y"))
    assert (compared.first.tolist(), compared.last) == ([4, 5], 5)


def test_numbers_less_numbers() -> None:
    base = run("lstm")
    ran = changed(base, "x[2] = 1", "f[3][2] = 1", "b_i += 1")
    for t in range(1, 7):
        now, before = ran.walk().at(t), base.walk().at(t)
        found = difference(now, before)
        for part in ("inputs", "state_prev", "state", "values", "parameters"):
            ours, theirs, gaps = (getattr(step, part) for step in (now, before, found))
            assert list(gaps) == list(ours)
            for name, gap in gaps.items():
                assert gap.tobytes() == (ours[name] - theirs[name]).tobytes()
        assert found.y.tobytes() == (now.y - before.y).tobytes()
        assert (found.t, found.layer, found.below) == (t, 1, ())


def test_what_can_be_compared() -> None:
    elman, lstm, wide = run("elman").walk(), run("lstm").walk(), run("elman", hidden=5).walk()
    stack, back = run("elman", "softmax").walk(), run("elman:reverse").walk()
    others = {lstm: False, wide: False, back: False, stack: True, elman: True}
    assert {other: comparable(elman, other, 0) for other in others} == others
    assert [comparable(stack, stack, 1), comparable(stack, elman, 1), comparable(elman, stack, 1)] == [
        True,
        False,
        False,
    ]
    again = Run(network("elman", seed=9), sequence(9), states(network("elman"), sequence(9))).walk()
    assert comparable(elman, again, 0)
