"""Whisper through faster-whisper/CTranslate2: one shared model, decoding in a few threads.

Whisper hears an utterance only once it has ended, so there are no partial words. CTranslate2 releases the GIL while it
computes; utterances are decoded in the order in which they were asked for (`robot.speech.scheduler`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from robot.speech.base import Recognizer, RecognizerCapabilities, RecognizerSession, Transcript
from robot.speech.engines.whisper_decoding import MODEL_FILES, Decoder, load_decoder
from robot.speech.errors import RecognitionFailed
from robot.speech.load import Load
from robot.speech.options import EngineOptions, Lack
from robot.speech.pcm import BYTES_PER_SECOND
from robot.speech.scheduler import Lane, Scheduler
from robot.speech.shared import SharedWords

_LONGEST_UTTERANCE_S = 60
"""A client who talks longer in one breath is a recording; its latest minute is what is kept."""


_HURRIED_ABOVE = 0.7
"""With the threads this busy answers begin to queue: half the care halves the queue."""

_MODEL = "whisper-base"


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working here; reads the disk only."""
    folder = options.models_dir / _MODEL
    if all((folder / name).is_file() for name in MODEL_FILES):
        return None
    return Lack(
        ru=f"нет модели {_MODEL} в {options.models_dir}",
        en=f"no model {_MODEL} in {options.models_dir}",
        remedy=f"zvonar models pull {_MODEL}",
    )


def make(options: EngineOptions) -> Recognizer:
    """The engine as the registry makes it."""
    return WhisperRecognizer(options.models_dir / _MODEL, language=options.language, workers=options.workers)


class WhisperRecognizer:
    """See the port `Recognizer`. model_dir holds model.bin, config.json, tokenizer.json and vocabulary.json."""

    def __init__(self, model_dir: Path, *, language: str = "ru", workers: int = 2, window_s: float = 4.0) -> None:
        """workers: utterances decoded at once, one core each. window_s: see `whisper_decoding.Decoder`."""
        self._model_dir = model_dir
        self._language = language
        self._workers = workers
        self._window_s = window_s
        self._decoder: Decoder | None = None
        self._pool: Scheduler | None = None

    @property
    def name(self) -> str:
        return "whisper"

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(streaming=False, bias=True, languages=frozenset({self._language}))

    async def start(self) -> None:
        """Load and warm up, about a second. Raises ModelMissing, EngineUnavailable."""
        if self._pool is not None:
            return
        self._decoder = await asyncio.to_thread(self._load)
        self._pool = Scheduler(self._workers, "whisper")

    def _load(self) -> Decoder:
        decoder = load_decoder(self._model_dir, language=self._language, workers=self._workers, window_s=self._window_s)
        decoder.warm_up()
        return decoder

    def session(self) -> RecognizerSession:
        if self._decoder is None or self._pool is None:
            raise RuntimeError("start() the recognizer before opening a session")
        return _WhisperSession(self._decoder, self._pool)

    async def close(self) -> None:
        """Wait for the utterances being decoded, drop those in the queue, free the model."""
        pool, self._pool, self._decoder = self._pool, None, None
        if pool is not None:
            await asyncio.to_thread(pool.stop)

    def load(self) -> Load:
        """How busy it is."""
        return Load() if self._pool is None else self._pool.load()


class _WhisperSession:
    def __init__(self, decoder: Decoder, pool: Scheduler) -> None:
        self._decoder = decoder
        self._pool = pool
        self._heard = bytearray()
        self._expected: tuple[str, ...] = ()
        self._glanced: SharedWords | None = None
        self._closed = False

    def expect(self, answers: Sequence[str]) -> None:
        if self._expected != tuple(answers):
            self._glanced = None
        self._expected = tuple(answers)

    def accept(self, pcm: bytes) -> None:
        if self._closed or not pcm:
            return
        self._heard += pcm
        self._glanced = None
        # Trimmed rarely and by whole samples: cutting the front of a buffer on every frame would move it each time.
        if len(self._heard) > 2 * _LONGEST_UTTERANCE_S * BYTES_PER_SECOND:
            del self._heard[: len(self._heard) // 2 // 2 * 2]

    @property
    def partial(self) -> str:
        return ""

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        if self._glanced is None:
            utterance = bytes(self._heard[-_LONGEST_UTTERANCE_S * BYTES_PER_SECOND :])
            expected, asked_s = self._expected, time.monotonic()
            self._glanced = SharedWords(lambda: self._decoded(utterance, expected, asked_s))
        return self._glanced.words()

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        words = self.glance()
        self._heard.clear()
        self._glanced = None
        return words

    async def _decoded(self, utterance: bytes, expected: Sequence[str], asked_s: float) -> Transcript:
        if self._closed:
            raise RecognitionFailed("the session is closed")
        if not utterance:
            return Transcript("", 0.0)
        try:
            decoding = self._pool.submit(lambda: self._decode(utterance, expected), Lane.ANSWER, asked_s)
        except RuntimeError as stopped:  # the pool was shut down under a call that was still on
            raise RecognitionFailed("the recognizer was closed during the call") from stopped
        try:
            return await asyncio.wrap_future(decoding)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if decoding.cancelled() and task is not None and not task.cancelling():
                raise RecognitionFailed("the recognizer was closed during the call") from None
            raise

    def _decode(self, utterance: bytes, expected: Sequence[str]) -> Transcript:
        return self._decoder.decode(utterance, expected, hurried=self._pool.load().busy > _HURRIED_ABOVE)

    async def close(self) -> None:
        self._closed = True
        self._heard.clear()
