"""Real engines, loaded once for the run. What is not installed skips here and fails in CI."""

from __future__ import annotations

import asyncio
import os
import shutil
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
from tests.conftest import HANGS_S, missing_service
from tests.speech.vosk_server import VoskServer

asyncio.set_event_loop(None)  # see tests/unit/speech/conftest.py

FIXTURES = Path(__file__).parents[1] / "fixtures" / "speech_dev"
KOREAN = "vosk-model-small-ko"

VOICES: dict[str, Callable[[], Synthesizer]] = {
    "fake": FakeVoice,
    "pyttsx3": lambda: Pyttsx3Voice(deadline_s=HANGS_S),
    "festival": lambda: FestivalVoice(deadline_s=HANGS_S),
    "rhvoice": lambda: RhvoiceVoice(deadline_s=HANGS_S),
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
def steady_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models, but that of Vosk hears the same in the same sound every time. Kaldi adds noise of its own (dither),
    with which a model that does not know the language hears other words each time, and now and then none."""
    models = tmp_path_factory.mktemp("models")
    for model in models_dir().glob("*"):
        if model.name != KOREAN:
            (models / model.name).symlink_to(model)
    for part in (models_dir() / KOREAN).glob("*"):
        (models / KOREAN).mkdir(exist_ok=True)
        if part.name != "conf":
            (models / KOREAN / part.name).symlink_to(part)
            continue
        shutil.copytree(part, models / KOREAN / "conf")
        with (models / KOREAN / "conf" / "mfcc.conf").open("a") as features:
            features.write("--dither=0\n")
    return models


@pytest.fixture(scope="session")
def vosk(steady_models: Path) -> Iterator[Recognizer]:
    """The real engine with the model that can be had from the package index: it speaks Korean."""
    yield from started(VoskRecognizer(steady_models / KOREAN, language="ko"))


@pytest.fixture(scope="session")
def vosk_server(vosk: Recognizer, steady_models: Path) -> Iterator[VoskServer]:
    """The real Vosk behind the protocol of vosk-server."""
    server = VoskServer(steady_models / KOREAN)
    with server.running():
        yield server


@pytest.fixture(scope="session")
def remote(vosk_server: VoskServer) -> Iterator[Recognizer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("robot.speech.engines.vosk_server._TRIED_S", HANGS_S)
        patch.setattr("robot.speech.engines.vosk_server_session._CONNECTED_S", HANGS_S)
        patch.setattr("robot.speech.engines.vosk_server_session._ANSWERED_S", HANGS_S)
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
