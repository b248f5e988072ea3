"""What every voice keeps to; and one voice understood by one recognizer over a telephone line's sound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from robot.speech.base import Recognizer, Synthesizer
from robot.speech.errors import SynthesisFailed
from robot.speech.pcm import duration_s, to_samples
from robot.speech.screening import sounds_like_speech
from telephony.simulated.soundmarks import SoundMarks
from tests.speech.accuracy import word_errors
from tests.speech.conftest import VOICES, started_voice

pytestmark = pytest.mark.speech


@pytest.fixture(params=list(VOICES))
async def voice(request: pytest.FixtureRequest) -> AsyncIterator[Synthesizer]:
    voice = await started_voice(request.param)
    yield voice
    await voice.close()


async def test_a_phrase_becomes_line_audio_of_the_right_length(voice: Synthesizer) -> None:
    short = await voice.synthesize("Да.")
    long = await voice.synthesize("Здравствуйте! Меня зовут Анна, я звоню из компании Ромашка.")
    assert len(long) % 2 == 0
    assert 0.1 < duration_s(short) < 1.5
    assert 1.5 < duration_s(long) < 8.0
    if not voice.name.startswith("fake"):
        assert sounds_like_speech(long)
        assert abs(to_samples(long)[[0, -1]]).max() < 0.01, "no click at either end"
        assert -30 < 10 * np.log10(np.mean(to_samples(long) ** 2)) < -15


async def test_every_phrase_begins_at_once_and_has_no_long_tail(voice: Synthesizer) -> None:
    """Silence before the first sound would be part of every answer's delay."""
    for text in ("Спасибо, до свидания!", "Секунду, смотрю время.", "Хорошо, записала.", "Да."):
        pcm = await voice.synthesize(text)
        marks = SoundMarks().hear(0.0, pcm + bytes(3200))
        assert marks[0].at_s <= 0.01, text
        assert duration_s(pcm) - marks[-1].at_s <= 0.06, text


def alike(one: bytes, other: bytes) -> bool:
    """The same phrase: of equal length and loudness over time. Espeak's hiss is random, so not bit by bit."""
    if abs(len(one) - len(other)) > 1600:
        return False
    shortest = min(len(one), len(other)) // 2
    window = min(1600, shortest)
    whole = shortest // window * window
    left, right = (np.sqrt(np.mean(to_samples(pcm)[:whole].reshape(-1, window) ** 2, axis=1)) for pcm in (one, other))
    return bool(np.abs(left - right).max() < 0.05)


async def test_equal_text_sounds_the_same_and_another_text_different(voice: Synthesizer) -> None:
    first, again, other = [await voice.synthesize(text) for text in ("Спасибо.", "Спасибо.", "Нет, не надо.")]
    assert alike(first, again)
    assert not alike(first, other)
    assert voice.name.split("/")[0] in voice.fingerprint


async def test_phrases_at_the_same_time_do_not_mix(voice: Synthesizer) -> None:
    texts = ["Да.", "Перезвоните завтра, пожалуйста.", "Здравствуйте, это компания Ромашка."]
    together = await asyncio.gather(*map(voice.synthesize, texts))
    alone = [await voice.synthesize(text) for text in texts]
    assert [alike(one, other) for one, other in zip(together, alone, strict=True)] == [True] * 3


async def test_the_first_phrase_of_all_may_be_a_long_one(voice: Synthesizer) -> None:
    """Which pyttsx3 drops without a word in a fresh process."""
    assert duration_s(await voice.synthesize("Здравствуйте, меня зовут Анна. " * 7)) > 6.0


@pytest.mark.parametrize(
    "hostile",
    [
        'Иван") (system "touch {target}") ("',
        "Иван'; touch {target}; '",
        "<speak><audio src='{target}'/>Иван</speak>",
        "Иван\0\r\n$(touch {target})",
    ],
)
async def test_a_hostile_name_is_only_ever_spoken(voice: Synthesizer, hostile: str, tmp_path: Path) -> None:
    target = tmp_path / "touched"
    assert duration_s(await voice.synthesize(hostile.replace("{target}", str(target)))) > 0.2
    assert not target.exists()


async def test_nothing_to_say_is_an_error(voice: Synthesizer) -> None:
    with pytest.raises(SynthesisFailed):
        await voice.synthesize("   ")


@pytest.mark.parametrize("name", ["festival", "rhvoice"])
async def test_what_a_voice_says_is_recognized(name: str, whisper: Recognizer) -> None:
    voice = await started_voice(name)
    session = whisper.session()
    errors = words = 0
    heard = []
    for text in ("Перезвоните мне завтра в двенадцать", "Нет, спасибо, не надо", "Мне это не интересно", "Это дорого"):
        session.accept(bytes(3200) + await voice.synthesize(text) + bytes(8000))
        transcript = await session.finish()
        heard.append(transcript.text)
        errors += word_errors(text, transcript.text)
        words += len(text.split())
    assert errors / words <= 0.3, heard
    await session.close()
    await voice.close()
