"""The built-in sequences: small files that come with the program, each with something to look at."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
FOLDER_NAME = "sample_sequences"
NOTES = "README.md"


def sample_folder() -> Path:
    """The folder of the samples: inside an installed package, beside the package in a checkout."""
    inside = PACKAGE / FOLDER_NAME
    return inside if inside.is_dir() else PACKAGE.parent / FOLDER_NAME


def sample_names() -> list[str]:
    """The file names of the samples, sorted, e.g. ``hello.txt``."""
    folder = sample_folder()
    if not folder.is_dir():
        return []
    return sorted(file.name for file in folder.iterdir() if file.is_file() and file.name != NOTES)


def sample_path(name: str) -> Path | None:
    """The file of the sample called `name`, with or without its extension, or None where there is none."""
    for sample in sample_names():
        if name in (sample, Path(sample).stem):
            return sample_folder() / sample
    return None


def sample_notes() -> dict[str, str]:
    """A line about each sample, by its file name: the second column of the table in the README.md."""
    notes = dict.fromkeys(sample_names(), "")
    readme = sample_folder() / NOTES
    if readme.is_file():
        for line in readme.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 2 and cells[1].strip("`") in notes:
                notes[cells[1].strip("`")] = cells[2]
    return notes
