"""The record of a whole call over the simulated line: compressed sound lies where the transcript says."""

import asyncio
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from robot.calls.recordings import compress, read
from robot.domain.outcomes import Outcome
from robot.speech.fake import FakeRecognizer, encode
from tests.unit.calls.test_audio_path import Client, talk

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

WITHIN_MS = 20
AROUND_MS = 300
PER_MS = 8
CHIRP_MS = 80


def offset_ms(side: npt.NDArray[np.int16], at_ms: int) -> float:
    """How much later than `at_ms` speech begins, found by the chirp it begins with, within 0.3 s."""
    sound = np.frombuffer(encode(""), "<i2")[: CHIRP_MS * PER_MS].astype(float)
    first = max(0, at_ms - AROUND_MS) * PER_MS
    window = side[first : first + 2 * AROUND_MS * PER_MS + len(sound)].astype(float)
    size = len(window) + len(sound)
    product = np.fft.irfft(np.fft.rfft(window, size) * np.conj(np.fft.rfft(sound, size)), size)
    return float((first + int(np.argmax(product[: len(window)]))) / PER_MS - at_ms)


async def test_every_phrase_and_answer_lies_in_the_recording_where_the_transcript_says(tmp_path: Path) -> None:
    outcome, _ = await talk(tmp_path, Client(encode), FakeRecognizer())
    [raw] = (tmp_path / "recordings").rglob("*.wav")
    kept = await asyncio.to_thread(compress, raw)
    transcript = json.loads(kept.with_suffix(".json").read_text("utf-8"))
    sides = read(kept)
    said = [turn for turn in transcript["turns"] if turn["said"] and not turn["interrupted"]]
    heard = [turn for turn in transcript["turns"] if turn["heard"]]

    assert outcome is Outcome.MEETING_BOOKED
    assert transcript["recording"] == kept.name
    assert len(said) >= 4
    assert len(heard) >= 4
    for turn in said:
        assert turn["said_heard"] == turn["said"]
        assert abs(offset_ms(sides.robot, turn["said_from_ms"])) <= WITHIN_MS, turn["said"]
    for turn in heard:
        assert abs(offset_ms(sides.client, turn["heard_from_ms"])) <= WITHIN_MS, turn["heard"]
        length_ms = len(encode(turn["heard"])) / 16
        assert abs(turn["heard_to_ms"] - turn["heard_from_ms"] - length_ms) <= 2 * WITHIN_MS
