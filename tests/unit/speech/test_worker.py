"""The process of its own around an engine: the port is kept, also over the process's death."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from robot.speech.base import RecognizerSession
from robot.speech.errors import ModelMissing, RecognitionFailed
from robot.speech.fake import encode
from robot.speech.options import EngineOptions
from robot.speech.worker.child import start_child
from robot.speech.worker.proxy import WorkerRecognizer
from tests.conftest import HANGS_S
from tests.unit.speech import worker_engine
from tests.unit.speech.worker_engine import DEADLY, ONCE

pytestmark = pytest.mark.unit


def recognizer(folder: Path, kind: str = "ru") -> WorkerRecognizer:
    options = EngineOptions(folder, language=kind)
    return WorkerRecognizer(worker_engine.make(options), worker_engine.__name__, options)


@pytest.fixture(params=["ru", "streaming"])
async def worker(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[WorkerRecognizer]:
    made = recognizer(tmp_path, request.param)
    await made.start()
    yield made
    await made.close()


def hear(session: RecognizerSession, text: str) -> None:
    pcm = encode(text)
    for at in range(0, len(pcm), 320):
        session.accept(pcm[at : at + 320])


async def test_words_cross_and_what_is_expected_too(worker: WorkerRecognizer) -> None:
    session = worker.session()
    session.expect(["да", "нет"])
    hear(session, "слушаю вас")
    text = (await session.glance()).text
    assert text.startswith("слушаю вас|")
    assert text.endswith("да,нет") is not worker.capabilities.streaming, "an engine that streams has no bias to be told"
    ended = await session.finish()
    assert ended.text == text
    assert [word.text for word in ended.words] == ["слушаю", "вас"]
    assert (await session.finish()).text == ""
    assert worker.pid != os.getpid()
    await session.close()


async def test_a_killed_process_costs_nothing_that_was_said(worker: WorkerRecognizer) -> None:
    assert worker.pid is not None
    ended, still_talking = worker.session(), worker.session()
    hear(ended, "перезвоните завтра")
    hear(still_talking, "у нас")
    old = worker.pid
    os.kill(old, signal.SIGSTOP)  # it takes what is sent, and answers nothing any more
    words = [asyncio.create_task(ended.finish()), asyncio.create_task(still_talking.glance())]
    await asyncio.sleep(0)
    os.kill(old, signal.SIGKILL)
    texts = [heard.text.partition("|")[0] for heard in await asyncio.gather(*words)]
    assert texts == ["перезвоните завтра", "у нас"]
    assert worker.pid != old
    hear(still_talking, "всё есть")
    assert (await still_talking.finish()).text.partition("|")[0] == "у нас всё есть"
    await asyncio.gather(ended.close(), still_talking.close())


async def test_an_utterance_the_process_died_of_is_tried_once_more_and_never_again(worker: WorkerRecognizer) -> None:
    session = worker.session()
    hear(session, ONCE)
    assert (await session.finish()).text.startswith(ONCE)
    hear(session, DEADLY)
    with pytest.raises(RecognitionFailed, match="twice"):
        await session.finish()
    hear(session, "алло")
    assert (await session.finish()).text.startswith("алло")
    await session.close()


async def test_an_engine_that_cannot_start_says_so_through_the_wall(tmp_path: Path) -> None:
    absent = recognizer(tmp_path / "absent")
    with pytest.raises(ModelMissing, match="no model here") as lacking:
        await absent.start()
    assert lacking.value.remedy == "bring one"
    await absent.close()


async def test_a_model_that_went_missing_meanwhile_fails_who_waits_and_is_looked_for_again(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    worker = recognizer(folder)
    await worker.start()
    session = worker.session()
    hear(session, "да")
    folder.rename(tmp_path / "elsewhere")
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    words = asyncio.create_task(session.finish())
    await asyncio.sleep(0)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(RecognitionFailed, match="no model here"):
        await words
    (tmp_path / "elsewhere").rename(folder)
    hear(session, "нет")
    assert (await session.finish()).text.startswith("нет")
    await worker.close()


async def test_closing_fails_who_waits_and_ends_the_process(worker: WorkerRecognizer) -> None:
    session = worker.session()
    hear(session, "да")
    assert worker.pid is not None
    pid = worker.pid
    os.kill(pid, signal.SIGSTOP)
    words = asyncio.create_task(session.finish())
    await asyncio.sleep(0)
    await worker.close()
    with pytest.raises(RecognitionFailed, match="closed"):
        await words
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    child = await start_child(worker_engine.__name__, EngineOptions(tmp_path))
    child.writer.close()  # what the kernel does for a parent that was killed
    async with asyncio.timeout(HANGS_S):
        assert await child.process.wait() == 0
    await child.end()
