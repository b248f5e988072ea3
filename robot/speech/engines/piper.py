"""Piper: neural voices, with a voice file that the user supplies.

The program `piper` runs beside the robot, never inside it: the maintained package (piper-tts of the Open Home
Foundation) is GPL-3.0-or-later. The older MIT programs take the same arguments. Voices have licences of their own,
written in the MODEL_CARD beside each. One stays running between phrases: loading a voice takes a second or two.

    <models>/piper/ru_RU-irina-medium.onnx and ru_RU-irina-medium.onnx.json
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.engines import tool
from robot.speech.engines.warm import WarmProgram
from robot.speech.errors import EngineUnavailable, SynthesisFailed
from robot.speech.mastering import master_file
from robot.speech.options import EngineOptions, Lack

_FOLDER = "piper"
_INSTALL = "pipx install piper-tts"


def voices(models_dir: Path) -> dict[str, Path]:
    """Voice files by their names; those without their settings beside them are left out. Reads the disk."""
    found = sorted((models_dir / _FOLDER).glob("*.onnx"))
    return {file.stem: file for file in found if file.with_name(file.name + ".json").is_file()}


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working here; reads the disk only."""
    if shutil.which("piper") is None:
        return Lack(ru="не установлена программа piper", en="piper is not installed", remedy=_INSTALL)
    if _chosen(options) is None:
        folder = options.models_dir / _FOLDER
        return Lack(
            ru=f"в папке {folder} нет голоса {options.voice or options.language}",
            en=f"there is no voice {options.voice or options.language} in {folder}",
            remedy=f"put a voice there: NAME.onnx and NAME.onnx.json into {folder}",
        )
    return None


def make(options: EngineOptions) -> Synthesizer:
    """The engine as the registry makes it."""
    absent = options.models_dir / _FOLDER / f"{options.voice or options.language}.onnx"
    return PiperVoice(_chosen(options) or absent)


def _chosen(options: EngineOptions) -> Path | None:
    present = voices(options.models_dir)
    if options.voice:
        return present.get(options.voice)
    return next((file for name, file in present.items() if name.startswith(options.language)), None)


def _digest(file: Path) -> str:
    """Of a voice: its settings, and the size of its network."""
    settings = file.with_name(file.name + ".json").read_bytes()
    return hashlib.sha256(settings + str(file.stat().st_size).encode()).hexdigest()[:12]


class PiperVoice:
    """See the port `Synthesizer`. file: the voice; program: how piper is called."""

    def __init__(self, file: Path, *, program: str = "piper", at_once: int = 1, deadline_s: float = 30.0) -> None:
        self._file = file
        self._program = program
        self._at_once = at_once
        self._deadline_s = deadline_s
        self._version = ""
        self._folder: Path | None = None
        self._warm: WarmProgram | None = None
        self._died_before = 0

    @property
    def name(self) -> str:
        return f"piper/{self._file.stem}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name} {self._version} {tool.TEXT_RULES}"

    @property
    def deaths(self) -> int:
        return self._died_before + (0 if self._warm is None else self._warm.deaths)

    async def start(self) -> None:
        program = tool.find_program(self._program, _INSTALL)
        try:
            self._version = await asyncio.to_thread(_digest, self._file)
        except OSError as absent:
            remedy = f"put NAME.onnx and NAME.onnx.json into {self._file.parent}"
            raise EngineUnavailable(f"there is no voice {self._file}", remedy=remedy) from absent
        await self.close()
        self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="zvonar-voice-"))
        self._warm = WarmProgram(
            [program, "--model", str(self._file), "--output_dir", str(self._folder)],
            lambda line: line.rstrip().endswith(b".wav"),
            at_once=self._at_once,
            deadline_s=self._deadline_s,
        )

    async def synthesize(self, text: str) -> bytes:
        words = tool.words_to_speak(text)
        if self._warm is None or self._folder is None:
            raise SynthesisFailed("the voice was not started")
        told = (await self._warm.ask(words.encode() + b"\n")).decode("utf-8", "replace")
        file = self._folder / Path(told.strip()).name
        return await asyncio.to_thread(_taken, file)

    async def close(self) -> None:
        warm, self._warm = self._warm, None
        if warm is not None:
            self._died_before += warm.deaths
            await warm.close()
        folder, self._folder = self._folder, None
        if folder is not None:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _taken(file: Path) -> bytes:
    try:
        audio = file.read_bytes()
    except OSError as absent:
        raise SynthesisFailed("piper wrote no audio") from absent
    finally:
        file.unlink(missing_ok=True)
    return master_file(audio)
