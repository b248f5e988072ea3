"""Listening in: a call under way as somebody beside it hears it, both sides aligned. Free while nobody does."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from telephony.audio import BYTES_PER_MS, FRAME_BYTES, FRAME_MS
from telephony.base import Frame

JITTER_MS = 200
"""As in recordings: later than this is lost."""
MOST_WAITING = 2000 // FRAME_MS
"""Ticks kept for a listener who takes them too slowly; he goes on with what is said now."""


class Tap:
    """One listener's. `chunk` gives 20 ms of 16-bit stereo at 8 kHz at a time: left the client, right what he hears."""

    def __init__(self) -> None:
        self._heard = bytearray()
        self._chunks: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._there = asyncio.Event()
        self._over = False

    def add(self, frame: Frame) -> None:
        """One tick of the call."""
        self._heard += frame.heard
        if len(self._heard) > JITTER_MS * BYTES_PER_MS:
            del self._heard[: len(self._heard) - FRAME_BYTES]
        client = bytes(self._heard[:FRAME_BYTES]).ljust(FRAME_BYTES, b"\x00")
        del self._heard[:FRAME_BYTES]
        both = np.stack([np.frombuffer(side, "<i2") for side in (client, frame.said)], axis=1)
        self._chunks.append(both.tobytes())
        self._there.set()

    def close(self) -> None:
        """The call is over."""
        self._over = True
        self._there.set()

    async def chunk(self) -> bytes | None:
        """The next; None when the call is over."""
        while not self._chunks:
            if self._over:
                return None
            self._there.clear()
            await self._there.wait()
        return self._chunks.popleft()


class Taps:
    """All who listen to one call."""

    def __init__(self) -> None:
        self._taps: set[Tap] = set()
        self._over = False

    def add(self, frame: Frame) -> None:
        for tap in self._taps:
            tap.add(frame)

    def close(self) -> None:
        self._over = True
        for tap in self._taps:
            tap.close()

    @contextmanager
    def listening(self) -> Iterator[Tap]:
        tap = Tap()
        if self._over:
            tap.close()
        self._taps.add(tap)
        try:
            yield tap
        finally:
            self._taps.discard(tap)
