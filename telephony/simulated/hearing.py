"""What a simulated person notices in the sound of the line: whether somebody speaks, since when, and since when not."""

from __future__ import annotations

import numpy as np

VOICE_RMS = 200.0
"""Louder than this (of 32768) is a voice: 44 dB below full scale, 10-15 dB above the noise of a telephone line."""


class Hearing:
    """A stretch of speech is what was heard since `forget`. Times are the caller's clock, in seconds."""

    __slots__ = ("_first_s", "_last_s", "_now_s")

    def __init__(self) -> None:
        self._now_s = 0.0
        self._first_s: float | None = None
        self._last_s: float | None = None

    def hear(self, at_s: float, pcm: bytes) -> bool:
        """Take in what arrived by `at_s`; True when it is a voice. An odd last byte is ignored."""
        self._now_s = at_s
        samples = np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2)
        if not samples.size:
            return False
        wide = samples.astype(np.float32)
        if float(wide @ wide) < VOICE_RMS * VOICE_RMS * samples.size:
            return False
        if self._first_s is None:
            self._first_s = at_s
        self._last_s = at_s
        return True

    def forget(self) -> None:
        """Begin a new stretch."""
        self._first_s = self._last_s = None

    @property
    def span_s(self) -> float:
        """From the first to the last sound of the stretch."""
        return 0.0 if self._first_s is None or self._last_s is None else self._last_s - self._first_s

    @property
    def last_s(self) -> float | None:
        """When the last sound of the stretch was heard; None when it has not begun."""
        return self._last_s

    @property
    def quiet_s(self) -> float:
        """How long nothing has been heard after the stretch; 0 when it has not begun."""
        return 0.0 if self._last_s is None else self._now_s - self._last_s
