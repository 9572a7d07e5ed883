"""What comes with the program: small sequences, each with something to look at, and trained networks that read them."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
SEQUENCES, MODELS = "sample_sequences", "sample_models"
"""The folders: what is found by name in the place of a sequence, and of a model's file."""
NOTES, LICENCE = "README.md", ".LICENSE"
"""What is in them beside the samples."""


def sample_folder(kind: str = SEQUENCES) -> Path:
    """The folder of the samples: inside the package; of sequences in a checkout beside it."""
    inside = PACKAGE / kind
    return inside if inside.is_dir() else PACKAGE.parent / kind


def sample_names(kind: str = SEQUENCES) -> list[str]:
    """The file names of the samples, sorted, e.g. ``hello.txt``."""
    folder = sample_folder(kind)
    if not folder.is_dir():
        return []
    files = (file for file in folder.iterdir() if file.is_file() and file.suffix != LICENCE)
    return sorted(file.name for file in files if file.name != NOTES)


def sample_path(name: str, kind: str = SEQUENCES) -> Path | None:
    """The file of the sample called `name`, with or without its extension, or None where there is none."""
    for sample in sample_names(kind):
        if name in (sample, Path(sample).stem):
            return sample_folder(kind) / sample
    return None


def sample_notes(kind: str = SEQUENCES) -> dict[str, str]:
    """A line about each sample, by its file name: the second column of the table in the README.md."""
    notes = dict.fromkeys(sample_names(kind), "")
    readme = sample_folder(kind) / NOTES
    if readme.is_file():
        for line in readme.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 2 and cells[1].strip("`") in notes:
                notes[cells[1].strip("`")] = cells[2]
    return notes
