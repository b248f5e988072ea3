"""What stops the robot, in voices that were not used for tuning: words do, "угу" does not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from robot.speech.engines.rhvoice import RhvoiceVoice, installed_voices
from robot.speech.pcm import to_pcm, to_samples
from robot.speech.sounds import Sound, SoundDetector
from robot.speech.vad import FRAME_BYTES, FRAME_MS
from tests.conftest import missing_service

pytestmark = pytest.mark.speech

VOICES = ("aleksandr-hq", "arina", "evgeniy-rus", "mikhail", "victoria", "vitaliy", "yuriy")
INTERRUPTIONS = (
    "подождите",
    "а сколько стоит",
    "нет, стойте",
    "алло",
    "не надо",
    "мне не интересно",
    "да подождите вы",
)
MURMURS = ("угу", "угу, угу")
WINDOW, ENOUGH = 6, 3
LEAD_MS = 600


def stopped_ms(pcm: bytes) -> float:
    """From the first sound (30 dB below the loudest) to 60 ms of voice within 120 ms; inf when that never comes."""
    samples = to_samples(pcm)
    level = np.sqrt(np.mean(samples[: len(samples) // 80 * 80].reshape(-1, 80) ** 2, axis=1))
    began_ms = LEAD_MS + 10 * int(np.argmax(level > 0.0316 * level.max()))
    rng = np.random.default_rng(len(pcm))
    padded = np.pad(samples, (LEAD_MS * 8, 4000)) + 0.001 * rng.standard_normal(len(samples) + LEAD_MS * 8 + 4000)
    line, detector, sounds = to_pcm(padded.astype(np.float32)), SoundDetector(), list[Sound]()
    for start in range(0, len(line) - FRAME_BYTES + 1, FRAME_BYTES):
        sounds.append(detector(line[start : start + FRAME_BYTES]))
        if sounds[-WINDOW:].count(Sound.VOICE) >= ENOUGH:
            return FRAME_MS * len(sounds) - began_ms
    return float("inf")


async def _stops(texts: Sequence[str]) -> list[float]:
    found = []
    for name in VOICES:
        voice = RhvoiceVoice(name, any_licence=True)
        await voice.start()
        found += [stopped_ms(await voice.synthesize(text)) for text in texts]
        await voice.close()
    return found


def stops(texts: Sequence[str]) -> list[float]:
    if not set(VOICES) <= set(installed_voices()):
        missing_service("voices of RHVoice; make setup VOICES=rhvoice")
    return asyncio.run(_stops(texts))


def test_an_interruption_stops_the_robot_within_a_tenth_of_a_second_as_a_rule() -> None:
    found = stops(INTERRUPTIONS)
    assert max(found) < float("inf")
    assert np.median(found) <= 120
    assert np.quantile(found, 0.95) <= 300


def test_uhu_does_not() -> None:
    found = stops(MURMURS)
    assert sum(one < float("inf") for one in found) <= 1, found
