"""What an embedding is given: token ids, as torch.nn.Embedding and keras.layers.Embedding take them, or one-hot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnn_tui import InputError, Network, Sequence, Simulator, load_sequence
from rnn_tui.cli.main import main
from rnn_tui.core.layer import Layer
from rnn_tui.core.tokens import vocabulary

TABLE = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.7, 0.8]]
NETWORK = Network([Layer("embedding", {"E": TABLE})])


def test_the_numbers_of_tokens_choose_their_rows() -> None:
    """keras.layers.Embedding(4, 2) of [3, 0, 2] is E[3], E[0], E[2]."""
    simulator = Simulator(NETWORK, Sequence([[3.0], [0.0], [2.0]]))
    assert [simulator.seek(t).y.tolist() for t in (1, 2, 3)] == [[0.7, 0.8], [0.1, 0.2], [0.5, 0.6]]
    assert simulator.sequence.notes == ("its numbers are tokens, one-hot of 4",)
    assert simulator.sequence.labels == ("3", "0", "2")


def test_a_one_hot_row_is_left_as_it_is() -> None:
    sequence = Sequence(np.eye(4)[[3, 0, 2]])
    assert Simulator(NETWORK, sequence).sequence is sequence


@pytest.mark.parametrize(
    ("x", "where", "why"),
    [
        ([[0, 0, 0, 1], [0, 0, 0, 0]], "t = 2", "no one-hot"),
        ([[0, 0, 0, 1], [0, 1, 0, 1]], "t = 2", "no one-hot"),
        ([[0, 0, 0, 2]], "t = 1", "no one-hot"),
        ([[0, 0, -1, 1]], "t = 1", "no one-hot"),
        ([[0, 0, 0, 0.5]], "t = 1", "no one-hot"),
        ([[1.0], [4.0]], "t = 2", "4 is no token"),
        ([[1.0], [0.5]], "t = 2", "0.5 is no token"),
        ([[-1.0]], "t = 1", "-1 is no token"),
    ],
)
def test_what_is_neither_is_refused_with_its_timestep(x: list[list[float]], where: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        Simulator(NETWORK, Sequence(x))
    assert (caught.value.where, why in caught.value.why) == (where, True)


def test_many_rows_are_looked_at_to_the_last() -> None:
    x = np.eye(4)[np.zeros(600_000, int)]
    x[-1] = 0
    with pytest.raises(InputError, match="t = 600000"):
        Simulator(NETWORK, Sequence(x))


@pytest.mark.parametrize(
    ("x", "size"), [([[3.0], [0.0]], 4), ([[0.5]], None), ([[1.0, 0.0]], None), ([[np.nan]], None)]
)
def test_a_single_column_of_whole_numbers_numbers_tokens(x: list[list[float]], size: int | None) -> None:
    assert vocabulary(Sequence(x)) == size


def test_a_random_embedding_has_a_row_for_every_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ids.csv").write_text("token\n3\n0\n2\n")
    assert main(["run", str(tmp_path / "ids.csv"), "--cell", "embedding,elman", "--layer", "1"]) == 0
    rows = [line.split()[1:] for line in capsys.readouterr().out.splitlines() if line.strip().startswith("y")]
    assert len(rows) == 3
    assert len({tuple(row) for row in rows}) == 3


def test_what_was_guessed_in_reading_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,price\n2021-01,3\n2021-02,4\n\n2021-03,5\n")
    assert load_sequence(tmp_path / "a.csv").notes == (
        "its first line names the columns",
        "column 1 labels the timesteps",
        "it is sequence 1 of 2 in the file",
    )
    (tmp_path / "b.csv").write_text("1,2\n3,4\n")
    header = "its first line holds numbers and is t = 1 (--header yes makes it names)"
    assert load_sequence(tmp_path / "b.csv").notes == (header,)
    assert load_sequence(tmp_path / "b.csv", header=False).notes == ()
    np.save(tmp_path / "c.npy", np.zeros((2, 3, 4)))
    assert load_sequence(tmp_path / "c.npy", sequence=2).notes == (
        "its axes are sequence, timestep, number (--time-first: timestep, sequence, number)",
        "it is sequence 2 of 2 in the file",
    )


def test_run_says_what_was_guessed_beside_its_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("date,price\n2021-01,3\n2021-02,4\n")
    assert main(["run", str(tmp_path / "a.csv"), "--format", "jsonl"]) == 0
    out, err = capsys.readouterr()
    assert all(line.startswith("{") for line in out.splitlines())
    assert err.splitlines() == [
        "a.csv: its first line names the columns",
        "a.csv: column 1 labels the timesteps",
    ]
