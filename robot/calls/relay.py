"""Sound of one call put into another, frame by frame."""

from __future__ import annotations

from collections import deque

from telephony.audio import FRAME_BYTES, FRAME_MS
from telephony.base import Call
from telephony.playback import Playback

LAG_LIMIT_MS = 160
"""Two clocks are never quite equal: what waits longer than this is dropped, or a talk would grow slower and slower."""


class Relay:
    """Towards one call. A gap in what comes is silence at the other end, and from then on the reserve against the next
    gap: so the delay is as long as the network is uneven, and no longer."""

    def __init__(self, to: Call) -> None:
        self._to = to
        self._rest = b""
        self._waiting: deque[Playback] = deque()
        self.dropped_ms = 0

    def carry(self, heard: bytes) -> None:
        """What was heard in one tick of the other call, of any length."""
        audio = self._rest + heard
        whole = len(audio) - len(audio) % FRAME_BYTES
        self._rest = audio[whole:]
        while self._waiting and self._waiting[0].done:
            self._waiting.popleft()
        for start in range(0, whole, FRAME_BYTES):
            self._waiting.append(self._to.play(audio[start : start + FRAME_BYTES]))
        while len(self._waiting) > LAG_LIMIT_MS // FRAME_MS:
            self._waiting.popleft().stop()
            self.dropped_ms += FRAME_MS
