"""From a recording to its meaning: the real recognizer and the real understanding, as `zvonar understand` has them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from robot.cli.understand_audio import evaluate_recordings
from robot.cli.utterances import load_recording, read, transcribe, understood
from robot.proving.understood import read_manifest
from robot.settings import Settings
from robot.speech.base import Recognizer
from robot.speech.errors import ModelMissing
from robot.speech.pcm import resample
from scripts_dialog import Understanding
from scripts_dialog.understanding.asking import Question
from tests.speech.conftest import FIXTURES, models_dir
from tests.speech.noises import noises

pytestmark = pytest.mark.speech

NOW = "2026-03-18T11:20:00+03:00"
TIMES = {"time:tomorrow 12:00": "2026-03-19T12:00:00+03:00", "time:wednesday 15:00": "2026-03-25T15:00:00+03:00"}
MANIFEST = [json.loads(line) for line in (FIXTURES / "manifest.jsonl").read_text().splitlines()]
BAR = 0.88


async def heard(recognizer: Recognizer, pcm: bytes) -> dict[str, Any]:
    asked = read(json.dumps({"text": "", "now": NOW}), lambda: datetime.fromisoformat(NOW))
    words = await transcribe(recognizer, pcm, Question())
    return understood(asked, words, Understanding.shared(), Question())


def right(label: str, answer: dict[str, Any]) -> bool:
    if label in TIMES:
        return bool(answer["slots"].get("datetime") == TIMES[label])
    return bool(answer["slots"].get("number") == 40 if label == "number" else answer["intent"] == label)


async def test_recordings_are_understood(whisper: Recognizer) -> None:
    """Five voices, A-law, GSM and noise; no phrase and no script known."""
    wrong = []
    for utterance in MANIFEST:
        answer = await heard(whisper, load_recording(FIXTURES / utterance["file"]))
        if not right(utterance["label"], answer):
            wrong.append((utterance["text"], answer))
    assert 1 - len(wrong) / len(MANIFEST) >= BAR, wrong


async def test_a_manifest_is_evaluated_engine_by_engine() -> None:
    recordings = [one for one in read_manifest(FIXTURES / "manifest.jsonl") if one.voice == "irina"][:4]
    settings = Settings(data_dir=models_dir().parent)
    [report] = await evaluate_recordings(settings, "irina", recordings, ["whisper"])
    assert (report.recognizer, len(report.verdicts)) == ("whisper", 4)
    assert sum(one.right for one in report.verdicts) >= 3
    assert all(one.took_s > 0 for one in report.verdicts)
    with pytest.raises(ModelMissing):
        await evaluate_recordings(settings, "irina", recordings, ["vosk"])


async def test_the_rate_of_the_file_changes_nothing(whisper: Recognizer, tmp_path: Path) -> None:
    samples, rate = soundfile.read(FIXTURES / "020_irina_alaw.flac", dtype="float32")
    wide = resample(samples, rate, 44_100)
    soundfile.write(tmp_path / "wide.wav", np.column_stack([wide, wide]), 44_100)
    answer = await heard(whisper, load_recording(tmp_path / "wide.wav"))
    assert answer["intent"] == "callback"


async def test_noise_means_nothing(whisper: Recognizer) -> None:
    understood_noises = [
        (name, answer) for name, pcm in noises() if (answer := await heard(whisper, pcm))["intent"] or answer["slots"]
    ]
    assert len(understood_noises) <= 1, understood_noises
