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
from robot.speech.joining import joined
from robot.speech.mastering import master
from robot.speech.pcm import to_samples
from robot.speech.process import deaths_of
from tests.speech.accuracy import read_line_audio

pytestmark = pytest.mark.unit

FIXTURES = Path(__file__).parents[2] / "fixtures" / "speech_dev"


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


TEMPLATE = "Здравствуйте, {lead.name}! Это {robot.name}, удобно говорить?"


def in_parts(folder: Path) -> Path:
    """Stretches of 200, 400 and 800 Hz; of the values, "Анна" is recorded too, at 1200."""
    folder.mkdir()
    for number, hz in enumerate((200, 400, 800, 1200)):
        tone = 0.2 * np.sin(2 * np.pi * hz * np.arange(16000) / 16000)
        soundfile.write(folder / f"{number}.wav", tone.astype(np.float32), 16000)
    index = {TEMPLATE: ["0.wav", "1.wav", "2.wav"], "Анна": "3.wav"}
    (folder / "phrases.json").write_text(json.dumps(index), "utf-8")
    return folder


def pitches(pcm: bytes) -> list[int]:
    """The strongest tone of every 50 ms, to the nearest 200 Hz, without repetitions; 0 for silence."""
    windows = np.frombuffer(pcm, "<i2").astype(float)[: len(pcm) // 800 * 400].reshape(-1, 400)
    tones = [
        round(float(np.argmax(np.abs(np.fft.rfft(one)))) * 20 / 200) * 200 if np.abs(one).max() > 1000 else 0
        for one in windows
    ]
    return [tone for tone, before in zip(tones, [-1, *tones], strict=False) if tone and tone != before]


async def test_recorded_stretches_are_joined_with_values_recorded_or_spoken(tmp_path: Path) -> None:
    other = FakeVoice()
    voice = RecordedVoice(in_parts(tmp_path / "anna"), other)
    await voice.start()
    said = await voice.synthesize("Здравствуйте,  иван Петрович! Это Анна, удобно говорить?")
    assert other.spoken == ["иван Петрович!"], "with its sign, by which it is intoned"
    found = pitches(said)
    assert (found[0], found[-3:]) == (200, [400, 1200, 800])


@pytest.mark.parametrize(
    ("text", "join"),
    [
        ("Здравствуйте! Это Анна, удобно говорить?", True),
        ("Здравствуйте, Иван! Это Анна, удобно?", True),
        ("Здравствуйте, Иван! Это Анна, удобно говорить?", False),
    ],
)
async def test_another_phrase_or_an_absent_value_or_the_setting_leaves_the_whole_to_the_other_voice(
    text: str, join: bool, tmp_path: Path
) -> None:
    other = FakeVoice()
    voice = RecordedVoice(in_parts(tmp_path / "anna"), other, join=join)
    await voice.start()
    assert decode(await voice.synthesize(text)) == (text, True)
    assert ("whole" in voice.fingerprint) is not join


@pytest.mark.parametrize("files", [["0.wav"], ["0.wav", "1.wav", "2.wav", "3.wav"], []])
async def test_a_phrase_with_too_many_or_too_few_stretches_is_refused(files: list[str], tmp_path: Path) -> None:
    folder = in_parts(tmp_path / "anna")
    (folder / "phrases.json").write_text(json.dumps({TEMPLATE: files}), "utf-8")
    with pytest.raises(EngineUnavailable):
        await RecordedVoice(folder).start()


@pytest.mark.parametrize("between", [" ", ", "])
def test_no_seam_is_heard_in_a_joined_phrase(between: str) -> None:
    """No step greater than those inside the pieces, one loudness, no hole."""
    pieces = [master(to_samples(read_line_audio(file)), 8000) for file in sorted(FIXTURES.glob("*.flac"))[:6]]
    whole = to_samples(joined([("слово" + between, pcm) for pcm in pieces]))
    longest = sum(len(pcm) for pcm in pieces) // 2
    overlaps = (len(pieces) - 1) * (0.09 if between == ", " else -0.03) * 8000
    assert len(whole) == longest + round(overlaps)

    steps, ends = np.abs(np.diff(whole)), np.cumsum([len(pcm) // 2 for pcm in pieces])
    inside = max(np.abs(np.diff(to_samples(pcm))).max() for pcm in pieces)
    assert steps.max() <= inside
    gap = 0.09 if between == ", " else -0.03
    for number, end in enumerate(ends[:-1]):
        seam = int(end + number * gap * 8000)
        around = steps[seam - 320 : seam + 320 + int(max(gap, 0) * 8000)]
        assert around.max() <= inside
        hole = np.abs(whole[seam - 240 : seam + int(max(gap, 0) * 8000)])
        assert between == ", " or hole.max() > 10 ** (-50 / 20), "a word runs into the next"


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


async def test_deaths_of_the_voice_beneath_are_told(tmp_path: Path) -> None:
    class DyingVoice(FakeVoice):
        deaths = 2

    folder = studio(tmp_path / "anna")
    assert deaths_of(RecordedVoice(folder, DyingVoice())) == 2
    assert deaths_of(RecordedVoice(folder, FakeVoice())) == 0
    assert deaths_of(RecordedVoice(folder)) == 0
