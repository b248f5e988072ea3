"""Running a speech program once: no shell, text on standard input, a deadline, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from robot.speech.errors import EngineUnavailable, SynthesisFailed, VoiceDied
from robot.speech.mastering import master_file
from robot.speech.process import behind_the_calls, kill_session, reap
from robot.speech.text import spoken

TEXT_RULES = "text2"
"""Part of every fingerprint: raise it when `robot.speech.text` or `mastering` change what is heard."""


def words_to_speak(text: str) -> str:
    """The spoken form of a phrase; raises SynthesisFailed when nothing in it can be said."""
    words = spoken(text)
    if not words:
        raise SynthesisFailed("there is nothing to say in the phrase", remedy="write words into the phrase")
    return words


def find_program(name: str, remedy: str) -> str:
    """Its path. Raises EngineUnavailable with the remedy."""
    path = shutil.which(name)
    if path is None:
        raise EngineUnavailable(f"the program {name} is not installed", remedy=remedy)
    return path


async def run(argv: Sequence[str], stdin: bytes, deadline_s: float) -> bytes:
    """Standard output of a program; errors are joined to the message. Raises SynthesisFailed on a non-zero exit code,
    VoiceDied when a signal ends it or it takes longer than deadline_s. The program and its children are gone
    when this returns."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as unable:
        raise SynthesisFailed(f"{argv[0]} cannot be started: {unable}") from unable
    behind_the_calls(process)
    try:
        async with asyncio.timeout(deadline_s):
            output, errors = await process.communicate(stdin)
    except TimeoutError as late:
        kill_session(process)  # it may have ended: then a child of it still holds the pipes
        raise VoiceDied(f"{argv[0]} took longer than {deadline_s:g} s") from late
    finally:
        await reap(process)
    if process.returncode:
        complaint = errors.decode("utf-8", "replace").strip()[-200:]
        failure = VoiceDied if process.returncode < 0 else SynthesisFailed
        raise failure(f"{argv[0]} ended with code {process.returncode}: {complaint}")
    return output


async def render(command: Callable[[Path], Sequence[str]], words: str, deadline_s: float) -> bytes:
    """Line PCM of `words` spoken by a program that reads text and writes the audio file it is given."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="zvonar-voice-"))
    target = folder / "speech.wav"
    try:
        await run(command(target), words.encode() + b"\n", deadline_s)
        return await asyncio.to_thread(_read, target)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _read(file: Path) -> bytes:
    try:
        audio = file.read_bytes()
    except FileNotFoundError as absent:
        raise SynthesisFailed("the voice wrote no audio") from absent
    return master_file(audio)
