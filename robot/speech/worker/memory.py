"""What an engine has freed goes back to the machine.

glibc keeps freed memory for the next request. Utterances of all lengths, decoded in threads, leave it in holes that fit
no other: after an hour of calls a quarter of a worker's memory is such holes. `malloc_trim(3)` returns them, in
milliseconds.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache

EVERY_S = 60.0

ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
"""mallopt(3): otherwise every thread has holes of its own. Threads that compute for 100 ms hardly wait here."""


def give_back() -> None:
    """Blocks for some milliseconds, during which no thread gets memory. Nothing where the C library cannot (musl)."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    found: Callable[[int], int] = trim
    return found
