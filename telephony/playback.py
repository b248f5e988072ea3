"""What the robot has yet to say on one call: a queue of phrases cut into frames.

Pure: the line asks for the next frame when its clock ticks; nothing here knows the time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from telephony.audio import BYTES_PER_MS, FRAME_BYTES, SILENCE, duration_ms


class Playback:
    """One phrase on its way to the client. Progress counts what was handed to the wire, in milliseconds."""

    __slots__ = ("_pcm", "_position", "_stopped")

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self._position = 0
        self._stopped = False

    @property
    def total_ms(self) -> int:
        return duration_ms(self._pcm)

    @property
    def played_ms(self) -> int:
        return self._position // BYTES_PER_MS

    @property
    def position(self) -> int:
        """Bytes handed to the wire; a multiple of a frame until the phrase ends."""
        return self._position

    @property
    def started(self) -> bool:
        return self._position > 0

    @property
    def done(self) -> bool:
        """Nothing more of it will be sent: it was played to the end, or stopped."""
        return self._stopped or self._position >= len(self._pcm)

    @property
    def cut_short(self) -> bool:
        """It was stopped before its end."""
        return self._stopped and self._position < len(self._pcm)

    def stop(self) -> None:
        """Say no more of it, from the next frame on. Idempotent."""
        self._stopped = True

    def next_frame(self) -> bytes:
        """The next 20 ms, padded with silence at the end of the phrase."""
        chunk = self._pcm[self._position : self._position + FRAME_BYTES]
        self._position += len(chunk)
        return chunk if len(chunk) == FRAME_BYTES else chunk + bytes(FRAME_BYTES - len(chunk))


class OutgoingAudio:
    """Phrases in the order they were given; `between` them, where there are none."""

    def __init__(self, between: Callable[[], bytes] = lambda: SILENCE) -> None:
        """between: gives 20 ms of what the line carries while nothing is said."""
        self._between = between
        self._queue: deque[Playback] = deque()

    def play(self, pcm: bytes) -> Playback:
        """Queue 8 kHz PCM behind what is being said."""
        playback = Playback(pcm)
        self._queue.append(playback)
        return playback

    def next_frame(self) -> bytes:
        """Exactly 20 ms to put on the wire now."""
        while self._queue and self._queue[0].done:
            self._queue.popleft()
        return self._queue[0].next_frame() if self._queue else self._between()
