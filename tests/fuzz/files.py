"""Sequences and models with wrong bytes, cut short, and with other numbers in their headers."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.core.network import Network
from rnn_tui.files.models import load_network
from rnn_tui.files.own import save_network
from rnn_tui.files.sequences import load_sequence

from .judging import judged

NUMBERS = [b"0", b"1", b"-1", b"3", b"255", b"65536", b"2147483648", b"4611686018427387904", b"9223372036854775808"]
NUMBERS += [b"1e308", b"-1e999", b"nan", b"", b"0x10", b"1_000", b"9" * 400]
TYPES = [b"<f8", b">f4", b"<f2", b"|i1", b"|b1", b"<U1", b"<U9", b"|S3", b"|O", b"<c16", b"<M8", b"|V8", b"<U99999999"]
SCRAPS = [
    b"\x00",
    b"\xff",
    b"\n",
    b"\n\n",
    b",",
    b'"',
    b"[",
    b"{",
    b"}",
    b"]",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"\xef\xbb\xbf",
]
SCRAPS += [b"\xff\xfe", b"null", b"NaN", b"#", b"target", b"label", b"sequence", "\u202e\u200b\x1b]52;c;x\x07".encode()]


def _npz(compressed: bool = False) -> bytes:
    buffer = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    labels, features = np.array(["a", "b", "c"]), np.array(list("wxyz"))
    save(buffer, x=np.eye(4)[:3], targets=np.arange(3), labels=labels, features=features)
    return buffer.getvalue()


def _npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(12.0).reshape(3, 4))
    return buffer.getvalue()


WHOLE = {
    "a.csv": b"label,p,q,target\na,1,2,0\nb,0.5,-1e3,1\n\nlabel,p,q,target\nc,3,4,\n",
    "b.csv": b"1;2,5\n3;4\n# done\n",
    "a.tsv": b"sequence\tp\tq\n1\t2\t3\n1\t4\t5\n2\t6\t7\n",
    "a.txt": "hello wörld\nagain\n\nand more\n".encode(),
    "a.json": b'{"x": [[1, 0.5], [2, -3e2]], "targets": [[1], null], "labels": ["a", null], "features": ["p", "q"]}',
    "b.json": b"[[[1], [2]], [[3], [4]]]",
    "a.jsonl": b'{"x": [1, 2], "target": 1, "label": "a"}\n{"x": [3, 4]}\n\n[5, 6]\n',
    "a.npy": _npy(),
    "a.npz": _npz(),
    "b.npz": _npz(compressed=True),
}


def _model(folder: Path) -> bytes:
    path = folder / "whole.npz"
    if not path.exists():
        save_network(Network.random(["lstm", "gru:concat", "softmax"], 4, [3, 2, 2]), path)
    return path.read_bytes()


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes, changed in one to four places."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(8):
            case 0 if data:
                data[place % len(data)] ^= 1 << chance.randrange(8)
            case 1 if data:
                data[place % len(data)] = chance.choice([0, 1, 127, 128, 255])
            case 2:
                del data[place:]
            case 3:
                del data[place : place + chance.randint(1, 9)]
            case 4:
                data[place:place] = chance.choice(SCRAPS)
            case 5:
                numbers = list(re.finditer(rb"\d+", data))
                if numbers:
                    found = chance.choice(numbers)
                    data[found.start() : found.end()] = chance.choice(NUMBERS)
            case 6:
                data = bytearray(re.sub(rb"[<>|][a-zA-Z]\d+", chance.choice(TYPES), bytes(data), count=1))
            case _:
                data[place : place + 4] = chance.choice([0, 1, 2**16, 2**31, 2**32 - 1]).to_bytes(4, "little")
    return bytes(data)


def _with_headers(chance: random.Random) -> bytes:
    """An archive whose arrays say whatever of themselves."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name in ("x", "targets", "labels", "features", "network", "layer1/W"):
            if name != "x" and chance.random() < 0.6:
                continue
            lengths = [0, 1, 2, 3, -1, 2**31, 2**60, 2**62, 2**63, 2**64]
            shape = tuple(chance.choice(lengths) for _ in range(chance.randint(0, 4)))
            words = {"descr": chance.choice(TYPES).decode(), "fortran_order": chance.random() < 0.5, "shape": shape}
            text = repr(words).encode() + b"\n"
            if chance.random() < 0.2:
                text = mutated(text, chance)
            body = bytes(chance.randrange(0, 200))
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body)
    return buffer.getvalue()


def case(seed: int, folder: Path) -> bool:
    """Loads one; whether something came of it."""
    chance = random.Random(seed)
    path = folder / "case"
    kind = chance.randrange(12)
    if kind == 0:
        model = path.with_suffix(".npz")
        model.write_bytes(mutated(_model(folder), chance))
        return judged(lambda: load_network(model)) is not None
    if kind == 1:
        name, content = "c.npz", _with_headers(chance)
        (folder / name).write_bytes(content)
        judged(lambda: load_network(folder / name))
    elif kind == 2:
        name = chance.choice([".json", ".jsonl"])
        value = {key: _value(chance, 3) for key in ("x", "targets", "labels", "features") if chance.random() < 0.7}
        content = json.dumps(value if chance.random() < 0.7 else _value(chance, 4)).encode()
    else:
        name = chance.choice(list(WHOLE))
        content = mutated(WHOLE[name], chance)
    path = path.with_suffix(Path(name).suffix or name)
    path.write_bytes(content)
    words = chance.random() < 0.04
    targets: object = chance.choice([0] * 20 + [1, 2, -1, "next", ["p"]])
    sequence = chance.choice([1] * 12 + [2, 0, 10**6])
    asked = {} if words or chance.random() < 0.85 else _asked(chance)
    whole = judged(lambda: load_sequence(path, sequence=sequence, words=words, targets=targets, **asked))
    if whole is not None:
        assert "".join((*whole.labels, *whole.features, whole.name)).isprintable()
        assert whole.x.nbytes < 2**24
    return whole is not None


OPTIONS: dict[str, list[object]] = {
    "as_": ["table", "text"],
    "delimiter": [",", "tab", "space", "|"],
    "header": [True, False],
    "skip_rows": [1, 2, 10**6],
    "skip_last": [1, 2, 10**6],
    "columns": ["p", "1-2", "2", "1-999999999"],
    "labels": ["1", "label"],
    "missing": ["nan", "1,-1", "?"],
    "fill": ["drop", "previous", "mean", "zero"],
    "thousands": [".", ",", "'"],
    "decimal": [".", ","],
    "encoding": ["latin-1", "utf-16", "utf-32", "cp1252"],
    "scale": ["minmax", "standard"],
    "stream": [True],
    "lines": [True],
    "vocabulary": ["hello wrdagin\n", "and more"],
}


def _asked(chance: random.Random) -> dict[str, Any]:
    """One to three options."""
    return {name: chance.choice(OPTIONS[name]) for name in chance.sample(list(OPTIONS), chance.randint(1, 3))}


def _value(chance: random.Random, depth: int) -> object:
    if depth and chance.random() < 0.7:
        return [_value(chance, depth - 1) for _ in range(chance.randint(0, 3))]
    return chance.choice([0, 1, -0.5, 1e308, 10**400, None, True, "a", "", "\u202e", {}, {"x": 1}, float("nan")])
