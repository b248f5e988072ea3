"""Trying voices and recognition from the command line, with real engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner, Result

from robot.cli.main import zvonar
from robot.settings import Settings
from robot.speech.engines import pyttsx3, whisper
from robot.speech.errors import EngineUnavailable
from robot.speech.options import EngineOptions
from tests.conftest import missing_service
from tests.speech.conftest import FIXTURES, models_dir

pytestmark = pytest.mark.speech

VOICE = ("--voice", "pyttsx3")
SCRIPT = """
script: tiny
title: Малый
goal: meeting
start: hello
phrases:
  hello:
    say: Здравствуйте, {lead.name}! Вам удобно?
    answers: {yes: bye, no: bye}
  bye: {say: До свидания!, end: refused, reason: test}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    lack = pyttsx3.lack(EngineOptions(models_dir()))
    if lack is not None:
        missing_service(f"{lack.en}; {lack.remedy}")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models_dir())
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(zvonar, arguments, obj=settings, catch_exceptions=False)


def test_a_text_is_shown_as_it_is_spoken_and_written_as_it_sounds(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "said.wav"
    result = run(settings, "say", "В 11:00 за 9000 руб.", *VOICE, "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["voice"] == "pyttsx3/ru"
    (phrase,) = told["phrases"]
    assert phrase["spoken"] == "В одиннадцать часов за девять тысяч рублей"
    assert -26 < phrase["level_dbfs"] < -17
    sound = soundfile.info(out)
    assert (sound.samplerate, sound.channels) == (8000, 1)
    assert abs(sound.duration - phrase["duration_s"]) < 0.02


def test_a_script_is_said_whole_and_a_phrase_that_cannot_be_is_told(settings: Settings, tmp_path: Path) -> None:
    script = tmp_path / "tiny.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    told = json.loads(run(settings, "say", str(script), *VOICE, "--set", "lead.name=Пётр", "--json").output)
    texts = [phrase["text"] for phrase in told["phrases"]]
    assert "Здравствуйте, Пётр! Вам удобно?" in texts
    assert "До свидания!" in texts
    shown = run(settings, "say", str(script), *VOICE)
    assert shown.exit_code == 0
    assert "До свидания" in shown.output
    failed = run(settings, "say", "…", *VOICE)
    assert failed.exit_code == 1
    assert "Не сказать" in failed.output


def test_publishing_renders_all_phrases_once(settings: Settings, tmp_path: Path) -> None:
    script = tmp_path / "tiny.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    for _ in range(2):
        result = run(settings, "script", "publish", str(script), *VOICE)
        assert result.exit_code == 0, result.output
        files = {file: file.read_bytes() for file in settings.phrases_dir.iterdir()}
    assert len(files) > 2
    assert "pyttsx3/ru" in result.output
    assert {file: file.read_bytes() for file in settings.phrases_dir.iterdir()} == files


def test_an_unknown_voice_is_refused_with_the_ones_there_are(settings: Settings) -> None:
    with pytest.raises(EngineUnavailable) as refused:
        run(settings, "say", "да", "--voice", "chaliapin")
    assert "rhvoice" in refused.value.remedy


def test_a_recorded_answer_is_heard_understood_and_judged(settings: Settings) -> None:
    lack = whisper.lack(EngineOptions(models_dir()))
    if lack is not None:
        missing_service(f"{lack.en}; {lack.remedy}")
    file = str(FIXTURES / "004_elena_alaw.flac")
    asked = ("--script", "cold_call", "--phrase", "greeting", "--recognizer", "whisper")
    heard = json.loads(run(settings, "hear", file, *asked, "--json").output)
    assert (heard["intent"], heard["completeness"]) == ("no", "bare")
    assert heard["transcript"]
    assert set(heard["took_ms"]) == {"load", "recognize", "understand", "completeness"}
    assert "Понято" in run(settings, "hear", file, *asked).output


def test_a_phrase_without_its_script_and_a_file_without_sound_are_refused(settings: Settings, tmp_path: Path) -> None:
    file = str(FIXTURES / "004_elena_alaw.flac")
    assert run(settings, "hear", file, "--phrase", "greeting").exit_code == 2
    (tmp_path / "not.wav").write_bytes(b"RIFF")
    refused = run(settings, "hear", str(tmp_path / "not.wav"))
    assert refused.exit_code == 1
    assert "WAV" in refused.output
