"""What a client said and heard, as a stereo WAV: left his own voice, right what reached his ear."""

from __future__ import annotations

from pathlib import Path

import soundfile

from telephony.audio import FRAME_BYTES, SAMPLE_BYTES, SAMPLE_RATE_HZ
from telephony.simulated.recording import ClientRecording

HELD_BYTES = SAMPLE_RATE_HZ * SAMPLE_BYTES  # a second stays open, so that what arrives late finds its place
JITTER_BYTES = 5 * FRAME_BYTES  # so much may arrive late without a gap being put in


class AlignedRecording:
    """Puts sound that arrives unevenly beside what was said meanwhile. Named .part until it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_suffix(".part")
        self._file = ClientRecording(self._part)
        self._opened = False
        self._left = bytearray()
        self._right = bytearray()

    def add(self, spoken: bytes, heard: bytes) -> None:
        """One tick: what he said in it, and what arrived in it."""
        self._left += spoken
        missing = len(self._left) - len(self._right) - len(heard)
        if missing > JITTER_BYTES:
            self._right += bytes(missing)
        self._right += heard
        if len(self._left) >= 2 * HELD_BYTES:
            self._write(HELD_BYTES)

    def close(self) -> Path:
        """The finished file."""
        self._write(max(len(self._left), len(self._right)))
        self._file.close()
        return self._part.replace(self._path)

    def _write(self, length: int) -> None:
        if not self._opened:
            self._file.open()
            self._opened = True
        self._file.add(
            bytes(self._left[:length]).ljust(length, b"\0"), bytes(self._right[:length]).ljust(length, b"\0")
        )
        del self._left[:length], self._right[:length]


def read_stereo(path: Path) -> tuple[bytes, bytes]:
    """(what the client said, what he heard) as 8 kHz PCM."""
    both, _ = soundfile.read(path, dtype="int16", always_2d=True)
    return both[:, 0].tobytes(), both[:, 1].tobytes()
