"""The public tables that people learn with, each in its dialect: the form is theirs, all numbers are invented by us."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_tui.files.errors import LoadError
from rnn_tui.files.sequences import load_sequence

nan = float("nan")


class Dialect(NamedTuple):
    """A file, how it is read, and what stands in it, read by eye."""

    name: str
    content: str
    options: dict[str, Any]
    x: list[list[float]]
    labels: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    encoding: str = "utf-8"


AIRLINE = Dialect(
    "airline-passengers.csv",
    '"Month","Passengers"\n"1949-01",101\n"1949-02",103\n"1949-03",99\n',
    {},
    [[101], [103], [99]],
    ("1949-01", "1949-02", "1949-03"),
    ("Passengers",),
)
GOOGLE = Dialect(
    "Google_Stock_Price_Train.csv",
    'Date,Open,High,Low,Close,Volume\n1/3/2012,5.5,6,5,"1,005.25","7,000,500"\n1/4/2012,5.6,6.1,5.2,998,"600,000"\n',
    {"thousands": ","},
    [[5.5, 6, 5, 1005.25, 7000500], [5.6, 6.1, 5.2, 998, 600000]],
    ("1/3/2012", "1/4/2012"),
    ("Open", "High", "Low", "Close", "Volume"),
)
PRSA = Dialect(
    "PRSA_data_2010.1.1-2014.12.31.csv",
    "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\n"
    "1,2010,1,1,0,NA,-20,-10,1020,NW,1.5,0,0\n2,2010,1,1,1,120,-19,-9,1019,cv,3,0,0\n",
    {"columns": ["pm2.5", "7-9"], "labels": "cbwd", "missing": ["NA"], "fill": "drop"},
    [[120, -19, -9, 1019]],
    ("cv",),
    ("pm2.5", "DEWP", "TEMP", "PRES"),
)
POWER = Dialect(
    "household_power_consumption.txt",
    "Date;Time;Global_active_power;Voltage;Sub_metering_3\n"
    "16/12/2006;17:24:00;4.200;234.500;17.000\n16/12/2006;17:25:00;?;?;\n16/12/2006;17:26:00;5.000;233.000;16.000\n",
    {"as_": "table", "missing": "?", "fill": "previous"},
    [[4.2, 234.5, 17], [4.2, 234.5, 17], [5, 233, 16]],
    ("16/12/2006 17:24:00", "16/12/2006 17:25:00", "16/12/2006 17:26:00"),
    ("Global_active_power", "Voltage", "Sub_metering_3"),
)
AIR = Dialect(
    "AirQualityUCI.csv",
    "Date;Time;CO(GT);PT08.S1(CO);T;;\n10/03/2004;18.00.00;2,5;1300;13,5;;\n10/03/2004;19.00.00;-200;1290;-200;;\n;;;;;;\n",
    {"missing": "-200", "fill": "mean"},
    [[2.5, 1300, 13.5], [2.5, 1290, 13.5]],
    ("10/03/2004 18.00.00", "10/03/2004 19.00.00"),
    ("CO(GT)", "PT08.S1(CO)", "T"),
)
CO2_TEXT = Dialect(
    "co2_mm_mlo.txt",
    "# decimal    average\n  1958   3    1958.2   315.50   -1  -9.99\n  1958  11    1958.9   -99.99   -1  -9.99\n",
    {"as_": "table", "columns": "3,4", "missing": "-99.99", "fill": "previous"},
    [[1958.2, 315.5], [1958.9, 315.5]],
)
CO2_CSV = Dialect(
    "co2_mm_mlo.csv",
    "# a comment, with a comma\n#\nyear,month,decimal date,average\n1958,3,1958.2,315.5\n1958,4,1958.3,317\n",
    {},
    [[1958, 3, 1958.2, 315.5], [1958, 4, 1958.3, 317]],
    (),
    ("year", "month", "decimal date", "average"),
)
SUNSPOTS = Dialect(
    "Sunspots.csv",
    ",Date,Monthly Mean Total Sunspot Number\n0,1749-01-31,95.5\n1,1749-02-28,100.0\n",
    {},
    [[95.5], [100]],
    ("1749-01-31", "1749-02-28"),
    ("Monthly Mean Total Sunspot Number",),
)
SN_M_TOT = Dialect(
    "SN_m_tot_V2.0.csv",
    "1749;01;1749.042;  95.5; -1.0;   -1;1\n1749;02;1749.123; 100.0; -1.0;   -1;1\n",
    {"columns": "4", "labels": "1,2"},
    [[95.5], [100]],
    ("1749 01", "1749 02"),
)
ECG = Dialect(
    "ECG5000_TRAIN.txt",
    "   1.0000000e+00  -1.1000000e-01  -2.8000000e+00\n   2.0000000e+00   5.0000000e-01   1.2000000e+00\n",
    {"as_": "table", "columns": "2-3", "labels": "1"},
    [[-0.11, -2.8], [0.5, 1.2]],
    ("1.0000000e+00", "2.0000000e+00"),
)
MACKEY_GLASS = Dialect(
    "mgdata.dat",
    "     1   1.15\n     2   1.05\n     3   0.95\n",
    {"as_": "table", "columns": ["2"]},
    [[1.15], [1.05], [0.95]],
)
JENA = Dialect(
    "jena_climate_2009_2016.csv",
    '"Date Time","p (mbar)","T (degC)","wv (m/s)"\n'
    "01.01.2009 00:10:00,996.5,-8.0,1.0\n01.01.2009 00:20:00,996.6,-8.4,0.7\n",
    {},
    [[996.5, -8, 1], [996.6, -8.4, 0.7]],
    ("01.01.2009 00:10:00", "01.01.2009 00:20:00"),
    ("p (mbar)", "T (degC)", "wv (m/s)"),
)
TEMPERATURES = Dialect(
    "daily-minimum-temperatures.csv",
    '"Date","Daily minimum temperatures in Melbourne, 1981-1990"\r\n"1981-01-01",20.5\r\n"1981-01-02",?0.2\r\n\r\n'
    "Daily minimum temperatures in Melbourne, Australia, 1981-1990\r\n",
    {"skip_last": 1, "missing": "?0.2", "fill": "previous"},
    [[20.5], [20.5]],
    ("1981-01-01", "1981-01-02"),
    ("Daily minimum temperatures in Melbourne, 1981-1990",),
)
WORLD_BANK = Dialect(
    "API_SP.POP.csv",
    '"Data Source","Indicators",\n\n'
    '"Country Name","Année","Value",\n"Côte d\'Or","2019","1.5",\n"Aruba","2020","2.5",\n',
    {"skip_rows": 2, "columns": "Année,Value", "encoding": "latin-1"},
    [[2019, 1.5], [2020, 2.5]],
    ("Côte d'Or", "Aruba"),
    ("Année", "Value"),
    "latin-1",
)
ALL = [AIRLINE, GOOGLE, PRSA, POWER, AIR, CO2_TEXT, CO2_CSV, SUNSPOTS, SN_M_TOT, ECG]
ALL += [MACKEY_GLASS, JENA, TEMPERATURES, WORLD_BANK]


def write(folder: Path, dialect: Dialect) -> Path:
    path = folder / dialect.name
    path.write_bytes(dialect.content.encode(dialect.encoding))
    return path


@pytest.mark.parametrize("dialect", ALL, ids=lambda each: each.name)
def test_public_dialects(tmp_path: Path, dialect: Dialect) -> None:
    sequence = load_sequence(write(tmp_path, dialect), **dialect.options)
    assert sequence.x.tolist() == dialect.x
    assert (sequence.labels, sequence.features) == (dialect.labels, dialect.features)


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        (GOOGLE, "line 2, column 5: '1,005.25' is not a number; add thousands = ,"),
        (PRSA, "line 2, column 6: 'NA' is not a number; add missing = NA"),
        (MACKEY_GLASS, "known are .csv, .tsv, .txt, .json, .jsonl, .npy, .npz; as = table or as = text reads any"),
        (TEMPERATURES, "line 3, column 2: '?0.2' is not a number; a number such as -0.5 is needed"),
        (WORLD_BANK, "line 3: holds bytes that are not text; text in UTF-8 is needed, or add encoding = latin-1"),
    ],
    ids=lambda each: each.name if isinstance(each, Dialect) else "",
)
def test_the_line_to_type(tmp_path: Path, dialect: Dialect, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_sequence(write(tmp_path, dialect))
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize("dialect", [POWER, CO2_TEXT, ECG], ids=lambda each: each.name)
def test_a_table_in_a_txt_is_said_to_look_like_one(tmp_path: Path, dialect: Dialect) -> None:
    sequence = load_sequence(write(tmp_path, dialect))
    assert sequence.notes[0] == "it looks like a table of numbers: add --as table to read it so"


@pytest.mark.parametrize("content", ["hello", "It was 5, or 6.\nNo.\n", "1. one\n2. two\n", "a,b\nc,d\n"])
def test_prose_does_not_look_like_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.txt").write_text(content, encoding="utf-8")
    assert load_sequence(tmp_path / "t.txt").notes == ()


@pytest.mark.parametrize(
    ("content", "options", "x"),
    [
        ("a,b\n1,2\n3,4\n5,6\n", {"skip_last": 1}, [[1, 2], [3, 4]]),
        ("a,b\n1,2\n3,4\n\n\n", {"skip_last": 1}, [[1, 2]]),
        ("text\na,b\n1,2\n", {"skip_rows": 1}, [[1, 2]]),
        ("a b\n1  2\n\t3\t 4 \n", {"delimiter": "space"}, [[1, 2], [3, 4]]),
        ("a|b\n1|2\n", {"delimiter": "|"}, [[1, 2]]),
        ("1,2\n3,4\n", {"header": True}, [[3, 4]]),
        ("1.234,5;2\n6;7,5\n", {"thousands": ".", "decimal": ","}, [[1234.5, 2], [6, 7.5]]),
        ("1'234.5;2\n", {"thousands": "'"}, [[1234.5, 2]]),
        ("a,b,c\n1,2,3\n", {"columns": ["c", "a"]}, [[3, 1]]),
        ("a,b,c\n1,2,3\n", {"columns": "2-3"}, [[2, 3]]),
        ("3,1,2\n1,2,3\n", {"columns": "3", "header": True}, [[1]]),
        ('"a, b",c\n1,2\n', {"columns": '"a, b"'}, [[1]]),
        ("x,y\n1,N\n2,5\n", {"missing": "N", "fill": "zero"}, [[1, 0], [2, 5]]),
        ("x,y\n1,\n2,5\n", {"fill": "drop"}, [[2, 5]]),
        ("x,y\n1,-200\n2,5\n", {"missing": "-200.0", "fill": "zero"}, [[1, 0], [2, 5]]),
        ("x,y\n1,nan\n2,5\n", {"fill": "mean"}, [[1, 5], [2, 5]]),
    ],
)
def test_options(tmp_path: Path, content: str, options: dict[str, Any], x: list[list[float]]) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    assert load_sequence(tmp_path / "t.csv", **options).x.tolist() == x


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("1,2\n3,4\n", "its first line holds numbers and is t = 1 (--header yes makes it names)"),
        ("year,2019,2020\n1,2,3\n", "its first line names the columns"),
        ("who,a\nh,1\n5,2\n", "column 1 holds numbers, too, such as 5 (--columns takes it as x)"),
        ("1,5;2.5\n", "its numbers have decimal commas and decimal points"),
        ("1;2\n3;4\n", "semicolons stand between its cells"),
        ("1,234;2\n", "its numbers have decimal commas (--thousands , takes them for marks between thousands)"),
        ("a\tb\n1\t2\n", "tabs stand between its cells"),
        ("a,b,c\n1,2,\n3,4,\n", "column 3 is empty and left out"),
        ("1,2\n,\n3,4\n", "1 row of empty cells is left out"),
    ],
)
def test_what_was_guessed_is_said(tmp_path: Path, content: str, note: str) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    assert note in load_sequence(tmp_path / "t.csv").notes


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("a,b\n1,2\n", {"columns": "c"}, "has no column 'c' for columns; it has 2 columns: a, b"),
        ("Open,b\n1,2\n", {"columns": "Opne"}, "has no column 'Opne' for columns; did you mean Open?"),
        ("a,b\n1,2\n", {"columns": "1-3"}, "has no column '3' for columns; it has 2 columns"),
        ("a,b\n1,2\n", {"columns": "a,1"}, "column 1 is asked for twice in columns; once is enough"),
        ("a,b\n1,2\n", {"columns": "a", "targets": ["a"]}, "column 1 is asked for as x and as target; choose one"),
        ("x,target\n1,2\n", {"targets": "next"}, "names 1 target itself; next cannot be asked of it"),
        (
            "a,b,c\n1,2,\n" + "1,2,\n" * 60 + "1,2,3\n",
            {},
            "line 63, column 3: holds '3' where the column was empty before",
        ),
        ("t\na,b\n1,2\n3,4\n", {}, "line 2: has 2 cells where the header has 1; add skip_rows = 1"),
        ("a\tb\n1,5\t2\n", {}, "line 2, column 1: '1,5' is not a number; add decimal = ,"),
        ("a,b\n1,2\n", {"stream": True}, "is a table, and stream does not go with it; as = text reads a text"),
        ("a,b\nx,1e308\ny,-1e308\n", {"scale": "minmax"}, "has numbers too far apart to be scaled; leave scale out"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: str, options: dict[str, Any], message: str) -> None:
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        load_sequence(tmp_path / "t.csv", **options)
    assert message in str(caught.value)


def test_scaled_to_mean_0(tmp_path: Path) -> None:
    """By hand: 1, 2, 3 have mean 2 and standard deviation sqrt(2/3); 7, 7, 7 are constant."""
    (tmp_path / "t.csv").write_text("a,b,target\n1,7,0\n2,7,10\n3,7,\n", encoding="utf-8")
    sequence = load_sequence(tmp_path / "t.csv", scale="standard")
    root = 1.5**0.5
    np.testing.assert_allclose(sequence.x, [[-root, 0], [0, 0], [root, 0]], rtol=1e-15)
    assert sequence.targets is not None
    np.testing.assert_array_equal(sequence.targets, np.array([[-1], [1], [nan]]))
    assert "x 2 is constant, and its scale is left as 1" in sequence.notes
    assert sequence.scaling is not None
    assert sequence.scaling.targets is not None
    assert sequence.scaling.targets.own(sequence.targets)[:2].tolist() == [[0], [10]]


def test_targets_next_of_an_array(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[1, 2], [3, 4], [5, 6.0]]))
    sequence = load_sequence(tmp_path / "a.npy", targets="next")
    np.testing.assert_array_equal(sequence.targets, [[3, 4], [5, 6], [nan, nan]])


def test_time_first(tmp_path: Path) -> None:
    """PyTorch's batch_first=False: (T, N, I)."""
    x = np.arange(12.0).reshape(3, 2, 2)
    np.savez(tmp_path / "a.npz", x=x, targets=x + 1)
    sequence = load_sequence(tmp_path / "a.npz", time_first=True, sequence=2)
    assert sequence.x.tolist() == [[2, 3], [6, 7], [10, 11]]
    assert sequence.targets is not None
    assert sequence.targets.tolist() == [[3, 4], [7, 8], [11, 12]]
    assert load_sequence(tmp_path / "a.npz", sequence=2).x.tolist() == [[4, 5], [6, 7]]
