"""What keeps a recognizer's process from growing over a day of calls."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from robot.speech.engines.whisper_decoding import samples_encoded
from robot.speech.worker.child import environment
from robot.speech.worker.memory import give_back

pytestmark = pytest.mark.unit

RATE_HZ = 16000


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def test_utterances_of_all_lengths_are_encoded_in_few_shapes() -> None:
    lengths = range(RATE_HZ // 10, 12 * RATE_HZ, 997)
    shapes = {samples_encoded(length, 4.0) for length in lengths}
    assert len(lengths) > 150
    assert len(shapes) < 20
    assert all(
        0 <= samples_encoded(length, 4.0) - max(4 * RATE_HZ, length + RATE_HZ) < RATE_HZ / 2 for length in lengths
    )


def test_a_workers_threads_share_one_arena_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    assert environment({}, tmp_path / "none")["MALLOC_ARENA_MAX"] == "1"
    assert environment({"MALLOC_ARENA_MAX": "4"}, tmp_path / "none")["MALLOC_ARENA_MAX"] == "4"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_what_was_freed_between_what_is_kept_goes_back() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    taken = [libc.malloc(100_000) for _ in range(400)]
    for pointer in taken:
        ctypes.memset(pointer, 1, 100_000)
    for pointer in taken[:-1]:  # the last one keeps what lies below it
        libc.free(pointer)
    before = resident_bytes()
    give_back()
    assert before - resident_bytes() > 20_000_000
    libc.free(taken[-1])
