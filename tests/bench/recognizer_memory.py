"""What the recognizer's process holds when it is driven without a pause: an hour's sentences in seven minutes.

    .venv/bin/python -m tests.bench.recognizer_memory SPEECH_DIR [--minutes 7]

Three talks at once take sentences of the folder by lot, with two looks at each. Every twenty seconds a line: seconds,
sentences, MB. It gives memory back now and then, so what tells is the lowest of a minute, first and last.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from pathlib import Path
from random import Random

import psutil
import structlog

from robot.settings import Settings
from robot.speech import registry
from robot.speech.base import Recognizer
from robot.speech.options import EngineOptions
from tests.speech.accuracy import read_line_audio

AT_ONCE = 3
EVERY_S = 20.0


async def talk(recognizer: Recognizer, audio: list[bytes], rng: Random, until_s: float, done: list[int]) -> None:
    while time.monotonic() < until_s:
        session = recognizer.session()
        pcm = rng.choice(audio)
        first, second = sorted(2 * rng.randrange(len(pcm) // 2) for _ in range(2))
        for part in (pcm[:first], pcm[first:second]):
            session.accept(part)
            await session.glance()
        session.accept(pcm[second:])
        await session.finish()
        await session.close()
        done[0] += 1


async def tell(until_s: float, done: list[int]) -> None:
    began_s = time.monotonic()
    while (now_s := time.monotonic()) < until_s:
        held = sum(process.memory_info().rss for process in psutil.Process().children(recursive=True))
        print(f"{now_s - began_s:.0f} s, {done[0]} sentences, {held / 1e6:.1f} MB", flush=True)
        await asyncio.sleep(EVERY_S)


async def drive(audio: list[bytes], minutes: float) -> None:
    recognizer = registry.apart(EngineOptions(Settings().data_dir / "models"), "whisper")
    await recognizer.start()
    until_s, done, rng = time.monotonic() + 60 * minutes, [0], Random(1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(tell(until_s, done))
        for _ in range(AT_ONCE):
            tasks.create_task(talk(recognizer, audio, rng, until_s, done))
    await recognizer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What the recognizer's process holds, driven without a pause.")
    parser.add_argument("speech", type=Path)
    parser.add_argument("--minutes", type=float, default=7.0)
    given = parser.parse_args()
    sentences = [read_line_audio(file) for file in sorted(given.speech.glob("*.flac"))]
    if not sentences:
        parser.error(f"{given.speech} has no .flac files")
    # Not a line for each sentence.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(drive(sentences, given.minutes))
