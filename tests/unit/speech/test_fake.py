"""The fake voice and the fake recognizer have nothing between them but audio."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.speech.errors import RecognitionFailed, SynthesisFailed
from robot.speech.fake import FakeRecognizer, FakeVoice, decode, encode
from robot.speech.pcm import duration_s, to_pcm, to_samples
from robot.speech.vad import voiced_ms
from tests.conftest import runs
from tests.speech.noises import noises

pytestmark = pytest.mark.unit

PHRASE = "Здравствуйте! Меня зовут Анна."


@settings(max_examples=runs(30))
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), st.integers(0, 500))
def test_any_text_crosses_at_any_offset(text: str, offset: int) -> None:
    assert decode(bytes(2 * offset) + encode(text) + bytes(640)) == (text, True)


def test_it_survives_a_law_noise_and_another_volume() -> None:
    samples = to_samples(encode(PHRASE)) * np.float32(0.3)
    companded = np.sign(samples) * np.log1p(87.6 * np.abs(samples)) / np.log1p(87.6)
    coarse = np.round(companded * 128) / 128
    back = np.sign(coarse) * np.expm1(np.abs(coarse) * np.log1p(87.6)) / 87.6
    noisy = back + np.random.default_rng(3).normal(0, 0.01, len(back))
    assert decode(to_pcm(noisy.astype(np.float32))) == (PHRASE, True)


def test_two_phrases_in_one_utterance_are_both_heard() -> None:
    assert decode(encode("да") + bytes(3210) + encode("завтра")) == ("да завтра", True)


def test_a_phrase_that_was_cut_off_is_heard_as_far_as_it_went() -> None:
    pcm = encode(PHRASE)
    text, complete = decode(pcm[: len(pcm) // 2])
    assert not complete
    assert text
    assert PHRASE.startswith(text)


def test_noise_says_nothing() -> None:
    assert [name for name, pcm in noises() if decode(pcm) != ("", True)] == []


def test_its_sound_counts_as_voice_and_lasts_as_the_text_does() -> None:
    assert voiced_ms(encode(PHRASE)) > 900 * duration_s(encode(PHRASE))
    assert duration_s(encode(PHRASE * 2)) > 1.8 * duration_s(encode(PHRASE)) - 0.2


async def test_voice_and_recognizer_keep_their_ports() -> None:
    voice, recognizer = FakeVoice(), FakeRecognizer()
    await voice.start()
    await recognizer.start()
    session = recognizer.session()
    session.accept(await voice.synthesize("нет, спасибо"))
    assert session.partial == "нет, спасибо"
    heard = await session.finish()
    assert (heard.text, heard.confidence) == ("нет, спасибо", 1.0)
    assert (await session.finish()).text == ""
    await session.close()
    with pytest.raises(RecognitionFailed):
        await session.finish()
    with pytest.raises(SynthesisFailed):
        await voice.synthesize("  ")
    assert voice.spoken == ["нет, спасибо"]
