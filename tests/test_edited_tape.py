"""A run with an edit shares its beginning with the run before: the same bits as a run that shares nothing, for less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from by_hand import by_hand, holding
from edited_runs import agrees, changed, every_bit, network, passed, sequence, states
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from rnn_tui import Sequence
from rnn_tui.core import digest as digests
from rnn_tui.core import tape as tapes
from rnn_tui.core.digest import MEAN, NORM, VALUE
from rnn_tui.core.run import Run
from rnn_tui.core.tape import Tape

NETWORKS = (
    ("elman",),
    ("lstm", "softmax"),
    ("gru", "lstm"),
    ("jordan", "dense"),
    ("lstm-peephole",),
    ("elman:concat", "gru"),
    ("gru:reverse", "softmax"),
)
AT_T = {
    "elman": ("s", "y"),
    "lstm": ("i", "f", "g", "o", "c", "s", "y"),
    "lstm-peephole": ("i", "f", "o", "c", "y"),
    "gru": ("r", "z", "n", "s"),
    "gru:reverse": ("z", "s"),
    "jordan": ("h", "s", "y"),
    "elman:concat": ("s",),
}
"""What of the first layer is given a value."""


@contextmanager
def short_chunks(length: int, buckets: int = digests.MOST_BUCKETS) -> Iterator[None]:
    """Chunks of so many timesteps, a power of two, and digests of so many buckets at the most."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tapes, "LONGEST_CHUNK", length)
        patch.setattr(tapes, "SHORTEST_CHUNK", 1)
        patch.setattr(digests, "MOST_BUCKETS", buckets)
        yield


def begun(cells: tuple[str, ...], steps: int, seed: int = 0, hidden: int = 4) -> Run:
    """A run that has passed nothing; a readout has targets, one of them missing."""
    net = network(*cells, hidden=hidden, seed=seed)
    targets = None
    if cells[-1] == "softmax":
        targets = np.eye(hidden)[np.random.default_rng(seed).integers(hidden, size=steps)]
        targets[0] = np.nan
    read = sequence(steps, seed=seed, targets=targets)
    return Run(net, read, states(net, read))


def alone(ran: Run) -> Run:
    """The same run, sharing nothing with any other."""
    return Run(ran.network, ran.sequence, ran.initial_state, None, ran.interventions)


def looks(ran: Run) -> list[Any]:
    """All that a run tells of itself as a whole: its digest, its score, and where it breaks."""
    tape = ran.walk().tape
    found: list[Any] = [tape.broken, tape.done, tape.digest.ready, tape.digest.bucket]
    for layer in range(len(ran.network.layers)):
        for name in tape.digest.names(layer):
            size = tape.digest.size(layer, name)
            kept = [(None, NORM), (None, MEAN), *((unit, VALUE) for unit in range(size))]
            for unit, what in kept:
                if tape.digest.has(layer, name, unit, what):
                    low, high, _ = tape.digest.series(layer, name, unit, what)
                    found.append((layer, name, unit, what, low.tobytes(), high.tobytes()))
    return [*found, None if tape.score is None else tape.score.marks.tobytes()]


def tape_of(ran: Run) -> Tape:
    """The tape of a run that does not learn."""
    tape = ran.walk().tape
    assert isinstance(tape, Tape)
    return tape


@st.composite
def edits_at(draw: st.DrawFn, steps: int) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """A network, some edits, and the first timestep that they may move."""
    cells = draw(st.sampled_from(NETWORKS))
    prefix = "" if len(cells) == 1 and not cells[0].endswith("concat") else "1:"
    texts, times = [], []
    for _ in range(draw(st.integers(1, 3))):
        t, unit = draw(st.integers(1, steps)), draw(st.integers(1, 3))
        name = draw(st.sampled_from(AT_T[cells[0]]))
        choices = [
            f"x[{t}][{unit}] = 2",
            f"x[{t}] *= -1",
            f"{prefix}{name}[{t}] = 0.5",
            f"{prefix}{name}[{t}][{unit}] = 0",
        ]
        texts.append(draw(st.sampled_from([*choices, f"reset {t}"])))
        times.append(t)
    forwards = not any(cell.endswith((":concat", ":reverse")) for cell in cells)
    return cells, tuple(texts), min(times) if forwards else 1


