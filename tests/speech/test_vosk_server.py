"""Vosk on other machines: servers that vanish, fall silent, or are no recognizers at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.speech import registry
from robot.speech.engines.vosk_server import VoskServerRecognizer
from robot.speech.errors import EngineUnavailable, RecognitionFailed
from robot.speech.options import EngineOptions
from tests.conftest import HANGS_S
from tests.speech.accuracy import read_line_audio
from tests.speech.conftest import FIXTURES, KOREAN, models_dir
from tests.speech.vosk_server import VoskServer

pytestmark = pytest.mark.speech

SPEECH = read_line_audio(FIXTURES / "020_irina_alaw.flac")
NOBODY = "ws://127.0.0.1:9"


@pytest.fixture
def another(vosk_server: VoskServer, steady_models: Path) -> Iterator[VoskServer]:
    server = VoskServer(steady_models / KOREAN)
    with server.running():
        yield server


async def test_an_utterance_goes_on_at_another_server_when_its_own_vanishes(
    vosk_server: VoskServer, another: VoskServer
) -> None:
    recognizer = VoskServerRecognizer((vosk_server.address, another.address), language="ko")
    session = recognizer.session()
    session.accept(SPEECH[: len(SPEECH) // 2])
    await session.glance()
    vosk_server.cut()
    another.cut()
    session.accept(SPEECH[len(SPEECH) // 2 :])
    heard = await session.finish()
    whole_ms = len(SPEECH) / 16
    assert heard.words[0].from_ms < whole_ms / 2, "what was said before, too"
    assert whole_ms / 2 < heard.words[-1].to_ms <= whole_ms + 50
    await session.close()


async def test_partial_words_come_while_somebody_speaks(vosk_server: VoskServer) -> None:
    session = VoskServerRecognizer((vosk_server.address,), language="ko").session()
    session.accept(SPEECH)
    async with asyncio.timeout(HANGS_S):
        while not session.partial:
            await asyncio.sleep(0)
    assert (await session.finish()).text
    assert session.partial == ""
    await session.close()


async def test_where_nobody_answers_the_start_says_so_and_a_call_fails_alone() -> None:
    recognizer = VoskServerRecognizer((NOBODY,))
    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:9") as told:
        await recognizer.start()
    assert "RECOGNIZER_SERVERS" in told.value.remedy
    session = recognizer.session()
    session.accept(SPEECH)
    with pytest.raises(RecognitionFailed):
        await session.finish()
    await session.close()


async def test_a_server_that_failed_is_left_alone(vosk_server: VoskServer) -> None:
    now = 0.0
    recognizer = VoskServerRecognizer((NOBODY, vosk_server.address), language="ko", clock=lambda: now)
    assert recognizer.take() == NOBODY
    recognizer.give_back(NOBODY, failed=True)
    assert [recognizer.take() for _ in range(3)] == [vosk_server.address] * 3
    now = 60.0
    assert recognizer.take() == NOBODY


@pytest.mark.parametrize("address", ["http://10.0.0.5:2700", "10.0.0.5:2700", "ws://", "ws://user:secret@/x"])
def test_what_is_no_address_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(EngineUnavailable, match="no address") as told:
        registry.recognizer("vosk-server", EngineOptions(models_dir(), servers=(address,)))
    assert "secret" not in str(told.value)
