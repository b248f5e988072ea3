"""Quiet, voice or murmur, frame by frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robot.speech.pcm import to_pcm
from robot.speech.sounds import Sound, SoundDetector
from robot.speech.vad import FRAME_BYTES
from tests.speech.accuracy import read_line_audio

pytestmark = pytest.mark.unit

FIXTURES = Path(__file__).parents[2] / "fixtures" / "speech_dev"


def heard(pcm: bytes) -> list[Sound]:
    detector = SoundDetector()
    return [detector(pcm[at : at + FRAME_BYTES]) for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.flac")), ids=lambda file: file.stem)
def test_speech_is_a_voice(file: Path) -> None:
    sounds = heard(read_line_audio(file))
    assert sounds.count(Sound.VOICE) > sounds.count(Sound.MURMUR) / 2
    assert sounds.count(Sound.VOICE) >= 6


def test_silence_is_quiet() -> None:
    assert set(heard(bytes(FRAME_BYTES * 50))) == {Sound.QUIET}


def test_a_hum_with_closed_lips_is_no_voice() -> None:
    time = np.arange(8000) / 8000
    hum = sum(0.1 / n**2 * np.sin(2 * np.pi * 120 * n * time) for n in range(1, 8))
    assert Sound.VOICE not in heard(to_pcm(np.asarray(hum, dtype=np.float32)))[2:]


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="320"):
        SoundDetector()(b"\0" * 318)
