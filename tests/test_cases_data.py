"""Small files of people who were let down, each with the value that is right: see the oracle of each test.

The dialects are public ones, the numbers ours. The oracles are `pandas.read_csv` (run once, by hand, when the cases
were gathered), Python's own `len`, and reading by eye.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_tui.cli.main import main
from rnn_tui.core.errors import InputError
from rnn_tui.files.sequences import load_sequence


class Done(NamedTuple):
    """What a command gave."""

    status: int
    out: str
    err: str


CASES = Path(__file__).with_name("cases")
nan = float("nan")


def told(name: str, **options: Any) -> str:
    """The sentence that a file is refused with."""
    with pytest.raises(InputError) as caught:
        load_sequence(CASES / name, **options)
    return str(caught.value).rpartition("/")[2]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """`rnn-tui run` in the folder of the cases."""
    monkeypatch.chdir(CASES)

    def ran(*words: str) -> Done:
        status = main(["run", *words, "--hidden", "1"])
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return ran


def test_01_a_footer_is_refused_with_the_line_to_type_and_then_skipped() -> None:
    assert told("01-airline-footer.csv").endswith("line 6, column 2: is empty; add skip_last = 2")
    sequence = load_sequence(CASES / "01-airline-footer.csv", skip_last=2)
    assert sequence.x.tolist() == [[112], [118], [132]]
    assert sequence.labels == ("Jan-49", "Feb-49", "Mar-49")
    assert sequence.features == ("passengers",)


def test_02_marks_between_thousands() -> None:
    assert told("02-stock-thousands.csv").endswith("column 6: '7,380,500' is not a number; add thousands = ,")
    sequence = load_sequence(CASES / "02-stock-thousands.csv", thousands=",")
    assert sequence.x[0].tolist() == [325.25, 332.83, 324.97, 663.59, 7380500]
    assert sequence.x[2, 3] == 1008.64
    assert sequence.features == ("Open", "High", "Low", "Close", "Volume")
    assert sequence.labels == ("1/3/2012", "1/4/2012", "1/5/2012")


def test_03_a_first_column_that_begins_with_a_missing_number_is_no_label() -> None:
    name = "03-first-column-na.csv"
    assert told(name).endswith("line 2, column 1: 'NA' is not a number; add missing = NA")
    assert "line 2, column 1: a number is missing; fill = previous" in told(name, missing=["NA"])
    for fill, x in (
        ("drop", [[129, -12], [148, -11]]),
        ("mean", [[138.5, -11], [129, -12], [148, -11]]),
        ("zero", [[0, -11], [129, -12], [148, -11]]),
    ):
        sequence = load_sequence(CASES / name, missing="NA", fill=fill)
        assert (sequence.x.tolist(), sequence.features) == (x, ("pm25", "temp"))
    assert "with no number before it; fill = mean" in told(name, missing="NA", fill="previous")


def test_04_columns_by_name() -> None:
    name = "04-prsa-na-category.csv"
    assert told(name).endswith("line 2, column 6: 'NA' is not a number; add missing = NA")
    assert "column 10: 'NW' is not a number; labels = cbwd makes them labels" in told(name, missing="NA")
    sequence = load_sequence(CASES / name, columns="DEWP,TEMP,PRES,Iws")
    assert sequence.x[0].tolist() == [-21, -11, 1021, 1.79]
    assert sequence.features == ("DEWP", "TEMP", "PRES", "Iws")
    sequence = load_sequence(CASES / name, columns=["7-9", "11"], labels=["cbwd"], targets="pm2.5", missing="NA")
    assert sequence.x[2].tolist() == [-21, -11, 1019, 6.71]
    np.testing.assert_array_equal(sequence.targets, [[nan], [129], [148]])
    assert (sequence.labels, sequence.outcomes) == (("NW", "NW", "cv"), ("pm2.5",))


def test_05_two_columns_of_labels_are_joined() -> None:
    name = "05-power-two-stamps.csv"
    assert told(name).endswith("line 4, column 3: '?' is not a number; add missing = ?")
    sequence = load_sequence(CASES / name, missing="?", fill="previous")
    assert sequence.x.tolist() == [[4.216, 234.84], [5.36, 233.63], [5.36, 233.63], [3.662, 233.86]]
    assert sequence.labels[0] == "16/12/2006 17:24:00"
    assert "columns 1 and 2 label the timesteps" in sequence.notes


def test_06_empty_columns_and_rows_are_left_out_and_that_is_said() -> None:
    name = "06-airquality-trailing.csv"
    sequence = load_sequence(CASES / name)
    assert sequence.x.tolist() == [[2.6, 1360, 13.6, 48.9], [2, 1292, 13.3, 47.7], [-200, 1402, 11.9, 54]]
    assert sequence.labels[0] == "10/03/2004 18.00.00"
    assert {
        "columns 7 and 8 are empty and left out",
        "2 rows of empty cells are left out",
        "its numbers have decimal commas",
    } < set(sequence.notes)
    assert load_sequence(CASES / name, missing=["-200"], fill="previous").x[2].tolist() == [2, 1402, 11.9, 54]


def test_07_numbers_in_a_text_are_said_to_look_like_a_table(run: Callable[..., Done]) -> None:
    name = "07-co2-columns.txt"
    looks = "it looks like a table of numbers: add --as table to read it so"
    assert load_sequence(CASES / name).notes[0] == looks
    assert looks in run(name).err
    sequence = load_sequence(CASES / name, as_="table")
    assert sequence.x.shape == (3, 8)
    assert sequence.x[0].tolist() == [1958, 3, 1958.2027, 315.7, 314.43, -1, -9.99, -0.99]


def test_08_a_header_of_numbers() -> None:
    name = "08-year-header.csv"
    assert (
        "its first line holds numbers and is t = 1 (--header yes makes it names)" in load_sequence(CASES / name).notes
    )
    sequence = load_sequence(CASES / name, header=True)
    assert (sequence.x.tolist(), sequence.features) == ([[1, 2, 3], [4, 5, 6]], ("2019", "2020", "2021"))


def test_09_an_index_without_a_name_is_no_label_where_a_date_stands_beside_it() -> None:
    sequence = load_sequence(CASES / "09-sunspots-index.csv")
    assert sequence.x.tolist() == [[96.7], [104.3], [116.7]]
    assert sequence.labels == ("1749-01-31", "1749-02-28", "1749-03-31")
    assert "column 1 has no name and is left out" in sequence.notes


def test_10_a_text_as_one_stream(run: Callable[..., Done]) -> None:
    text = (CASES / "10-play.txt").read_text(encoding="utf-8")
    sequence = load_sequence(CASES / "10-play.txt", stream=True)
    assert len(sequence) == len(text) - 1 == 53
    assert [sequence.features[i] for i in sequence.x.argmax(axis=1)] == [c.replace("\n", "\\n") for c in text[:-1]]
    assert "\n\n" in text[:-1]
    said = run("10-play.txt").err
    assert "blank lines part it (--stream reads it as one)" in said
    assert "it is sequence 1 of 3 in the file" in said
    assert run("10-play.txt", "--stream").out.count("\n") >= 53


def test_20_the_next_row_is_the_target_and_scaled_on_request() -> None:
    sequence = load_sequence(CASES / "20-airline-next.csv", targets="next")
    np.testing.assert_array_equal(sequence.targets, [[118], [132], [129], [nan]])
    assert (sequence.features, sequence.outcomes) == (("passengers",), ("passengers",))
    scaled = load_sequence(CASES / "20-airline-next.csv", targets="next", scale="minmax")
    assert scaled.x.tolist() == [[0], [0.3], [1], [0.85]]
    np.testing.assert_array_equal(scaled.targets, [[0.3], [1], [0.85], [nan]])
    assert scaled.scaling is not None
    assert (scaled.scaling.x.offset.tolist(), scaled.scaling.x.factor.tolist()) == ([112], [20])
    assert scaled.scaling.x.own(scaled.x).tolist() == [[112], [118], [132], [129]]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["01-airline-footer.csv"], "line 6, column 2: is empty; add --skip-last 2"),
        (["02-stock-thousands.csv"], "'7,380,500' is not a number; add --thousands ,"),
        (["05-power-two-stamps.csv"], "line 4, column 3: '?' is not a number; add --missing ?"),
        (["08-year-header.csv", "--header", "maybe"], "--header: 'maybe' is not known; yes or no are"),
        (["08-year-header.csv", "--as", "tabel"], "--as: 'tabel' is not known; did you mean table?"),
    ],
)
def test_the_command_line_says_what_to_type(run: Callable[..., Done], words: list[str], sentence: str) -> None:
    done = run(*words)
    assert done.status == 2
    assert done.err.strip().endswith(sentence)


def test_options_on_the_command_line_are_those_of_python(run: Callable[..., Done]) -> None:
    chosen = ["--columns", "7-8,PRES", "--labels", "cbwd", "--targets", "pm2.5"]
    done = run("04-prsa-na-category.csv", *chosen, "--missing", "NA", "--format", "jsonl")
    assert '"t": 1, "layer": 1, "label": "NW", "x": [-21.0, -11.0, 1021.0]' in done.out
