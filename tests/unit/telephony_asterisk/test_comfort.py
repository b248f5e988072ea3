"""Comfort noise is heard by people and by no detector."""

from __future__ import annotations

import numpy as np
import pytest

from robot.speech.pcm import to_samples
from robot.speech.sounds import Sound, SoundDetector
from robot.speech.vad import FRAME_BYTES, VoiceActivity
from telephony.comfort import LEVEL_DBFS, ComfortNoise

pytestmark = pytest.mark.unit


def noise(seed: int, seconds: float) -> list[bytes]:
    source = ComfortNoise(seed)
    return [source.frame() for _ in range(round(50 * seconds))]


def test_every_frame_is_whole_and_about_as_loud() -> None:
    frames = noise(1, 15)
    assert {len(frame) for frame in frames} == {FRAME_BYTES}
    levels = [10 * np.log10(np.mean(to_samples(frame) ** 2)) for frame in frames]
    assert abs(np.mean(levels) - LEVEL_DBFS) < 1
    assert max(levels) < LEVEL_DBFS + 6
    assert min(levels) > LEVEL_DBFS - 8


def test_no_detector_takes_it_for_a_sound_even_the_most_willing() -> None:
    detector, plain = SoundDetector(), VoiceActivity(0)
    for frame in noise(2, 12):
        assert detector(frame) is Sound.QUIET
        assert not plain.is_speech(frame)


def test_it_comes_round_without_a_click() -> None:
    samples = to_samples(b"".join(noise(3, 24)))
    steps = np.abs(np.diff(samples))
    assert steps.max() < 8 * steps.std()


def test_it_is_softer_above_than_below() -> None:
    power = np.abs(np.fft.rfft(to_samples(b"".join(noise(4, 10))))) ** 2
    hertz = np.fft.rfftfreq(80_000, 1 / 8000)
    below, above = (power[(hertz > low) & (hertz < low + 500)].mean() for low in (150, 3000))
    assert below > 5 * above


def test_calls_begin_at_places_of_their_own_and_a_seed_at_its_own() -> None:
    assert noise(5, 1) == noise(5, 1)
    assert len({b"".join(noise(seed, 0.1)) for seed in range(20)}) >= 18
