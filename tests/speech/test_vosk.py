"""What holds of Vosk alone: words while the client speaks."""

from __future__ import annotations

import asyncio

import pytest

from robot.speech.base import Recognizer
from tests.conftest import HANGS_S
from tests.speech.accuracy import read_line_audio
from tests.speech.conftest import FIXTURES

pytestmark = pytest.mark.speech


async def test_partial_words_come_before_the_end_and_the_final_ones_from_the_same_audio(vosk: Recognizer) -> None:
    assert vosk.capabilities.streaming
    assert not vosk.capabilities.bias
    session = vosk.session()
    pcm = read_line_audio(FIXTURES / "074_irina_gsm.flac")
    session.accept(pcm)
    async with asyncio.timeout(HANGS_S):
        while not session.partial:
            await asyncio.sleep(0)
    heard = await session.finish()
    whole = heard.text
    assert " ".join(word.text for word in heard.words) == whole
    places = [ms for word in heard.words for ms in (word.from_ms, word.to_ms)]
    assert places == sorted(places)
    assert 0 <= places[0] < places[-1] <= len(pcm) / 16 + 50
    session.accept(pcm)
    second = await session.finish()
    assert 0 <= second.words[0].from_ms < second.words[-1].to_ms <= len(pcm) / 16 + 50, "each from its own beginning"
    again = vosk.session()
    for at in range(0, len(pcm), 317):  # not even whole samples
        again.accept(pcm[at : at + 317])
    assert (await again.finish()).text
    assert whole
    assert session.partial == ""
    await asyncio.gather(session.close(), again.close())
