"""A robot without understanding: it plays tones as long as its phrases would be, gives the hints, waits for the client
to have spoken, and goes on with the next phrase. Enough for the simulated people to show what they do."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from telephony.audio import FRAME_S
from telephony.playback import OutgoingAudio, Playback
from telephony.simulated.condition import Condition
from telephony.simulated.directory import NumberedDirectory
from telephony.simulated.library import Library, load_library
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.speech import load_voices
from telephony.simulated.subscriber import PickUp, Said, Subscriber
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
LONGEST_CALL_S = 300.0


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
    """What became of a call. words: pairs of voice and text. heard: what the puppet heard in each 20 ms of it."""

    words: list[tuple[str, str]]
    phrases: list[Told] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    client_left: bool = False

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.words]

    @property
    def voices(self) -> list[str]:
        return list(dict.fromkeys(voice for voice, _ in self.words))

    @property
    def seconds(self) -> float:
        return len(self.heard) * FRAME_S


def is_loud(pcm: bytes) -> bool:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return bool(samples.size and np.sqrt(np.mean(samples**2)) > 200)


def sound(said: Said) -> bytes:
    """Syllables of 260 ms with gaps of 80 ms between them, and a short silence before the first one, as speech has."""
    syllables = tone(300.0, len(said.text) / CHARACTERS_PER_S)
    step, gap = 16 * 340, bytes(16 * 80)
    pieces = (gap + syllables[at + len(gap) : at + step] for at in range(0, len(syllables), step))
    return b"".join(pieces)


@asynccontextmanager
async def exchange(seed: int = 0) -> AsyncIterator[tuple[SimulatedLine, NumberedDirectory, NotedVoices]]:
    """A running line with the people this package brings."""
    voices = NotedVoices()
    directory = NumberedDirectory(library(), voices, seed)
    line = SimulatedLine(directory, SimulatedLineSettings())
    running = asyncio.create_task(line.run())
    try:
        async with asyncio.timeout(LONGEST_CALL_S):
            yield line, directory, voices
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def talk(persona: str, phrases: Sequence[Said] = SALES, *, seed: int = 0, index: int = 0, hints: bool = True) -> Talk:
    """Say the phrases to a persona, one after another; then be silent until it leaves. Time is counted in ticks."""
    voices = NotedVoices()
    directory = NumberedDirectory(library(), voices, seed)
    client = directory.subscriber(directory.number_for(persona, index))
    assert client.ringing.then is PickUp.ANSWER
    return _converse(client, phrases, Talk(voices.said), hints=hints)


def _converse(client: Subscriber, phrases: Sequence[Said], result: Talk, *, hints: bool) -> Talk:
    robot, condition = OutgoingAudio(), Condition()
    left, playing = deque(phrases), Playback(b"")
    loud_s, wait_until_s = -1.0, 1.6
    for tick in range(round(LONGEST_CALL_S / FRAME_S)):
        at_s = round(tick * FRAME_S, 3)
        said = client.tick(at_s, condition.carry(robot.next_frame()))
        if said is None:
            result.client_left = True
            break
        result.heard.append(said)
        told = result.phrases[-1] if result.phrases else None
        if is_loud(said):
            loud_s = at_s
            if told is not None and told.answered_s is None:
                told.answered_s = at_s
        if not playing.done:
            continue
        if told is not None and not told.ended_s:
            told.ended_s, wait_until_s = at_s, at_s + 3.0
        answered = loud_s >= 0 and (told is None or told.answered_s is not None)
        if left and (answered or at_s > wait_until_s) and at_s - loud_s > 0.9:
            result.phrases.append(Told(left[0], at_s))
            if hints:
                client.told(left[0])
            playing = robot.play(sound(left.popleft()))
    return result