@given(data=st.data(), steps=st.integers(1, 70), power=st.integers(0, 5), part=st.floats(0, 1))
@settings(max_examples=60)
def test_whatever_is_shared_the_bits_are_those_of_a_run_of_its_own(
    data: st.DataObject, steps: int, power: int, part: float
) -> None:
    cells, texts, first = data.draw(edits_at(steps))
    buckets = data.draw(st.sampled_from((digests.MOST_BUCKETS, 4)))
    with short_chunks(2**power, buckets):
        base = begun(cells, steps)
        tape = tape_of(base)
        chunks = round(part * tape.chunks) if base.network.forwards else tape.chunks
        while tape.done < chunks:
            base.advance()
        ran = changed(base, *texts)
        shared = tape_of(ran).shared
        for t in data.draw(st.lists(st.integers(1, steps), max_size=3)):  # in any order
            ran.walk().at(t)
        passed(ran)
        whole = passed(alone(ran))
        assert tape_of(whole).shared == 0
        assert every_bit(ran) == every_bit(whole)
        assert looks(ran) == looks(whole)
        assert every_bit(ran)[: first - 1] == every_bit(passed(base))[: first - 1]
        most = min((first - 1) // 2**power, chunks)
        per_bucket = max(tape.digest.bucket // 2**power, 1)
        assert shared == most // per_bucket * per_bucket
        for index in range(tape.chunks):
            for layer in range(len(base.network.layers)):
                one, other = tape_of(ran).before(layer, index), tape_of(whole).before(layer, index)
                assert {k: v.tobytes() for k, v in one.items()} == {k: v.tobytes() for k, v in other.items()}


@pytest.mark.parametrize("t", [8, 9, 16, 17, 20])
@pytest.mark.parametrize("edit", ["x[{}][2] = 3", "x[{}] *= 2", "s[{}] = 0.5", "f[{}][1] = 1", "y[{}] = 0", "reset {}"])
def test_at_the_ends_of_chunks(edit: str, t: int) -> None:
    with short_chunks(8):
        base = passed(begun(("lstm",), 20))
        ran = passed(changed(base, edit.format(t)))
        assert tape_of(ran).shared == (t - 1) // 8
        assert every_bit(ran) == every_bit(passed(alone(ran)))
        assert every_bit(ran)[: t - 1] == every_bit(base)[: t - 1]
        assert every_bit(ran)[t - 1] != every_bit(base)[t - 1]


@pytest.mark.parametrize("length", [1, 4, 32])
@pytest.mark.parametrize("cell", ["elman", "lstm", "gru", "gru:reverse"])
def test_the_hand_agrees_over_chunks(cell: str, length: int) -> None:
    with short_chunks(length):
        base = begun((cell,), 30)
        plain, back = cell.removesuffix(":reverse"), cell.endswith("reverse")
        p, x, initial = base.network.layers[0].parameters, np.array(base.sequence.x), base.initial_state[0]
        resets = (3, 4, 9, 16, 17, 29)
        x[10] = 0
        afresh = [t - 1 if back else t for t in resets]
        wanted = by_hand(plain, p, x, initial, holding("s", 0.5, t=12), afresh, back)
        agrees(changed(base, "x[11] = 0", "s[12] = 0.5", *(f"reset {t}" for t in resets)), wanted)


@pytest.mark.parametrize(("cells", "edit"), [(("elman",), "s[4711] = 0"), (("lstm", "softmax"), "x[4711] = 0")])
def test_in_a_long_run_little_is_computed_again(
    cells: tuple[str, ...], edit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with short_chunks(16):
        base = passed(begun(cells, 5000))
        ran = changed(base, edit)
        computed: list[int] = []
        own = Tape._computed

        def counted(tape: Tape, index: int) -> Any:
            if tape is not tape_of(base):
                computed.append(index)
            return own(tape, index)

        monkeypatch.setattr(Tape, "_computed", counted)
        ran.walk().at(4711)
        assert computed == [(4711 - 1) // 16]
        passed(ran)
        assert computed == list(range(4710 // 16, 5000 // 16 + 1))
        whole = passed(alone(ran))
        assert every_bit(ran) == every_bit(whole)
        assert looks(ran) == looks(whole)
        assert ran.walk().same_as(base.walk()) == 4704
        assert whole.walk().same_as(base.walk()) == 0


def test_a_run_is_walked_though_the_base_goes_on_meanwhile() -> None:
    with short_chunks(4):
        base = begun(("gru",), 64)
        for _ in range(3):
            base.advance()
        ran = changed(base, "x[60] = 0")
        assert tape_of(ran).shared == 3
        passed(base)
        for t in (1, 64, 13, 12, 5):
            base.walk().at(t)
        assert every_bit(passed(ran)) == every_bit(passed(alone(ran)))
        assert looks(ran) == looks(passed(alone(ran)))


@pytest.mark.parametrize("broken", [5, 20])
@pytest.mark.parametrize("edited", [9, 30])
def test_numbers_that_are_not_finite(broken: int, edited: int) -> None:
    """Those of the base, before the edit or after it, and those of the edit."""
    with short_chunks(4):
        x = np.random.default_rng(0).normal(size=(40, 3))
        x[broken - 1, 1] = np.nan
        base = passed(Run(network("lstm", "softmax"), Sequence(x, np.eye(4)[np.arange(40) % 4])))
        for text in (f"x[{edited}] = 0", f"x[{edited}] = inf", f"1:f[{edited}] = nan"):
            ran = passed(changed(base, text, nonfinite=True))
            whole = passed(alone(ran))
            assert whole.walk().tape.broken == min(broken, edited if "0" not in text.split("=")[1] else broken)
            assert looks(ran)[0] == looks(whole)[0]
            assert every_bit(ran) == every_bit(whole)
            assert looks(ran)[1:] == looks(whole)[1:]


@pytest.mark.parametrize("name", ["s", "y"])
def test_a_forced_quantity_of_which_fewer_numbers_are_kept(name: str) -> None:
    """Of s, and of a y that is its copy, every number has its range in the digest; of a y that is forced not."""
    with short_chunks(8):
        base = passed(begun(("elman",), 40, hidden=digests.MOST_UNITS + 1))
        ran = passed(changed(base, f"{name}[30][2] = 0"))
        assert tape_of(ran).shared == 3
        assert looks(ran) == looks(passed(alone(ran)))
        assert not ran.walk().tape.digest.same(0, "s", "y") or name == "s"


def test_other_lengths_other_cells_and_what_comes_first_share_nothing() -> None:
    with short_chunks(4):
        base = passed(begun(("elman",), 40))
        for text in ("repeat 39", "U[1][1] = 0", "s[0] = 1", "b *= 2", "reverse", "x[1] = 0", "s[*][2] = 0", "reset *"):
            ran = changed(base, text)
            assert tape_of(ran).shared == 0, text
            assert every_bit(passed(ran)) == every_bit(passed(alone(ran)))
        for text in ("x[40] = 1", "x[37][2] *= 5", "s[39] = 0", "reset 38"):
            assert tape_of(changed(base, text)).shared == 9, text


def test_a_shuffle_shares_what_stays_where_it_is() -> None:
    with short_chunks(1):
        base = passed(begun(("elman",), 6))
        seed = next(n for n in range(500) if np.random.default_rng(n).permutation(6)[:2].tolist() == [0, 1])
        ran = passed(changed(base, f"shuffle {seed}"))
        assert tape_of(ran).shared >= 2
        assert every_bit(ran) == every_bit(passed(alone(ran)))


@given(
    steps=st.integers(2, 40), t=st.integers(1, 40), inputs=st.integers(1, 20), cell=st.sampled_from(("elman", "lstm"))
)
@example(steps=40, t=20, inputs=16, cell="elman")
@settings(max_examples=25)
def test_a_new_beginning_leaves_the_timesteps_of_its_own_chunk_before_it_alone(
    steps: int, t: int, inputs: int, cell: str
) -> None:
    assume(t <= steps)
    base = Run(network(cell, inputs=inputs, hidden=16), sequence(steps, inputs))
    assert every_bit(changed(base, f"reset {t}"))[: t - 1] == every_bit(base)[: t - 1]
