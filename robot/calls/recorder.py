"""The recording of a call: stereo WAV, left the client, right the robot, both on the line's clock.

Written as the call goes, its header kept true, so a crash loses the last moments only: whatever is on the disk can be
played. Compressed after the call (`robot.calls.archive`). Disk work happens in a thread.
"""

from __future__ import annotations

import asyncio
import os
import struct
from io import FileIO
from pathlib import Path
from uuid import UUID

import numpy as np
import structlog

from telephony.audio import BYTES_PER_MS, FRAME_MS, SAMPLE_RATE_HZ
from telephony.base import Frame

log = structlog.get_logger(__name__)

FLUSH_MS = 2000
JITTER_MS = 200
"""Audio later than this is lost, not late: the client's side is filled with silence to stay aligned."""

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_SAMPLE_BYTES = 4
"""Of both sides."""


class RecordingFailed(Exception):
    """The disk refused. The talk goes on without a recording."""

    code = "recording_failed"
    retryable = False


class Recorder:
    """Collects frames; `close` gives the finished file. Use from one task."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._heard = bytearray()
        self._said = bytearray()
        self._file: FileIO | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._length_ms = 0

    @property
    def path(self) -> Path:
        return self._path

    @property
    def length_ms(self) -> int:
        """Length of the call so far; the zero of every time in the transcript is the recording's first sample."""
        return self._length_ms

    def add(self, frame: Frame) -> None:
        """One tick. Raises RecordingFailed when an earlier write has failed."""
        self._said += frame.said
        self._heard += frame.heard
        self._length_ms += FRAME_MS
        late = len(self._said) - len(self._heard)
        if late > JITTER_MS * BYTES_PER_MS:
            self._heard += bytes(late)
        if len(self._said) >= FLUSH_MS * BYTES_PER_MS and (self._flushing is None or self._flushing.done()):
            if self._flushing is not None:
                self._flushing.result()
            self._flushing = asyncio.create_task(self._flush(self._take()))

    async def close(self) -> Path:
        """Write the rest and close the file. Raises RecordingFailed, the file closed."""
        try:
            if self._flushing is not None:
                await self._flushing
            self._heard += bytes(max(0, len(self._said) - len(self._heard)))
            self._said += bytes(max(0, len(self._heard) - len(self._said)))
            await self._flush(self._take())
        finally:
            if self._file is not None:
                self._file.close()
        return self._path

    def _take(self) -> bytes:
        """What both sides have, their samples in turn."""
        size = min(len(self._heard), len(self._said))
        both = np.stack([np.frombuffer(bytes(side[:size]), "<i2") for side in (self._heard, self._said)], axis=1)
        del self._heard[:size], self._said[:size]
        return both.tobytes()

    async def _flush(self, both: bytes) -> None:
        try:
            await asyncio.to_thread(self._write, both)
        except OSError as error:
            raise RecordingFailed(str(error)) from error

    def _write(self, both: bytes) -> None:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = FileIO(os.open(self._path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w")
            self._file.write(_header(0))
        end = self._file.seek(0, os.SEEK_END)
        _write_all(self._file, both)
        self._file.seek(0)
        self._file.write(_header(end + len(both) - _HEADER.size))


def _header(size: int) -> bytes:
    """Of a WAV file with so many bytes of samples."""
    per_second = SAMPLE_RATE_HZ * _SAMPLE_BYTES
    form = (b"fmt ", 16, 1, 2, SAMPLE_RATE_HZ, per_second, _SAMPLE_BYTES, 16)
    return _HEADER.pack(b"RIFF", size + _HEADER.size - 8, b"WAVE", *form, b"data", size)


def _write_all(file: FileIO, data: bytes) -> None:
    """A disk that is nearly full takes less than it is given before it refuses."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


class Tape:
    """A recorder that a refusing disk silences, once and told: the call is worth more than its recording."""

    def __init__(self, recorder: Recorder, attempt_id: UUID) -> None:
        self._recorder: Recorder | None = recorder
        self._attempt_id = attempt_id

    def add(self, frame: Frame) -> None:
        try:
            if self._recorder is not None:
                self._recorder.add(frame)
        except RecordingFailed as error:
            self._give_up(error)

    async def close(self) -> None:
        try:
            if self._recorder is not None:
                await self._recorder.close()
        except RecordingFailed as error:
            self._give_up(error)

    def _give_up(self, error: RecordingFailed) -> None:
        log.warning("recording_failed", attempt=str(self._attempt_id), error=str(error))
        self._recorder = None
