"""Which timesteps are in view where not all have room."""

from __future__ import annotations


def page(cursor: int, count: int, room: int) -> range:
    """The timesteps in view: all, or a page that has the cursor and the step before it.

    Pages overlap by one, so that the arrow into the first copy on a page comes from a copy one has seen.
    """
    if count <= room:
        return range(1, count + 1)
    stride = max(room - 1, 1)
    first = (max(cursor, 1) - 1) // stride * stride
    if first and room > 1 and cursor == first + 1:
        first -= stride
    return range(first + 1, min(first + room, count) + 1)
