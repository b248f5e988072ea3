"""What every parser of strangers' bytes is held to: it ends, it raises only its own errors, its memory is bounded."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import settings
from hypothesis import strategies as st

from tests.conftest import runs

EXAMPLES = int(os.environ.get("ZVONAR_FUZZ_PARSERS", runs(250)))
"""For each parser; `make fuzz` sets it."""

SOME_BYTES = 4 * 2**20
"""What a parser may take besides: tables and patterns that are made with its first use."""

fuzzed = settings(max_examples=EXAMPLES, deadline=None)


@contextmanager
def bounded(size: int, times: int = 60) -> Iterator[None]:
    """At its peak what is done within takes no more than so many times the `size` of its input, and a little."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= SOME_BYTES + times * size, f"{peak} bytes for an input of {size}"


def mutated(samples: list[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes of any kind, and real ones with a stretch replaced, repeated or cut out."""

    def broken(sample: bytes, place: int, length: int, what: bytes, times: int) -> bytes:
        at = place % (len(sample) + 1)
        return sample[:at] + what * times + sample[at + length :]

    real = st.builds(
        broken,
        st.sampled_from(samples),
        st.integers(0, 4000),
        st.integers(0, 40),
        st.binary(max_size=12),
        st.sampled_from([0, 1, 1, 2, 300]),
    )
    return st.binary(max_size=600) | real
