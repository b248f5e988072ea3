"""Studio recordings over another voice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from robot.speech.engines.recorded import RecordedVoice
from robot.speech.errors import EngineUnavailable, SynthesisFailed
from robot.speech.fake import FakeVoice, decode

pytestmark = pytest.mark.unit


def studio(folder: Path, hz: int = 330) -> Path:
    folder.mkdir(exist_ok=True)
    tone = 0.2 * np.sin(2 * np.pi * hz * np.arange(44100) / 44100)
    soundfile.write(folder / "hello.wav", tone.astype(np.float32), 44100)
    (folder / "phrases.json").write_text(json.dumps({"Здравствуйте, ещё раз!": "hello.wav"}), "utf-8")
    return folder


async def test_a_recorded_phrase_wins_and_the_rest_is_spoken(tmp_path: Path) -> None:
    other = FakeVoice()
    voice = RecordedVoice(studio(tmp_path / "anna"), other)
    await voice.start()
    recorded = await voice.synthesize("здравствуйте еще раз")
    assert 15000 < len(recorded) <= 16000
    assert np.argmax(np.abs(np.fft.rfft(np.frombuffer(recorded, "<i2")))) == pytest.approx(330, abs=8)
    assert decode(await voice.synthesize("Иван Петрович")) == ("Иван Петрович", True)
    assert other.spoken == ["Иван Петрович"]
    assert voice.name == "recorded/anna"


async def test_a_new_recording_makes_the_cached_one_worthless(tmp_path: Path) -> None:
    prints = set()
    for hz in (330, 440):
        voice = RecordedVoice(studio(tmp_path / "anna", hz), FakeVoice())
        await voice.start()
        prints.add(voice.fingerprint)
    assert len(prints) == 2


async def test_without_another_voice_an_unrecorded_phrase_is_refused_with_the_remedy(tmp_path: Path) -> None:
    voice = RecordedVoice(studio(tmp_path / "anna"))
    await voice.start()
    with pytest.raises(SynthesisFailed) as refused:
        await voice.synthesize("Иван Петрович")
    assert "phrases.json" in refused.value.remedy


@pytest.mark.parametrize(
    "index", ["", "[]", '{"а": 1}', '{"а": "absent.wav"}', '{"а": "../secret.wav"}', '{"а": "/etc/hostname"}']
)
async def test_a_wrong_index_is_refused_at_the_start(index: str, tmp_path: Path) -> None:
    folder = studio(tmp_path / "anna")
    (tmp_path / "secret.wav").write_bytes((folder / "hello.wav").read_bytes())
    (folder / "phrases.json").write_text(index)
    with pytest.raises(EngineUnavailable) as refused:
        await RecordedVoice(folder).start()
    assert refused.value.remedy


async def test_a_broken_recording_fails_that_phrase_alone(tmp_path: Path) -> None:
    folder = studio(tmp_path / "anna")
    (folder / "hello.wav").write_bytes(b"RIFF")
    voice = RecordedVoice(folder, FakeVoice())
    await voice.start()
    with pytest.raises(SynthesisFailed):
        await voice.synthesize("Здравствуйте, ещё раз!")
    assert decode(await voice.synthesize("пока")) == ("пока", True)
