"""Recordings for players that know MP3 alone: both sides of the call, as long as they were."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from robot.crm.errors import Refused
from robot.crm.mp3 import as_mp3
from robot.crm.recording import Recording

pytestmark = pytest.mark.unit


async def test_a_compressed_recording_becomes_mp3(tmp_path: Path) -> None:
    seconds, rate = 2, 8000
    tone = (np.sin(np.arange(seconds * rate) * 2 * np.pi * 440 / rate) * 8000).astype(np.int16)
    file = tmp_path / "call.ogg"
    soundfile.write(file, np.stack([tone, np.zeros_like(tone)], axis=1), rate, format="OGG", subtype="OPUS")

    name, content = await as_mp3(Recording(file.name, file.read_bytes()))

    assert name == "call.mp3"
    heard, _ = soundfile.read(io.BytesIO(content), dtype="int16", always_2d=True)
    assert heard.shape[1] == 2
    assert abs(len(heard) / rate - seconds) < 0.2
    assert np.abs(heard[2000:-2000, 0]).mean() > 10 * np.abs(heard[2000:-2000, 1]).mean()


async def test_what_holds_no_sound_is_told_for_good() -> None:
    with pytest.raises(Refused) as told:
        await as_mp3(Recording("call.ogg", b"OggS but no sound"))
    assert told.value.remedy
    assert not told.value.retryable
