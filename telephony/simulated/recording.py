"""The client's side of a simulated call as a sound file: left what he said, right what he heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from telephony.audio import FRAME_BYTES, SAMPLE_RATE_HZ

_BLOCK_FRAMES = 50


class ClientRecording:
    """A stereo WAV at 8 kHz, written a second at a time. The file appears with `open` and is complete after `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: soundfile.SoundFile | None = None
        self._left = bytearray()
        self._right = bytearray()

    def open(self) -> None:
        """Raises OSError or soundfile.LibsndfileError when the file cannot be made."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = soundfile.SoundFile(
            self._path, "w", samplerate=SAMPLE_RATE_HZ, channels=2, subtype="PCM_16", format="WAV"
        )

    def add(self, said: bytes, heard: bytes) -> None:
        """Equally long PCM of both directions."""
        self._left += said
        self._right += heard
        if len(self._left) >= _BLOCK_FRAMES * FRAME_BYTES:
            self._flush()

    def close(self) -> None:
        """Idempotent."""
        if self._file is not None:
            self._flush()
            self._file.close()
            self._file = None

    def _flush(self) -> None:
        if self._file is not None:
            both = np.stack([np.frombuffer(side, dtype="<i2") for side in (self._left, self._right)], axis=1)
            self._file.write(both)
        self._left, self._right = bytearray(), bytearray()
