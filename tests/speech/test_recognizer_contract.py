"""What every recognizer keeps to, whatever is inside."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from robot.speech import registry
from robot.speech.base import Recognizer, RecognizerSession, Transcript
from robot.speech.errors import RecognitionFailed
from robot.speech.fake import encode
from robot.speech.options import EngineOptions
from tests.speech.accuracy import read_line_audio
from tests.speech.conftest import FIXTURES
from tests.speech.noises import noises

pytestmark = [pytest.mark.speech, pytest.mark.asyncio(loop_scope="module")]

FRAME_BYTES = 320
ANSWERS = ("да, говорите", "нет, спасибо", "не интересно", "завтра в три", "перезвоните позже")


@pytest.fixture(scope="module", params=["fake", "whisper", "vosk", "remote", "whisper apart", "vosk apart"])
def engine(request: pytest.FixtureRequest) -> tuple[Recognizer, bool]:
    """What is here, and whether it is to be tried in a process of its own."""
    name, _, apart = request.param.partition(" ")
    return request.getfixturevalue(name), bool(apart)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recognizer(engine: tuple[Recognizer, bool], steady_models: Path) -> AsyncIterator[Recognizer]:
    here, apart = engine
    if not apart:
        yield here
        return
    options = EngineOptions(steady_models, language="ko" if here.name == "vosk" else "ru")
    there = registry.apart(options, here.name)
    await there.start()
    yield there
    await there.close()


@pytest.fixture
def speech(recognizer: Recognizer) -> bytes:
    """An utterance in which this recognizer hears words."""
    if recognizer.name == "fake":
        return encode("перезвоните позже")
    return read_line_audio(FIXTURES / "020_irina_alaw.flac")


@pytest.fixture
def more(recognizer: Recognizer) -> bytes:
    """Other words, after a pause."""
    words = encode("завтра") if recognizer.name == "fake" else read_line_audio(FIXTURES / "074_irina_gsm.flac")
    return bytes(FRAME_BYTES * 10) + words


@contextmanager
def no_collection() -> Iterator[None]:
    """Rubbish of other tests is collected at any allocation, and takes longer than what is measured."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def hear(session: RecognizerSession, pcm: bytes) -> float:
    """Frame by frame, as a line delivers it. The longest time one frame took, in seconds."""
    longest = 0.0
    with no_collection():
        for at in range(0, len(pcm), FRAME_BYTES):
            began = time.thread_time()  # what this thread worked: other programs on the machine do not count
            session.accept(pcm[at : at + FRAME_BYTES])
            longest = max(longest, time.thread_time() - began)
    return longest


