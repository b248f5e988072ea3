"""pyttsx3 over espeak-ng, in a worker process of its own that is replaced when it hangs or dies.

Why a process: see `pyttsx3_worker`. Phrases go to it one at a time, each with a deadline.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from ctypes.util import find_library
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from robot.speech.base import Synthesizer
from robot.speech.engines import tool
from robot.speech.errors import EngineUnavailable, SynthesisFailed, VoiceDied
from robot.speech.mastering import master_file
from robot.speech.options import EngineOptions, Lack
from robot.speech.process import behind_the_calls, reap

_REMEDY = "apt-get install espeak-ng"
_WORKER = (sys.executable, "-m", "robot.speech.engines.pyttsx3_worker")


def lack(options: EngineOptions) -> Lack | None:  # noqa: ARG001 - every engine is asked the same way
    """What keeps this engine from working here; reads the disk only."""
    if find_spec("pyttsx3") is None:
        return Lack(ru="не установлен пакет pyttsx3", en="pyttsx3 is not installed", remedy="pip install pyttsx3")
    if find_library("espeak-ng") is None and find_library("espeak") is None:
        return Lack(ru="не установлена программа espeak-ng", en="espeak-ng is not installed", remedy=_REMEDY)
    return None


def make(options: EngineOptions) -> Synthesizer:
    """The engine as the registry makes it."""
    return Pyttsx3Voice(options.voice or options.language)


class Pyttsx3Voice:
    """See the port `Synthesizer`. rate: words per minute; worker: the command to start, without its arguments."""

    def __init__(
        self, voice: str = "ru", *, rate: int = 150, deadline_s: float = 10.0, worker: Sequence[str] = _WORKER
    ) -> None:
        self._voice = voice
        self._rate = rate
        self._deadline_s = deadline_s
        self._worker = tuple(worker)
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._folder: Path | None = None
        self._died = 0

    @property
    def deaths(self) -> int:
        return self._died + (self._process is not None and self._process.returncode is not None)

    @property
    def name(self) -> str:
        return f"pyttsx3/{self._voice}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name} {metadata.version('pyttsx3')} rate {self._rate} {tool.TEXT_RULES}"

    async def start(self) -> None:
        """Raises EngineUnavailable when espeak-ng or its voice is missing."""
        async with self._turn:
            if self._process is None:
                self._process = await self._launch()

    async def synthesize(self, text: str) -> bytes:
        words = tool.words_to_speak(text)
        async with self._turn:
            audio = await self._say(words)
        return await asyncio.to_thread(master_file, audio)

    async def close(self) -> None:
        async with self._turn:
            await self._stop()
            if self._folder is not None:
                await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
                self._folder = None

    async def _say(self, words: str) -> bytes:
        if self._process is None or self._process.returncode is not None:
            self._died += self._process is not None
            await self._stop()
            self._process = await self._launch()
        if self._folder is None:
            self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="zvonar-voice-"))
        target = self._folder / "speech.wav"
        try:
            await self._ask(self._process, {"text": words, "file": str(target)})
            return await asyncio.to_thread(target.read_bytes)
        except BaseException as failure:
            # After a deadline, a cancellation or a death the next answer could belong to this phrase: begin anew.
            self._died += isinstance(failure, VoiceDied)
            await self._stop()
            raise
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)

    async def _ask(self, process: asyncio.subprocess.Process, request: dict[str, str] | None) -> None:
        """Send a request (or none: the greeting of the worker) and read one answer; an error in it is raised."""
        assert process.stdin is not None  # noqa: S101 - opened with pipes
        assert process.stdout is not None  # noqa: S101
        try:
            async with asyncio.timeout(self._deadline_s):
                if request is not None:
                    process.stdin.write(json.dumps(request).encode() + b"\n")
                    await process.stdin.drain()
                line = await process.stdout.readline()
        except TimeoutError as late:
            raise VoiceDied(f"pyttsx3 took longer than {self._deadline_s:g} s") from late
        except (ConnectionError, ValueError) as broken:
            raise VoiceDied("the pyttsx3 process broke off") from broken
        try:
            answer = json.loads(line)
        except ValueError as garbled:
            raise VoiceDied("the pyttsx3 process died") from garbled
        if answer != {"ok": True}:
            raise SynthesisFailed(f"pyttsx3: {answer.get('error') if isinstance(answer, dict) else answer}")

    async def _launch(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *self._worker,
            self._voice,
            str(self._rate),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        behind_the_calls(process)
        try:
            await self._ask(process, None)
        except SynthesisFailed as silent:
            await reap(process)
            raise EngineUnavailable(f"pyttsx3 does not start: {silent}", remedy=_REMEDY) from silent
        except BaseException:
            await reap(process)
            raise
        return process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await reap(process)
