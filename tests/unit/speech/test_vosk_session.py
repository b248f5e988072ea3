"""The session around a native recognizer: order, odd bytes, failures, reuse."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.speech.engines.vosk import Shelf
from robot.speech.engines.vosk_session import VoskSession
from robot.speech.errors import RecognitionFailed
from robot.speech.scheduler import Scheduler
from tests.conftest import HANGS_S
from tests.speech.accuracy import read_line_audio

pytestmark = pytest.mark.unit

SPEECH = read_line_audio(Path(__file__).parents[2] / "fixtures" / "speech_dev" / "020_irina_alaw.flac")
POISON = b"\x00\x80" * 4000


class Native:
    """Behaves as vosk's KaldiRecognizer: counts what it was given, fails on full-scale sound, is not thread-safe."""

    def __init__(self) -> None:
        self.samples = self.clock = 0
        self.loudest = 0
        self.inside = threading.Lock()

    def AcceptWaveform(self, data: bytes) -> int:  # noqa: N802 - vosk's own names
        assert self.inside.acquire(blocking=False), "two threads in one recognizer"
        try:
            if data and min(memoryview(data).cast("h")) < -32_000:
                raise Exception("Failed to process waveform")  # noqa: TRY002
            self.samples += len(data) // 2
            self.clock += len(data) // 2
            self.loudest = max(self.loudest, *memoryview(data).cast("h")) if data else self.loudest
        finally:
            self.inside.release()
        return 0

    def PartialResult(self) -> str:  # noqa: N802
        return json.dumps({"partial": f"{self.samples}"})

    def FinalResult(self) -> str:  # noqa: N802
        start, end = (self.clock - self.samples) / 16_000 + 0.1, self.clock / 16_000
        timed = [{"word": f"{self.samples}", "start": start, "end": end, "conf": 0.9}]
        words = {"text": f"{self.samples} {self.loudest}", "result": timed} if self.samples else {}
        self.samples = self.loudest = 0
        return json.dumps(words)


class Stock:
    """Counts the recognizers that were made."""

    def __init__(self) -> None:
        self.made = 0
        self.shelf = Shelf(self.make)

    def make(self) -> Native:
        self.made += 1
        return Native()


async def handed_on(stock: Stock) -> None:
    """Until the thread that closes a session has given its recognizer back."""
    async with asyncio.timeout(HANGS_S):
        while not stock.shelf._idle:
            await asyncio.sleep(0)


@pytest.fixture
def pool() -> Iterator[Scheduler]:
    pool = Scheduler(2, "test")
    yield pool
    pool.stop()


@pytest.mark.parametrize("chunk", [320, 317, 1, 50_000])
async def test_every_sample_is_decoded_once_however_the_bytes_are_cut(chunk: int, pool: Scheduler) -> None:
    session = VoskSession(Stock().shelf, pool)
    for at in range(0, len(SPEECH), chunk):
        session.accept(SPEECH[at : at + chunk])
    samples, loudest = map(int, (await session.finish()).text.split())
    assert abs(samples - len(SPEECH)) <= 2, "twice the rate, half the bytes"
    assert loudest < 1.3 * max(memoryview(SPEECH).cast("h")), "a byte out of step would be noise at full scale"
    await session.close()


async def test_utterances_come_back_in_the_order_they_were_spoken(pool: Scheduler) -> None:
    session = VoskSession(Stock().shelf, pool)
    answers = []
    for part in (SPEECH, SPEECH[: len(SPEECH) // 4 * 2], SPEECH):
        session.accept(part)
        answers.append(asyncio.create_task(session.finish()))
        await asyncio.sleep(0)
    lengths = [int(heard.text.split()[0]) for heard in await asyncio.gather(*answers)]
    assert abs(lengths[0] - 2 * lengths[1]) < 10
    assert lengths[0] == lengths[2]
    await session.close()


async def test_words_are_timed_from_the_first_sound_of_their_utterance(pool: Scheduler) -> None:
    """The native one counts from its own beginning: over its warming up, and all it has served."""
    stock = Stock()
    for _call in range(2):
        session = VoskSession(stock.shelf, pool)
        for _utterance in range(2):
            session.accept(SPEECH)
            [word] = (await session.finish()).words
            assert (word.from_ms, word.confidence) == (100, 0.9)
            assert word.to_ms == pytest.approx(len(SPEECH) / 16, abs=2)
        await session.close()
        await handed_on(stock)
    assert stock.made == 1


async def test_a_native_failure_costs_one_utterance_and_one_recognizer(pool: Scheduler) -> None:
    stock = Stock()
    session = VoskSession(stock.shelf, pool)
    session.accept(SPEECH)
    assert (await session.finish()).text
    session.accept(POISON)
    session.accept(SPEECH)
    with pytest.raises(RecognitionFailed, match="Vosk"):
        await session.finish()
    session.accept(SPEECH)
    assert (await session.finish()).text
    assert stock.made == 2
    await session.close()


async def test_a_recognizer_that_cannot_be_made_fails_the_utterance(pool: Scheduler) -> None:
    def refuse() -> Native:
        raise Exception("Failed to create a recognizer")  # noqa: TRY002

    session = VoskSession(Shelf(refuse), pool)
    session.accept(SPEECH)
    with pytest.raises(RecognitionFailed):
        await session.finish()
    await session.close()


async def test_recognizers_go_from_finished_calls_to_new_ones(pool: Scheduler) -> None:
    stock = Stock()
    for _ in range(5):
        session = VoskSession(stock.shelf, pool)
        session.accept(SPEECH)
        await session.finish()
        session.accept(SPEECH)  # hung up in the middle of a word
        await session.close()
        await handed_on(stock)
    assert stock.made == 1
    fresh = VoskSession(stock.shelf, pool)
    assert (await fresh.finish()).text == "", "nothing of the last call is left in it"
    await fresh.close()


async def test_closing_the_pool_or_the_session_fails_who_waits(pool: Scheduler) -> None:
    session = VoskSession(Stock().shelf, pool)
    pool.stop()
    session.accept(SPEECH)
    with pytest.raises(RecognitionFailed):
        await session.finish()
    await session.close()
    with pytest.raises(RecognitionFailed):
        await session.finish()
