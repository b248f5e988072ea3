"""A robot without understanding: it plays tones as long as its phrases would be, gives the hints, waits for the client
to have spoken, and goes on with the next phrase. Enough for the simulated people to show what they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from uuid import uuid4

import numpy as np

from telephony.base import Call, CallSpec, Ended, Frame
from telephony.simulated.directory import NumberedDirectory
from telephony.simulated.library import Library, load_library
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.speech import load_voices
from telephony.simulated.subscriber import Said
from tests.contracts.people import tone

SALES = (
    Said("greeting", "Здравствуйте! Меня зовут Анна, компания Геометка. Вы занимаетесь рекламой?"),
    Said("offer", "Приводим клиентов с карт. Давайте встретимся, и я покажу, как это работает?"),
    Said("argument", "Понимаю вас. Встреча бесплатная. Давайте попробуем?"),
    Said("argument_2", "Тогда короткая встреча в интернете?"),
    Said("slots", "В понедельник в одиннадцать утра или во вторник в три?"),
    Said("slots_2", "В среду в десять утра или в четверг в два?"),
    Said("email", "На какую почту прислать?"),
    Said("name", "Как к вам обращаться?"),
    Said("read_back", "Понедельник, одиннадцать утра, верно?"),
    Said("farewell", "Спасибо! До свидания."),
)
CHARACTERS_PER_S = 14


@cache
def library() -> Library:
    """The people this package brings, read once."""
    return load_library()


class NotedVoices:
    """The real voices, and a note of what was said in which."""

    def __init__(self) -> None:
        self._real = load_voices()
        self.said: list[tuple[str, str]] = []

    def pcm(self, voice: str, text: str) -> bytes:
        self.said.append((voice, text))
        return self._real.pcm(voice, text)


@dataclass
class Told:
    """One phrase of the puppet. ended_s: its last sound. answered_s: the client's first sound since it began."""

    said: Said
    began_s: float
    ended_s: float = 0.0
    answered_s: float | None = None


@dataclass
class Talk:
    """What became of a call."""

    words: list[tuple[str, str]]
    phrases: list[Told] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    ended: Ended | None = None

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.words]

    @property
    def voices(self) -> list[str]:
        return list(dict.fromkeys(voice for voice, _ in self.words))

    @property
    def seconds(self) -> float:
        return self.frames[-1].at_s - self.frames[0].at_s if self.frames else 0.0


def is_loud(pcm: bytes) -> bool:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return bool(samples.size and np.sqrt(np.mean(samples**2)) > 200)


def sound(said: Said) -> bytes:
    return tone(300.0, len(said.text) / CHARACTERS_PER_S)


@asynccontextmanager
async def exchange(seed: int = 0) -> AsyncIterator[tuple[SimulatedLine, NumberedDirectory, NotedVoices]]:
    """A running line with the people this package brings."""
    voices = NotedVoices()
    directory = NumberedDirectory(library(), voices, seed)
    line = SimulatedLine(directory, SimulatedLineSettings())
    running = asyncio.create_task(line.run())
    try:
        yield line, directory, voices
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def talk(
    persona: str, phrases: Sequence[Said] = SALES, *, seed: int = 0, index: int = 0, hints: bool = True
) -> Talk:
    """Call a persona and say the phrases to it, one after another; then be silent until the client leaves."""
    async with exchange(seed) as (line, directory, voices):
        call = await line.dial(CallSpec(uuid4(), directory.number_for(persona, index)))
        result = Talk(voices.said)
        await _converse(line, call, phrases, result, hints=hints)
        result.ended = call.ended
        return result


async def _converse(
    line: SimulatedLine, call: Call, phrases: Sequence[Said], result: Talk, *, hints: bool, patience_s: float = 3.0
) -> None:
    left = list(phrases)
    playback = None
    loud_s = None
    wait_until_s = asyncio.get_running_loop().time() + 1.6
    async for frame in call.frames():
        result.frames.append(frame)
        if is_loud(frame.heard):
            loud_s = frame.at_s
            if result.phrases and result.phrases[-1].answered_s is None:
                result.phrases[-1].answered_s = frame.at_s
        if playback is not None:
            if not playback.done:
                continue
            result.phrases[-1].ended_s = frame.at_s
            playback, wait_until_s = None, frame.at_s + patience_s
        answered = bool(result.phrases and result.phrases[-1].answered_s is not None)
        client_done = loud_s is not None and round(frame.at_s - loud_s, 3) > 0.9 and (answered or not result.phrases)
        if left and (
            client_done
            or (round(frame.at_s - wait_until_s, 3) > 0 and (loud_s is None or round(frame.at_s - loud_s, 3) > 0.9))
        ):
            said = left.pop(0)
            if hints:
                line.told(call.call_id, said)
            result.phrases.append(Told(said, frame.at_s))
            playback = call.play(sound(said))
