"""The arrays of an .npz file by name. Never unpickled; the header of each is read before its numbers."""

from __future__ import annotations

from collections.abc import Callable

from rnn_tui.files.archives import check_packed, open_archive, open_member
from rnn_tui.files.arrays import KINDS, as_floats, check_whole, read_header, read_values
from rnn_tui.files.foreign.loaded import Array, Held
from rnn_tui.files.source import Source, quoted

SMALL = 2**16
"""Bytes of an array that is read at once; to come back to one takes as long as the archive has arrays."""


def npz(source: Source) -> dict[str, Held]:
    """Name to array, in the file's order.

    Raises:
        LoadError: no archive, or an array that is no array of numbers, is cut short or far larger than the file.
    """
    found = {}
    with source.open() as file:
        archive, members = open_archive(source, file)
        taken = 0
        for name, info in members.items():
            with open_member(source, archive, info, quoted(name)) as member:
                header = read_header(source, member, quoted(name))
                if header.dtype.kind == "O":
                    hint = "numpy.savez of plain arrays writes none"
                    raise source.error(quoted(name), "holds Python objects, which are never unpickled", hint)
                if header.dtype.kind in KINDS:
                    found[name] = Held.without(source, name, header.shape, KINDS[header.dtype.kind])
                    continue
                check_whole(source, header, quoted(name), info.file_size - member.tell())
                taken += max(header.size, header.count * 4)
                check_packed(source, quoted(name), taken)
                if header.size <= SMALL:
                    array = as_floats(read_values(source, member, header, quoted(name)))
                    found[name] = Held.of(name, array, header.dtype.name)
                else:
                    found[name] = Held(name, header.shape, header.dtype.name, _reader(source, name))
    return found


def _reader(source: Source, name: str) -> Callable[[], Array]:
    """Gives the numbers of an array."""

    def read() -> Array:
        with source.open() as file:
            archive, members = open_archive(source, file)
            with open_member(source, archive, members[name], quoted(name)) as member:
                header = read_header(source, member, quoted(name))
                return as_floats(read_values(source, member, header, quoted(name)))

    return read
