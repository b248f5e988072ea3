"""What a client said and heard, as a stereo WAV: left his own voice, right what reached his ear."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from telephony.audio import FRAME_BYTES, SAMPLE_BYTES, SAMPLE_RATE_HZ

FLUSH_BYTES = SAMPLE_RATE_HZ * SAMPLE_BYTES
JITTER_BYTES = 5 * FRAME_BYTES  # so much may arrive late without a gap being put in


class StereoRecorder:
    """Written every second, so that little is lost with the process; named .part until it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_suffix(".part")
        self._left = bytearray()
        self._right = bytearray()
        self._wave: wave.Wave_write | None = None

    def add(self, spoken: bytes, heard: bytes) -> None:
        """One tick: what he said in it, and what arrived in it."""
        self._left += spoken
        missing = len(self._left) - len(self._right) - len(heard)
        if missing > JITTER_BYTES:
            self._right += bytes(missing)
        self._right += heard
        if len(self._left) >= 2 * FLUSH_BYTES:
            self._write(FLUSH_BYTES)

    def close(self) -> Path:
        """The finished file."""
        self._write(max(len(self._left), len(self._right)))
        if self._wave is not None:
            self._wave.close()
        self._part.replace(self._path)
        return self._path

    def _write(self, length: int) -> None:
        if self._wave is None:
            self._wave = wave.open(str(self._part), "wb")  # noqa: SIM115 - open until the call ends
            self._wave.setnchannels(2)
            self._wave.setsampwidth(SAMPLE_BYTES)
            self._wave.setframerate(SAMPLE_RATE_HZ)
        sides = []
        for side in (self._left, self._right):
            sides.append(np.frombuffer(bytes(side[:length]).ljust(length, b"\0"), "<i2"))
            del side[:length]
        self._wave.writeframes(np.column_stack(sides).tobytes())


def read_stereo(path: Path) -> tuple[bytes, bytes]:
    """(what the client said, what he heard) as 8 kHz PCM."""
    with wave.open(str(path), "rb") as file:
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return both[:, 0].tobytes(), both[:, 1].tobytes()
