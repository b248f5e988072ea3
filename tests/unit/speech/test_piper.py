"""Piper's voices and its process, by a stand-in for the program: its voices are files that users supply."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from robot.speech.engines import piper
from robot.speech.engines.piper import PiperVoice
from robot.speech.errors import EngineUnavailable, SynthesisFailed
from robot.speech.options import EngineOptions
from robot.speech.process import deaths_of
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit

STAND_IN = Path(__file__).with_name("warm_program.py")


def supplied(models: Path, *names: str) -> Path:
    folder = models / "piper"
    folder.mkdir(parents=True)
    for name in names:
        (folder / f"{name}.onnx").write_bytes(b"network")
        (folder / f"{name}.onnx.json").write_text("{}", "utf-8")
    return folder


@pytest.fixture
async def voice(tmp_path: Path) -> AsyncIterator[PiperVoice]:
    folder = supplied(tmp_path, "ru_RU-irina-medium")
    program = tmp_path / "piper-program"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{STAND_IN}" "$@"\n', "utf-8")
    program.chmod(0o755)
    voice = PiperVoice(folder / "ru_RU-irina-medium.onnx", program=str(program), deadline_s=HANGS_S)
    await voice.start()
    yield voice
    await voice.close()


def pid(tmp_path: Path) -> int:
    return int((tmp_path / "piper" / "ru_RU-irina-medium.pid").read_text())


async def test_one_process_speaks_phrase_after_phrase_and_leaves_no_files(voice: PiperVoice, tmp_path: Path) -> None:
    short = await voice.synthesize("да")
    first = pid(tmp_path)
    longer, again = await asyncio.gather(voice.synthesize("да да да да да"), voice.synthesize("да"))
    assert len(longer) > len(short) == len(again)
    assert pid(tmp_path) == first
    folder = voice._folder
    assert folder is not None
    assert list(folder.iterdir()) == []
    await voice.close()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


@pytest.mark.parametrize("fault", ["умри", "молчи"])
async def test_after_a_fault_the_next_phrase_is_spoken(fault: str, voice: PiperVoice) -> None:
    with pytest.raises(SynthesisFailed, match="out of memory" if fault == "умри" else "no audio"):
        await voice.synthesize(fault)
    assert len(await voice.synthesize("да")) > 0
    assert deaths_of(voice) == (fault == "умри")


async def test_a_death_between_two_phrases_is_counted_once_and_before_the_next(
    voice: PiperVoice, tmp_path: Path
) -> None:
    await voice.synthesize("да")
    assert voice._warm is not None
    (waiting,) = voice._warm._idle
    os.kill(pid(tmp_path), signal.SIGKILL)
    await waiting.wait()
    assert deaths_of(voice) == 1
    assert len(await voice.synthesize("да")) > 0
    assert deaths_of(voice) == 1
    await voice.close()
    assert deaths_of(voice) == 1, "what was counted stays, and an end in order is none"


async def test_who_gives_up_leaves_no_answer_for_the_next(voice: PiperVoice) -> None:
    short = await voice.synthesize("да")
    hanging = asyncio.create_task(voice.synthesize("зависни да да да да да"))
    await asyncio.sleep(0)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await voice.synthesize("да") == short
    assert deaths_of(voice) == 0


def test_a_voice_needs_its_settings_beside_it_and_the_language_chooses(tmp_path: Path) -> None:
    folder = supplied(tmp_path, "en_US-joe-medium", "ru_RU-irina-medium")
    (folder / "ru_RU-bare.onnx").write_bytes(b"network")
    assert set(piper.voices(tmp_path)) == {"en_US-joe-medium", "ru_RU-irina-medium"}
    assert piper.make(EngineOptions(tmp_path)).name == "piper/ru_RU-irina-medium"
    assert piper.make(EngineOptions(tmp_path, voice="en_US-joe-medium")).name == "piper/en_US-joe-medium"


async def test_a_missing_program_or_voice_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lacking = piper.lack(EngineOptions(tmp_path))
    assert lacking is not None
    assert "piper-tts" in lacking.remedy
    (tmp_path / "piper").mkdir()
    with pytest.raises(EngineUnavailable):
        await PiperVoice(tmp_path / "piper" / "ru.onnx").start()
    with pytest.raises(EngineUnavailable) as absent:
        await PiperVoice(tmp_path / "piper" / "ru.onnx", program=sys.executable).start()
    assert "onnx.json" in absent.value.remedy
