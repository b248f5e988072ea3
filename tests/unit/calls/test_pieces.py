"""A phrase in pieces: what is known is played while the rest is rendered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from robot.calls.pieces import BETWEEN_SENTENCES_MS, is_ready, parts, pieces
from robot.speech.errors import SynthesisFailed
from robot.speech.fake import FakeVoice, encode
from robot.speech.phrases import PhraseCache
from scripts_dialog.actions import Say
from scripts_dialog.marks import Pause
from telephony.audio import BYTES_PER_MS

pytestmark = pytest.mark.unit

SLOT = "Хорошо. Записываю вас на среду, в одиннадцать. Всё верно?"
BREATH = bytes(BETWEEN_SENTENCES_MS * BYTES_PER_MS)


HOUR_S = 3600.0
"""Of the virtual clock, which goes as the real one does while files are read: what takes no hour took no rendering."""


class SlowVoice(FakeVoice):
    """Takes an hour for a phrase; refuses what holds "нельзя"."""

    async def synthesize(self, text: str) -> bytes:
        await asyncio.sleep(HOUR_S)
        if "нельзя" in text:
            raise SynthesisFailed("refused")
        return await super().synthesize(text)


async def _told(phrases: PhraseCache, say: Say) -> list[tuple[int, bytes]]:
    """Each piece, with the hour at which it was there."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with pieces(phrases, say) as ordered:
        return [(round((clock() - began) / HOUR_S), pcm) async for pcm in ordered]


@pytest.mark.asyncio
@pytest.mark.looptime
async def test_known_sentences_are_there_at_once_and_the_others_are_rendered_together(tmp_path: Path) -> None:
    cache = PhraseCache(SlowVoice(), tmp_path)
    await cache.prepare(["Хорошо.", "Всё верно?"])
    say = Say("slot", SLOT.replace(". Всё", " утра. Прошу, не опаздывайте. Всё"))

    told = await _told(cache, say)

    assert [at for at, _ in told] == [0, 1, 1, 1]
    assert told[0][1] == encode("Хорошо.") + BREATH
    assert told[3][1] == encode("Всё верно?"), "nothing is left behind the last word"


@pytest.mark.asyncio
@pytest.mark.looptime
async def test_a_phrase_rendered_whole_is_played_whole_between_its_pauses(tmp_path: Path) -> None:
    cache = PhraseCache(SlowVoice(), tmp_path)
    await cache.prepare(["Здравствуйте! Это Анна.", "Удобно говорить?"])
    say = Say("hello", "Здравствуйте! Это Анна. Удобно говорить?", marks=(Pause(24, 400),))

    assert is_ready(cache, say)
    assert [part.text for part in parts(cache, say)] == ["Здравствуйте! Это Анна.", "Удобно говорить?"]
    told = await _told(cache, say)
    assert [at for at, _ in told] == [0, 0]
    assert told[0][1].endswith(bytes(400 * BYTES_PER_MS))


async def test_a_phrase_is_ready_when_its_first_sentence_is(tmp_path: Path) -> None:
    cache = PhraseCache(FakeVoice(), tmp_path)
    assert not is_ready(cache, Say("slot", SLOT))
    await cache.prepare(["Хорошо."])
    assert is_ready(cache, Say("slot", SLOT))
    assert not is_ready(cache, Say("slot", SLOT.removeprefix("Хорошо. ")))


@pytest.mark.asyncio
@pytest.mark.looptime
async def test_what_cannot_be_spoken_is_told_in_its_place_and_who_leaves_early_waits_for_nothing(
    tmp_path: Path,
) -> None:
    cache = PhraseCache(SlowVoice(), tmp_path)
    await cache.prepare(["Хорошо."])
    async with pieces(cache, Say("slot", "Хорошо. Это нельзя.")) as ordered:
        assert await anext(ordered) == encode("Хорошо.") + BREATH
        with pytest.raises(SynthesisFailed):
            await anext(ordered)

    clock = asyncio.get_running_loop().time
    began = clock()
    async with pieces(cache, Say("slot", "Хорошо. Это можно.")) as ordered:
        await anext(ordered)
    assert clock() - began < HOUR_S / 2
    await cache.close()
