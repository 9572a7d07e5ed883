"""A column of a table says before which rows the states begin afresh."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.core.network import Network
from rnn_tui.core.sequence import Sequence
from rnn_tui.core.simulator import Simulator
from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence
from rnn_tui.session.file import read_session

TABLE = "x,new\n1,0\n2,0\n3,1\n4,0\n5,1\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Five rows; the third and the fifth are of a new patient."""
    path = tmp_path / "visits.csv"
    path.write_text(TABLE, "utf-8")
    return path


def test_a_column_of_that_name_is_taken_and_said(table: Path) -> None:
    table.write_text(TABLE.replace("new", "reset"), "utf-8")
    sequence = load_sequence(table)
    assert sequence.x.tolist() == [[1], [2], [3], [4], [5]]
    assert sequence.resets.tolist() == [3, 5]
    assert "its column reset says where the states begin afresh" in sequence.notes


def test_without_one_nothing_begins_afresh(table: Path) -> None:
    sequence = load_sequence(table)
    assert sequence.x.shape == (5, 2)
    assert sequence.resets.tolist() == []


def test_every_part_is_computed_as_a_sequence_of_its_own(table: Path) -> None:
    whole = load_sequence(table, reset="new")
    network = Network.random("lstm", 1, 3, seed=2)
    together = Simulator(network, whole)
    t = 0
    for rows in ([1, 2], [3, 4], [5]):
        alone = Simulator(network, Sequence([[row] for row in rows]))
        for _ in rows:
            t += 1
            ours, theirs = together.step(), alone.step()
            assert ours.t == t
            assert ours.y.tobytes() == theirs.y.tobytes()
            assert ours.state_prev["c"].tobytes() == theirs.state_prev["c"].tobytes()
            assert ours.state["c"].tobytes() == theirs.state["c"].tobytes()


def test_a_row_that_is_left_out_hands_its_beginning_to_the_next(table: Path) -> None:
    table.write_text("x,new\n1,0\nNA,1\n3,0\nNA,0\n5,0\n", "utf-8")
    sequence = load_sequence(table, reset="new", missing=("NA",), fill="drop")
    assert sequence.x.tolist() == [[1], [3], [5]]
    assert sequence.resets.tolist() == [2]


def test_a_column_that_is_not_there_is_refused(table: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(table, reset="nwe")
    assert "has no column 'nwe' for reset; did you mean new" in str(caught.value)


def test_a_column_is_not_both(table: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(table, columns=("x", "new"), reset="new")
    assert "column 2 is the one of reset; it is none of x and no target" in str(caught.value)


def test_a_session_names_it(table: Path) -> None:
    session = table.with_name("s.toml")
    session.write_text(
        'version = 1\n[sequence]\npath = "visits.csv"\nreset = "new"\n[network]\ncell = "gru"\n', "utf-8"
    )
    run = read_session(session).recipe.build()
    assert run.sequence.resets.tolist() == [3, 5]
    assert np.array_equal(run.sequence.x, [[1], [2], [3], [4], [5]])
