"""Real engines, loaded once for the run. What is not installed skips here and fails in CI."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs
import pytest

from robot.speech.base import Recognizer, Synthesizer
from robot.speech.engines.festival import FestivalVoice
from robot.speech.engines.pyttsx3 import Pyttsx3Voice
from robot.speech.engines.rhvoice import RhvoiceVoice
from robot.speech.engines.vosk import VoskRecognizer
from robot.speech.engines.vosk_server import VoskServerRecognizer
from robot.speech.engines.whisper import WhisperRecognizer
from robot.speech.errors import EngineUnavailable, ModelMissing
from robot.speech.fake import FakeRecognizer, FakeVoice
from tests.conftest import missing_service
from tests.speech.vosk_server import VoskServer

asyncio.set_event_loop(None)  # see tests/unit/speech/conftest.py

FIXTURES = Path(__file__).parents[1] / "fixtures" / "speech_dev"

VOICES: dict[str, Callable[[], Synthesizer]] = {
    "fake": FakeVoice,
    "pyttsx3": Pyttsx3Voice,
    "festival": FestivalVoice,
    "rhvoice": RhvoiceVoice,
}


def models_dir() -> Path:
    """Where `zvonar models pull` put them."""
    data = os.environ.get("ZVONAR_DATA_DIR") or platformdirs.user_data_dir("zvonar")
    return Path(data) / "models"


def started(recognizer: Recognizer) -> Iterator[Recognizer]:
    """Loaded outside of any test's event loop: a recognizer belongs to none."""
    try:
        asyncio.run(recognizer.start())
    except (ModelMissing, EngineUnavailable) as lacking:
        missing_service(f"{lacking}; {lacking.remedy}")
    yield recognizer
    asyncio.run(recognizer.close())


@pytest.fixture(scope="session")
def whisper() -> Iterator[Recognizer]:
    yield from started(WhisperRecognizer(models_dir() / "whisper-base"))


@pytest.fixture(scope="session")
def vosk() -> Iterator[Recognizer]:
    """The real engine with the model that can be had from the package index: it speaks Korean."""
    yield from started(VoskRecognizer(models_dir() / "vosk-model-small-ko", language="ko"))


@pytest.fixture(scope="session")
def vosk_server(vosk: Recognizer) -> Iterator[VoskServer]:
    """The real Vosk behind the protocol of vosk-server."""
    server = VoskServer(models_dir() / "vosk-model-small-ko")
    with server.running():
        yield server


@pytest.fixture(scope="session")
def remote(vosk_server: VoskServer) -> Iterator[Recognizer]:
    yield from started(VoskServerRecognizer((vosk_server.address,), language="ko"))


@pytest.fixture(scope="session")
def fake() -> Iterator[Recognizer]:
    yield from started(FakeRecognizer())


async def started_voice(name: str) -> Synthesizer:
    voice = VOICES[name]()
    try:
        await voice.start()
    except EngineUnavailable as lacking:
        missing_service(f"{lacking}; {lacking.remedy}")
    return voice
