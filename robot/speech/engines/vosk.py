"""Vosk (Kaldi): streaming recognition with one shared model and one KaldiRecognizer per call side.

A session hands its audio to a small pool of threads; the native calls release the GIL. What has come in while a
session was being decoded is decoded in one go, so a busy machine does less work per second of audio, not more.

`expect` has no effect, as `capabilities.bias` says: the only bias this build of Vosk offers is a grammar, and with a
grammar it hears nothing but the grammar, in noise too.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from robot.speech.base import Recognizer, RecognizerCapabilities, RecognizerSession
from robot.speech.engines.vosk_pieces import MODEL_RATE_HZ
from robot.speech.engines.vosk_session import VoskSession, note_fed
from robot.speech.errors import EngineUnavailable, ModelMissing
from robot.speech.load import Load
from robot.speech.options import EngineOptions, Lack
from robot.speech.scheduler import Scheduler

MODEL_FILES = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf")

_WARM_UP_S = 0.3
_MOST_IDLE = 64


def is_vosk_model(folder: Path) -> bool:
    """The folder holds an unpacked Vosk model, by its files."""
    graph = folder / "graph"
    has_graph = (graph / "HCLG.fst").is_file() or ((graph / "HCLr.fst").is_file() and (graph / "Gr.fst").is_file())
    return has_graph and all((folder / name).is_file() for name in MODEL_FILES)


def find_model(models_dir: Path, language: str) -> Path | None:
    """The installed Vosk model of a language, the large one before the small. Reads the disk."""
    if not models_dir.is_dir():
        return None
    named = re.compile(rf"vosk.*-{re.escape(language)}(-|$)")
    found = [entry for entry in models_dir.iterdir() if named.match(entry.name) and is_vosk_model(entry)]
    return max(found, key=lambda entry: ("small" not in entry.name, entry.name), default=None)


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working here; reads the disk only."""
    if find_model(options.models_dir, options.language) is not None:
        return None
    return Lack(
        ru=f"нет модели Vosk для языка «{options.language}» в {options.models_dir}",
        en=f"no Vosk model for the language {options.language} in {options.models_dir}",
        remedy="zvonar models pull vosk-model-small-ru-0.22",
    )


def make(options: EngineOptions) -> Recognizer:
    """The engine as the registry makes it."""
    found = find_model(options.models_dir, options.language)
    folder = found or options.models_dir / f"vosk-model-small-{options.language}"  # start() will say it is missing
    return VoskRecognizer(folder, language=options.language, workers=options.workers)


class Shelf:
    """Warm KaldiRecognizers of one model, handed from finished calls to new ones. Thread-safe.

    The first words a new recognizer decodes take it 0.7 s (it expands its part of the graph and keeps it), so it is
    made and warmed before there is anything to hear, and kept. After FinalResult Vosk starts it afresh, the
    adaptation to a speaker included.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._idle: list[Any] = []  # append and pop are atomic

    def take(self) -> Any:
        """Blocking when none is idle."""
        try:
            return self._idle.pop()
        except IndexError:
            recognizer = self._make()
            noise = _faint_noise()
            note_fed(recognizer, len(noise) // 2)
            recognizer.AcceptWaveform(noise)
            recognizer.FinalResult()
            return recognizer

    def give_back(self, recognizer: Any) -> None:
        """After its FinalResult, and only when nothing went wrong with it."""
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(recognizer)


def _faint_noise() -> bytes:
    noise = np.random.default_rng(0).normal(0.0, 50.0, int(_WARM_UP_S * MODEL_RATE_HZ))
    return bytes(noise.astype("<i2").tobytes())


class VoskRecognizer:
    """See the port `Recognizer`. About 0.2 s of one core per second of audio, 17 MB per call under way."""

    def __init__(self, model_dir: Path, *, language: str = "ru", workers: int = 2) -> None:
        """language: ISO 639-1 code of what the model understands. workers: sessions decoded at once."""
        self._model_dir = model_dir
        self._language = language
        self._workers = workers
        self._pool: Scheduler | None = None
        self._shelf: Shelf | None = None

    @property
    def name(self) -> str:
        return "vosk"

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(streaming=True, bias=False, languages=frozenset({self._language}))

    async def start(self) -> None:
        if self._pool is not None:
            return
        self._shelf = await asyncio.to_thread(self._load)
        self._pool = Scheduler(self._workers, "vosk")

    def _load(self) -> Shelf:
        if not is_vosk_model(self._model_dir):
            raise ModelMissing(
                f"no Vosk model in {self._model_dir}", remedy="zvonar models pull vosk-model-small-ru-0.22"
            )
        try:
            import vosk  # noqa: PLC0415 - loads a 25 MB library; only who uses Vosk pays for it
        except (ImportError, OSError) as absent:
            raise EngineUnavailable(f"vosk cannot be imported: {absent}", remedy="pip install vosk") from absent
        vosk.SetLogLevel(-1)
        try:
            model = vosk.Model(str(self._model_dir))
        except Exception as refused:  # vosk raises nothing more particular
            raise ModelMissing(
                f"the Vosk model in {self._model_dir} cannot be loaded",
                remedy=f"delete {self._model_dir} and pull it again",
            ) from refused

        def make_recognizer() -> Any:
            recognizer = vosk.KaldiRecognizer(model, MODEL_RATE_HZ)
            recognizer.SetWords(True)
            return recognizer

        shelf = Shelf(make_recognizer)
        shelf.give_back(shelf.take())
        return shelf

    def session(self) -> RecognizerSession:
        if self._pool is None or self._shelf is None:
            raise RuntimeError("start() the recognizer before opening a session")
        return VoskSession(self._shelf, self._pool)

    async def close(self) -> None:
        """Wait for the chunks being decoded, drop what waits, free the model with its last session."""
        pool, self._pool, self._shelf = self._pool, None, None
        if pool is not None:
            await asyncio.to_thread(pool.stop)

    def load(self) -> Load:
        """How busy it is."""
        return Load() if self._pool is None else self._pool.load()
