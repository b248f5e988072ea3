"""Vosk (Kaldi): streaming recognition with one shared model and one KaldiRecognizer per call side.

A session hands its audio to a small pool of threads; the native calls release the GIL. What has come in while a
session was being decoded is decoded in one go, so a busy machine does less work per second of audio, not more.

`expect` has no effect, as `capabilities.bias` says: the only bias this build of Vosk offers is a grammar, and with a
grammar it hears nothing but the grammar, in noise too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import statistics
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from robot.speech.base import Recognizer, RecognizerCapabilities, RecognizerSession, Transcript
from robot.speech.errors import EngineUnavailable, ModelMissing, RecognitionFailed
from robot.speech.options import EngineOptions, Lack
from robot.speech.pcm import BYTES_PER_SECOND, LINE_RATE_HZ
from robot.speech.screening import sounds_like_speech

MODEL_FILES = ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf")

_MODEL_RATE_HZ = 16000
_LEAST_CONFIDENCE = 0.35
_LONGEST_BYTES = 60 * BYTES_PER_SECOND
_WARM_UP_S = 0.3

MakeRecognizer = Callable[[], Any]
"""Makes a KaldiRecognizer; blocking."""


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


def _faint_noise() -> bytes:
    noise = np.random.default_rng(0).normal(0.0, 50.0, int(_WARM_UP_S * _MODEL_RATE_HZ))
    return bytes(noise.astype("<i2").tobytes())


class VoskRecognizer:
    """See the port `Recognizer`. About 0.2 s of one core per second of audio, 17 MB per open session."""

    def __init__(self, model_dir: Path, *, language: str = "ru", workers: int = 2) -> None:
        """language: ISO 639-1 code of what the model understands. workers: sessions decoded at once."""
        self._model_dir = model_dir
        self._language = language
        self._workers = workers
        self._pool: ThreadPoolExecutor | None = None
        self._new_recognizer: MakeRecognizer | None = None

    @property
    def name(self) -> str:
        return "vosk"

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(streaming=True, bias=False, languages=frozenset({self._language}))

    async def start(self) -> None:
        if self._pool is not None:
            return
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="vosk")
        try:
            self._new_recognizer = await asyncio.get_running_loop().run_in_executor(pool, self._load)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        self._pool = pool

    def _load(self) -> MakeRecognizer:
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

        def new_recognizer() -> Any:
            recognizer = vosk.KaldiRecognizer(model, _MODEL_RATE_HZ)
            recognizer.SetWords(True)
            # The first words a recognizer decodes take it 0.7 s (it expands its part of the graph): not in the talk.
            recognizer.AcceptWaveform(_faint_noise())
            recognizer.FinalResult()
            return recognizer

        new_recognizer()
        return new_recognizer

    def session(self) -> RecognizerSession:
        if self._pool is None or self._new_recognizer is None:
            raise RuntimeError("start() the recognizer before opening a session")
        return _VoskSession(self._new_recognizer, self._pool)

    async def close(self) -> None:
        """Wait for the chunks being decoded, drop what waits, free the model with its last session."""
        pool, self._pool, self._new_recognizer = self._pool, None, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


class _VoskSession:
    """Audio and requests in order of arrival; at most one thread works for a session at any time."""

    def __init__(self, new_recognizer: MakeRecognizer, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._utterance = _Utterance(new_recognizer)
        self._lock = threading.Lock()
        self._waiting: list[bytes | Future[Transcript]] = []
        self._waiting_bytes = 0
        self._busy = False
        self._closed = False
        self._put(b"")  # the recognizer is made and warmed while the phone rings

    def expect(self, answers: Sequence[str]) -> None:
        """No effect, see the module."""

    def accept(self, pcm: bytes) -> None:
        # A machine a whole minute behind has lost the call anyway; memory must not follow it.
        if pcm and not self._closed and self._waiting_bytes < _LONGEST_BYTES:
            self._put(pcm)

    @property
    def partial(self) -> str:
        return self._utterance.partial

    async def finish(self) -> Transcript:
        if self._closed:
            raise RecognitionFailed("the session is closed")
        result: Future[Transcript] = Future()
        self._put(result)
        return await asyncio.wrap_future(result)

    async def close(self) -> None:
        self._closed = True
        with self._lock:
            dropped, self._waiting, self._waiting_bytes = self._waiting, [], 0
        for item in dropped:
            if isinstance(item, Future):
                item.set_exception(RecognitionFailed("the session was closed"))

    def _put(self, item: bytes | Future[Transcript]) -> None:
        with self._lock:
            self._waiting.append(item)
            self._waiting_bytes += len(item) if isinstance(item, bytes) else 0
            begin, self._busy = not self._busy, True
        if begin:
            self._submit()

    def _submit(self) -> None:
        try:
            self._pool.submit(self._work).add_done_callback(self._fail_if_undone)
        except RuntimeError:  # the pool was shut down under a call that was still on
            self._fail_waiting()

    def _work(self) -> None:
        """In a thread of the pool, until nothing waits. One session does not hold a thread longer than one go: it
        queues up again behind the others."""
        with self._lock:
            items, self._waiting, self._waiting_bytes = self._waiting, [], 0
        audio = bytearray()
        for item in items:
            if isinstance(item, bytes):
                audio += item
                continue
            self._answer(item, bytes(audio))
            audio.clear()
        self._utterance.hear(bytes(audio))
        with self._lock:
            self._busy = again = bool(self._waiting)
        if again:
            self._submit()

    def _answer(self, asked: Future[Transcript], audio: bytes) -> None:
        if not asked.set_running_or_notify_cancel():
            self._utterance.hear(audio)
            with contextlib.suppress(RecognitionFailed):
                self._utterance.end()
            return
        try:
            self._utterance.hear(audio)
            asked.set_result(self._utterance.end())
        except BaseException as failure:  # to whoever waits, or he would wait for ever
            asked.set_exception(failure)

    def _fail_if_undone(self, job: Future[None]) -> None:
        if job.cancelled() or job.exception():
            self._fail_waiting()

    def _fail_waiting(self) -> None:
        with self._lock:
            items, self._waiting, self._busy = self._waiting, [], False
        for item in items:
            if isinstance(item, Future) and item.set_running_or_notify_cancel():
                item.set_exception(RecognitionFailed("the recognizer was closed during the call"))


class _Utterance:
    """What one KaldiRecognizer has heard. Used by one thread at a time; `partial` may be read from any."""

    def __init__(self, new_recognizer: MakeRecognizer) -> None:
        self._new_recognizer = new_recognizer
        self._recognizer: Any = None
        self._resampler: Any = None
        self._texts: list[str] = []
        self._confidences: list[float] = []
        self._heard = bytearray()
        self._broken = False
        self.partial = ""

    def hear(self, pcm: bytes) -> None:
        if self._broken:
            return
        try:
            self._feed(pcm)
        except Exception:  # vosk raises nothing more particular
            self._broken = True

    def _feed(self, pcm: bytes) -> None:
        if self._recognizer is None:
            self._recognizer = self._new_recognizer()
        if self._resampler is None:
            self._resampler = soxr.ResampleStream(LINE_RATE_HZ, _MODEL_RATE_HZ, 1, dtype="int16")
        self._heard += pcm
        del self._heard[:-_LONGEST_BYTES]
        self._decode(self._resampler.resample_chunk(np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2")))

    def _decode(self, wide: Any) -> None:
        if not len(wide):
            return
        # Kaldi has ideas of its own where a sentence ends; the dialog decides, so its pieces are joined again.
        if self._recognizer.AcceptWaveform(wide.astype("<i2").tobytes()):
            self._take(self._recognizer.Result())
        said = json.loads(self._recognizer.PartialResult()).get("partial", "")
        self.partial = " ".join(filter(None, [*self._texts, said]))

    def _take(self, result: str) -> None:
        heard = json.loads(result)
        if heard.get("text"):
            self._texts.append(heard["text"])
            self._confidences += [word["conf"] for word in heard.get("result", ())]

    def end(self) -> Transcript:
        """The words, and a clean start for the next utterance."""
        if self._resampler is not None and not self._broken:
            try:
                self._decode(self._resampler.resample_chunk(np.zeros(0, dtype="<i2"), last=True))
                self._take(self._recognizer.FinalResult())
            except Exception:  # as above
                self._broken = True
        broken, text = self._broken, " ".join(self._texts)
        confidence = statistics.fmean(self._confidences) if self._confidences else 0.0
        speech = confidence >= _LEAST_CONFIDENCE and sounds_like_speech(bytes(self._heard))
        self._resampler, self._texts, self._confidences = None, [], []
        self._heard, self._broken, self.partial = bytearray(), False, ""
        if broken:
            self._recognizer = None
            raise RecognitionFailed("Vosk could not process the audio")
        return Transcript(text, min(1.0, confidence)) if text and speech else Transcript("", 0.0)