async def test_words_are_heard_and_accepting_never_works(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    session.expect(ANSWERS)
    assert hear(session, speech) < 0.1
    heard = await session.finish()
    assert heard.text
    assert 0.0 < heard.confidence <= 1.0
    if not recognizer.name.startswith("vosk"):  # its model is of another language
        assert "перезвоните" in heard.text.lower()
    await session.close()


async def test_utterances_follow_each_other_and_start_empty(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    hear(session, speech)
    first = await session.finish()
    assert session.partial == ""
    assert (await session.finish()).text == ""
    hear(session, speech)
    assert (await session.finish()).text
    assert first.text
    await session.close()


async def test_a_second_utterance_may_begin_before_the_first_is_decoded(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    hear(session, speech)
    first = session.finish()  # what comes now belongs to the next one, though nobody awaits yet
    session.accept(bytes(FRAME_BYTES * 50))
    assert (await first).text
    assert (await session.finish()).text == ""
    await session.close()


async def test_sessions_do_not_hear_each_other(recognizer: Recognizer, speech: bytes) -> None:
    talking, silent = recognizer.session(), recognizer.session()
    for at in range(0, len(speech), FRAME_BYTES):
        talking.accept(speech[at : at + FRAME_BYTES])
        silent.accept(bytes(FRAME_BYTES))
    heard, nothing = await asyncio.gather(talking.finish(), silent.finish())
    assert heard.text
    assert (nothing.text, nothing.confidence) == ("", 0.0)
    await asyncio.gather(talking.close(), silent.close())


async def test_many_sessions_at_once_all_get_their_words(recognizer: Recognizer, speech: bytes) -> None:
    sessions = [recognizer.session() for _ in range(4)]
    for session in sessions:
        session.accept(speech)
    texts = {heard.text for heard in await asyncio.gather(*(session.finish() for session in sessions))}
    assert "" not in texts
    assert len(texts) == 1
    await asyncio.gather(*(session.close() for session in sessions))


async def test_silence_and_noise_are_not_words_not_even_expected_ones(recognizer: Recognizer) -> None:
    session = recognizer.session()
    heard = {}
    for name, pcm in noises():
        if "2 s" in name:
            session.expect(ANSWERS)
            session.accept(pcm)
            heard[name] = (await session.finish()).text
    assert {name: text for name, text in heard.items() if text} == {}
    assert len(heard) == 12
    await session.close()


async def test_scraps_odd_bytes_and_empty_calls_are_harmless(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    session.expect(["<|endoftext|>", "", "\0", "да" * 500])
    for scrap in (b"", b"\x01", speech[:7], speech[:1001]):
        session.accept(scrap)
        assert (await session.finish()).text == ""
    session.expect([])
    session.accept(speech)
    assert (await session.finish()).text
    await session.close()


async def test_a_closed_session_refuses_and_the_recognizer_goes_on(recognizer: Recognizer, speech: bytes) -> None:
    closed, other = recognizer.session(), recognizer.session()
    closed.accept(speech)
    await closed.close()
    closed.accept(speech)
    with pytest.raises(RecognitionFailed):
        await closed.finish()
    other.accept(speech)
    assert (await other.finish()).text
    await other.close()


async def test_who_stops_waiting_does_not_spoil_the_next_utterance(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    session.accept(speech)
    waiting = asyncio.create_task(session.finish())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    session.accept(bytes(FRAME_BYTES * 50))
    assert (await session.finish()).text == ""
    await session.close()


async def test_a_glance_tells_the_words_so_far_and_the_utterance_goes_on(
    recognizer: Recognizer, speech: bytes, more: bytes
) -> None:
    session = recognizer.session()
    session.expect(ANSWERS)
    assert await session.glance() == Transcript("", 0.0)
    hear(session, speech)
    so_far = await session.glance()
    assert so_far.text
    hear(session, more)
    whole = await session.finish()
    assert len(whole.text) > len(so_far.text), "both halves"
    assert (await session.finish()).text == ""
    await session.close()


async def test_the_end_right_after_a_glance_gives_its_words_at_once(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    session.expect(ANSWERS)
    session.accept(speech)
    began = time.process_time()
    glanced = await session.glance()
    decoding_s = time.process_time() - began
    session.accept(b"")
    session.expect(list(ANSWERS))
    with no_collection():
        began = time.process_time()
        assert await session.finish() == glanced
        # Threads of an engine spin for a while when they have nothing more to do.
        assert time.process_time() - began < max(0.05, decoding_s / 2), "decoded anew"
    assert (await session.finish()).text == "", "the next utterance is empty"
    await session.close()


async def test_the_end_waits_for_the_glance_that_is_under_way(recognizer: Recognizer, speech: bytes) -> None:
    session = recognizer.session()
    session.accept(speech)
    glance = asyncio.create_task(session.glance())
    await asyncio.sleep(0)
    heard, glanced = await asyncio.gather(session.finish(), glance)
    assert heard == glanced
    assert heard.text
    await session.close()


@pytest.mark.parametrize("joined", [True, False])
async def test_a_glance_that_was_cancelled_costs_the_utterance_nothing(
    recognizer: Recognizer, speech: bytes, joined: bool
) -> None:
    session = recognizer.session()
    session.accept(speech)
    glance = asyncio.create_task(session.glance())
    await asyncio.sleep(0)
    if joined:
        words = session.finish()
        glance.cancel()
    else:
        glance.cancel()
        await asyncio.sleep(0)
        session.accept(bytes(FRAME_BYTES))
        words = session.finish()
    with pytest.raises(asyncio.CancelledError):
        await glance
    assert (await words).text
    await session.close()


async def test_what_was_accepted_after_a_glance_was_asked_is_not_in_its_words(
    recognizer: Recognizer, speech: bytes, more: bytes
) -> None:
    session = recognizer.session()
    session.accept(speech)
    glance = session.glance()
    session.accept(more)
    glanced = await glance
    assert len((await session.finish()).text) > len(glanced.text) > 0
    await session.close()
    with pytest.raises(RecognitionFailed):
        await session.glance()
