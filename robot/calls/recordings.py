"""The files of recordings: what they are called, how they are compressed and read.

While a call goes its recording is `<attempt>.wav`; afterwards `<attempt>.ogg`, Opus at about 32 kbit/s for both sides
together. Only the latter is written down in attempts; `find` gives whichever is there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from telephony.audio import SAMPLE_RATE_HZ

KEPT = ".ogg"
RAW = ".wav"

COMPRESSION = 0.96
"""Of libsndfile's scale from 256 (0.0) to 6 (1.0) kbit/s for each side: 16. With less, what one side says is faintly in
the other (at 14: 32 dB below), and is recognized there."""
BLOCK = 10 * SAMPLE_RATE_HZ


class RecordingUnreadable(Exception):
    """The file is not there, or holds no sound of a call."""

    code = "recording_unreadable"
    retryable = False


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a call, 16-bit samples at 8 kHz, equally long; sample 0 is the transcript's millisecond 0."""

    client: npt.NDArray[np.int16]
    robot: npt.NDArray[np.int16]


def find(recording: Path) -> Path | None:
    """The file of a recording known by its stored path: compressed, or as it was written, or None."""
    for suffix in (KEPT, RAW):
        file = recording.with_suffix(suffix)
        if file.is_file():
            return file
    return None


def read(recording: Path) -> Sides:
    """Raises RecordingUnreadable."""
    file = find(recording)
    if file is None:
        raise RecordingUnreadable(f"there is no recording {recording}")
    try:
        both, rate = soundfile.read(file, dtype="int16", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise RecordingUnreadable(f"{file} cannot be read: {error}") from error
    if rate != SAMPLE_RATE_HZ or both.shape[1] != 2:
        raise RecordingUnreadable(f"{file} is no recording of a call: {both.shape[1]} channels at {rate} Hz")
    return Sides(both[:, 0].copy(), both[:, 1].copy())


def compress(raw: Path) -> Path:
    """Write the compressed file and remove the other, which stays until the new one is whole and on the disk. A file
    without sound stays as it is. Raises RecordingUnreadable, OSError."""
    kept, part = raw.with_suffix(KEPT), raw.with_suffix(f"{KEPT}.part")
    try:
        part.touch(mode=0o600)
        with soundfile.SoundFile(raw) as source:
            if not source.frames:
                raise RecordingUnreadable(f"{raw} holds no sound")
            with soundfile.SoundFile(
                part,
                "w",
                samplerate=source.samplerate,
                channels=source.channels,
                format="OGG",
                subtype="OPUS",
                compression_level=COMPRESSION,
            ) as target:
                for block in source.blocks(BLOCK, dtype="int16"):
                    target.write(block)
            if soundfile.info(part).frames != source.frames:
                raise RecordingUnreadable(f"{part} is shorter than {raw}")
        _to_disk(part)
        part.replace(kept)
        raw.unlink()
    except soundfile.SoundFileError as error:
        raise RecordingUnreadable(f"{raw} cannot be compressed: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return kept


def _to_disk(file: Path) -> None:
    number = os.open(file, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
