"""What holds of Whisper alone: bias without invention, accuracy, long utterances, closing under a call."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from robot.speech.base import Recognizer, Transcript
from robot.speech.engines.whisper import WhisperRecognizer
from robot.speech.engines.whisper_decoding import Decoder, load_decoder
from robot.speech.errors import ModelMissing, RecognitionFailed
from robot.speech.guards import word_key
from tests.conftest import missing_service
from tests.speech.accuracy import measure, read_line_audio, word_errors
from tests.speech.conftest import FIXTURES, models_dir
from tests.speech.noises import backgrounds, noises

pytestmark = pytest.mark.speech


@pytest.fixture(scope="module")
def whisper_decoder() -> Decoder:
    try:
        return load_decoder(models_dir() / "whisper-base", language="ru", workers=2, window_s=4.0)
    except ModelMissing as missing:
        missing_service(f"{missing}; {missing.remedy}")


async def test_answers_of_several_voices_are_understood(whisper: Recognizer) -> None:
    result = await measure(whisper, FIXTURES, bias=True)
    assert len(result.utterances) >= 12
    assert result.silent == 0
    assert result.word_error_rate <= 0.15, [(one.text, one.heard) for one in result.utterances if one.errors]
    assert min(one.confidence for one in result.utterances) > 0.2


@pytest.mark.parametrize("answers", [("да", "нет"), ("завтра в десять утра", "в среду в три"), ("не звоните больше",)])
def test_noise_never_becomes_the_expected_answer_past_the_screening_too(
    whisper_decoder: Decoder, answers: tuple[str, ...]
) -> None:
    """The screening stops these noises first; the decoder's own guards must hold without it."""
    invented = {}
    for name, pcm in noises(seed=7):
        if "2 s" in name:
            text = whisper_decoder.words(pcm, answers).text
            if any(word_key(word) in " ".join(answers) for word in text.split()):
                invented[name] = text
    assert invented == {}


def test_backgrounds_with_the_swings_of_a_voice_are_hardly_ever_taken_for_words(whisper_decoder: Decoder) -> None:
    """Music and a television pass for a voice to the ear; one word in twelve of them is what is borne."""
    heard = {
        name: whisper_decoder.decode(pcm, ("да", "нет", "завтра в десять утра")).text for name, pcm in backgrounds()
    }
    assert len([text for text in heard.values() if text]) <= 1, heard


async def test_answers_of_one_short_word_are_heard(whisper: Recognizer) -> None:
    """0.2-0.5 s of voice with the ear's look-back, half of them in noise; no phrase names them as answers."""
    result = await measure(whisper, FIXTURES.with_name("speech_short"), bias=True)
    assert len(result.utterances) >= 10
    assert result.silent <= 1, [one.text for one in result.utterances if not one.heard]
    right = sum(word_key(one.heard.partition(" ")[0]) == word_key(one.text) for one in result.utterances)
    assert right >= len(result.utterances) - 1, [(one.text, one.heard) for one in result.utterances if one.errors]


async def test_another_answer_than_the_expected_is_heard_as_it_was_said(whisper: Recognizer) -> None:
    session = whisper.session()
    session.expect(["да, конечно", "да, удобно", "хорошо, давайте"])
    session.accept(read_line_audio(FIXTURES / "034_aleksandr-hq_alaw.flac"))
    heard = (await session.finish()).text.lower()
    assert "не звоните" in heard
    await session.close()


async def test_an_utterance_longer_than_the_models_window_is_heard_to_its_end(whisper: Recognizer) -> None:
    session = whisper.session()
    sentence = read_line_audio(FIXTURES / "074_irina_gsm.flac")
    pause = bytes(16000 * 13)
    for part in (sentence, pause, pause, read_line_audio(FIXTURES / "005_aleksandr_gsm.flac")):
        session.accept(part)
    heard = (await session.finish()).text.lower()
    assert "среду" in heard
    assert "спасибо" in heard
    await session.close()


async def test_a_recognizer_closed_under_calls_answers_or_fails_each_of_them() -> None:
    recognizer = WhisperRecognizer(models_dir() / "whisper-base", workers=1)
    try:
        await recognizer.start()
    except ModelMissing as missing:
        missing_service(f"{missing}; {missing.remedy}")
    sessions = [recognizer.session() for _ in range(5)]
    for session in sessions[:4]:
        session.accept(read_line_audio(FIXTURES / "004_elena_alaw.flac"))
    waiting = [asyncio.create_task(session.finish()) for session in sessions[:4]]
    await asyncio.sleep(0)
    await recognizer.close()
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(end) for end in ends} <= {Transcript, RecognitionFailed}
    assert RecognitionFailed in {type(end) for end in ends}
    sessions[4].accept(read_line_audio(FIXTURES / "004_elena_alaw.flac"))
    with pytest.raises(RecognitionFailed, match="closed"):
        await sessions[4].finish()


def test_the_fixtures_are_small() -> None:
    assert sum(file.stat().st_size for file in Path(FIXTURES).iterdir()) < 400_000


def test_in_a_hurry_it_hears_nearly_as_much(whisper_decoder: Decoder) -> None:
    rows = [json.loads(line) for line in (FIXTURES / "manifest.jsonl").read_text("utf-8").splitlines()]
    errors = sum(
        word_errors(
            row["text"],
            whisper_decoder.decode(read_line_audio(FIXTURES / row["file"]), ("да", "нет"), hurried=True).text,
        )
        for row in rows
    )
    assert errors <= 0.35 * sum(len(row["text"].split()) for row in rows)
