"""Choosing among what is installed, on machines that have little or nothing."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from robot.speech import registry
from robot.speech.engines import rhvoice
from robot.speech.engines.recorded import RecordedVoice
from robot.speech.engines.vosk import find_model
from robot.speech.errors import EngineUnavailable, ModelMissing
from robot.speech.options import EngineOptions
from tests.unit.speech.test_recorded import studio

pytestmark = pytest.mark.unit

VOSK_FILES = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst")
WHISPER_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.json")


def install(folder: Path, files: tuple[str, ...]) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EngineOptions:
    """No speech program on the PATH, no library, no model."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("robot.speech.engines.pyttsx3.find_library", lambda _name: None)
    return EngineOptions(models_dir=tmp_path / "models")


def test_nothing_installed_is_a_clear_error_with_commands(bare_machine: EngineOptions) -> None:
    with pytest.raises(ModelMissing) as deaf:
        registry.best_recognizer(bare_machine)
    assert "zvonar models pull whisper-base" in deaf.value.remedy
    with pytest.raises(EngineUnavailable) as dumb:
        registry.best_voice(bare_machine)
    assert "festvox-ru" in dumb.value.remedy
    report = registry.available(bare_machine)
    assert [one.name for one in report] == [*registry.RECOGNIZERS, *registry.SYNTHESIZERS]
    assert all(one.lack and one.lack.ru and one.lack.en and one.lack.remedy for one in report)


def test_a_russian_vosk_model_beats_whisper_and_the_large_beats_the_small(bare_machine: EngineOptions) -> None:
    models = bare_machine.models_dir
    install(models / "whisper-base", WHISPER_FILES)
    assert registry.best_recognizer(bare_machine).name == "whisper"
    install(models / "vosk-model-small-ko", VOSK_FILES)
    install(models / "vosk-model-ru-0.42", VOSK_FILES[:-1])
    assert registry.best_recognizer(bare_machine).name == "whisper", "Korean, or half a model, does not count"
    small = install(models / "vosk-model-small-ru-0.22", VOSK_FILES)
    assert registry.best_recognizer(bare_machine).name == "vosk"
    named = replace(bare_machine, servers=("ws://10.0.0.5:2700",))
    assert registry.best_recognizer(named).name == "vosk-server", "who names a server wants it"
    assert find_model(models, "ru") == small
    large = install(models / "vosk-model-ru-0.42", VOSK_FILES)
    assert find_model(models, "ru") == large


def test_recordings_alone_are_a_voice(bare_machine: EngineOptions, tmp_path: Path) -> None:
    options = EngineOptions(models_dir=tmp_path, recordings_dir=studio(tmp_path / "anna"))
    assert isinstance(registry.best_voice(options), RecordedVoice)


def test_a_voice_is_chosen_by_engine_and_name(tmp_path: Path) -> None:
    options = EngineOptions(models_dir=tmp_path)
    assert registry.voice("rhvoice/elena", options).name == "rhvoice/elena"
    assert registry.voice("festival", options).name == "festival/msu_ru_nsh_clunits"
    assert registry.voice("pyttsx3", options).name == "pyttsx3/ru"
    with pytest.raises(EngineUnavailable) as unknown:
        registry.voice("siri/anna", options)
    assert "rhvoice" in unknown.value.remedy
    with pytest.raises(EngineUnavailable):
        registry.recognizer("hal9000", options)
    with pytest.raises(ValueError, match="festival voice"):
        registry.voice('festival/x) (system "reboot"', options)


def test_voices_that_may_not_be_used_commercially_are_never_offered() -> None:
    assert set(rhvoice.COMMERCIAL_VOICES).isdisjoint({"artemiy", "pavel", "tatiana", "victoria", "mikhail", "yuriy"})
    lack = rhvoice.lack(EngineOptions(models_dir=Path("x"), voice="victoria"))
    assert lack is not None


async def test_a_missing_model_shows_at_the_start_with_the_command(tmp_path: Path) -> None:
    for name in ("vosk", "whisper"):
        with pytest.raises(ModelMissing) as missing:
            await registry.recognizer(name, EngineOptions(models_dir=tmp_path)).start()
        assert "zvonar models pull" in missing.value.remedy


async def test_a_damaged_model_is_told_from_a_missing_one(tmp_path: Path) -> None:
    install(tmp_path / "whisper-base", WHISPER_FILES)
    with pytest.raises(ModelMissing, match="cannot be loaded") as damaged:
        await registry.recognizer("whisper", EngineOptions(models_dir=tmp_path)).start()
    assert "delete" in damaged.value.remedy


def test_what_an_engine_is_told_reaches_a_process_of_its_own_whole(tmp_path: Path) -> None:
    told = EngineOptions(tmp_path, "anna", tmp_path / "studio", False, "ko", 7, ("ws://10.0.0.5:2700",))
    assert EngineOptions.of(json.loads(json.dumps(told.plain()))) == told
    assert EngineOptions.of(json.loads(json.dumps(EngineOptions(tmp_path).plain()))) == EngineOptions(tmp_path)
    unsaid = [
        field.name for field in fields(told) if getattr(told, field.name) == getattr(EngineOptions(Path()), field.name)
    ]
    assert not unsaid, "every field differs from its default here"


@pytest.mark.parametrize("name", list(registry.RECOGNIZERS))
def test_a_recognizers_name_is_that_of_its_line(name: str, tmp_path: Path) -> None:
    assert registry.recognizer(name, EngineOptions(tmp_path, servers=("ws://10.0.0.5:2700",))).name == name
