"""One side of one call on Vosk: audio in order of arrival, decoded in threads that all sessions share."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from enum import Enum
from typing import Any, Protocol

import numpy as np
import soxr

from robot.speech.base import Transcript
from robot.speech.engines.vosk_pieces import MODEL_RATE_HZ, Pieces
from robot.speech.errors import RecognitionFailed
from robot.speech.pcm import BYTES_PER_SECOND, LINE_RATE_HZ
from robot.speech.scheduler import Lane, Scheduler

_LONGEST_BYTES = 60 * BYTES_PER_SECOND


class Recognizers(Protocol):
    """Where KaldiRecognizers come from; both calls may come from any thread."""

    def take(self) -> Any: ...
    def give_back(self, recognizer: Any) -> None: ...


class _Mark(Enum):
    OPEN = "open"
    CLOSE = "close"


class _Question(Future[Transcript]):
    """Asks for the words so far. ends: and the next audio begins another utterance."""

    def __init__(self, *, ends: bool) -> None:
        super().__init__()
        self.ends = ends
        self.asked_s = time.monotonic()


_Item = bytes | _Question | _Mark


async def _awaited(result: Future[Transcript]) -> Transcript:
    return await asyncio.wrap_future(result)


class VoskSession:
    """See the port `RecognizerSession`. At most one thread works for a session at any time."""

    def __init__(self, recognizers: Recognizers, pool: Scheduler) -> None:
        self._pool = pool
        self._utterance = _Utterance(recognizers)
        self._lock = threading.Lock()
        self._waiting: list[_Item] = []
        self._waiting_bytes = 0
        self._busy = False
        self._closed = False
        self._queued: Future[None] | None = None
        self._put(_Mark.OPEN)  # a recognizer is made and warmed while the phone rings

    def expect(self, answers: Sequence[str]) -> None:
        """No effect, see the module `vosk`."""

    def accept(self, pcm: bytes) -> None:
        # A machine a whole minute behind has lost the call anyway; memory must not follow it.
        if pcm and not self._closed and self._waiting_bytes < _LONGEST_BYTES:
            self._put(pcm)

    @property
    def partial(self) -> str:
        return self._utterance.partial

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        return _awaited(self._ask(ends=False))

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        return _awaited(self._ask(ends=True))

    def _ask(self, *, ends: bool) -> _Question:
        question = _Question(ends=ends)
        if self._closed:
            question.set_exception(RecognitionFailed("the session is closed"))
        else:
            self._put(question)
        return question

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._fail_waiting("the session was closed")
            self._put(_Mark.CLOSE)

    def _put(self, item: _Item) -> None:
        with self._lock:
            self._waiting.append(item)
            self._waiting_bytes += len(item) if isinstance(item, bytes) else 0
            begin, self._busy = not self._busy, True
            # Audio that nobody waits for was queued up; now somebody does.
            sooner = self._queued if isinstance(item, _Question) and not begin else None
        if begin or (sooner is not None and sooner.cancel()):
            self._submit()

    def _submit(self) -> None:
        with self._lock:
            asked = next((item.asked_s for item in self._waiting if isinstance(item, _Question)), None)
        try:
            job = self._pool.submit(self._work, Lane.STREAM if asked is None else Lane.ANSWER, asked)
        except RuntimeError:  # the pool was shut down under a call that was still on
            self._stop()
            return
        self._queued = job if asked is None else None
        job.add_done_callback(self._check)

    def _work(self) -> None:
        """In a thread of the pool: everything that waits now. What comes meanwhile queues up behind other sessions."""
        with self._lock:
            items, self._waiting, self._waiting_bytes = self._waiting, [], 0
        audio = bytearray()
        for item in items:
            if isinstance(item, bytes):
                audio += item
                continue
            self._utterance.hear(bytes(audio))
            audio.clear()
            if isinstance(item, _Question):
                self._answer(item)
            elif item is _Mark.OPEN:
                self._utterance.prepare()
            else:
                self._utterance.release()
        self._utterance.hear(bytes(audio))
        with self._lock:
            self._busy = again = bool(self._waiting)
        if again:
            self._submit()

    def _answer(self, asked: _Question) -> None:
        wanted = asked.set_running_or_notify_cancel()
        if not wanted and not asked.ends:
            return
        try:
            transcript = self._utterance.end() if asked.ends else self._utterance.so_far()
        except BaseException as failure:  # to whoever waits, or he would wait for ever
            if wanted:
                asked.set_exception(failure)
        else:
            if wanted:
                asked.set_result(transcript)

    def _check(self, job: Future[None]) -> None:
        if job.cancelled():
            if self._pool.stopped:
                self._stop()
        elif job.exception():
            self._stop()

    def _stop(self) -> None:
        with self._lock:
            self._busy = False
        self._fail_waiting("the recognizer was closed during the call")

    def _fail_waiting(self, why: str) -> None:
        with self._lock:
            items, self._waiting, self._waiting_bytes = self._waiting, [], 0
        for item in items:
            if isinstance(item, _Question) and item.set_running_or_notify_cancel():
                item.set_exception(RecognitionFailed(why))


def note_fed(recognizer: Any, samples: int) -> int:
    """Samples it had been fed before these: it counts the time of its words from its own beginning, over all the
    sentences and calls it has served."""
    before = int(getattr(recognizer, "samples_fed", 0))
    recognizer.samples_fed = before + samples
    return before


class _Utterance:
    """What one KaldiRecognizer has heard. Used by one thread at a time; `partial` may be read from any."""

    def __init__(self, recognizers: Recognizers) -> None:
        self._recognizers = recognizers
        self._recognizer: Any = None
        self._failed = False
        self._begin()

    def _begin(self) -> None:
        self._piece()
        self._heard = bytearray()
        self._resampled = 0
        self._pieces = Pieces()
        self._so_far: Transcript | None = None
        self.partial = ""

    def _piece(self) -> None:
        self._resampler = soxr.ResampleStream(LINE_RATE_HZ, MODEL_RATE_HZ, 1, dtype="int16")

    def prepare(self) -> None:
        """Have a recognizer ready. A failure shows at the `end`."""
        with contextlib.suppress(RecognitionFailed):
            if self._recognizer is None and not self._failed:
                self._recognizer = self._native(self._recognizers.take)

    def hear(self, pcm: bytes) -> None:
        """More audio; an odd byte waits for its other half. A failure shows at the `end`."""
        if not pcm:
            return
        self.prepare()
        self._heard += pcm
        whole = len(self._heard) // 2 * 2
        fresh = np.frombuffer(bytes(self._heard[self._resampled : whole]), dtype="<i2")
        self._resampled = whole
        self._so_far = None
        with contextlib.suppress(RecognitionFailed):
            self._decode(self._resampler.resample_chunk(fresh))

    def _decode(self, samples: Any) -> None:
        if self._failed or not len(samples):
            return
        self._pieces.fed(note_fed(self._recognizer, len(samples)))
        ended = self._native(lambda: self._recognizer.AcceptWaveform(samples.astype("<i2").tobytes()))
        # Kaldi has ideas of its own where a sentence ends; the dialog decides, so its pieces are joined again.
        if ended:
            self._pieces.take(self._recognizer.Result())
        self.partial = self._pieces.partial(self._recognizer.PartialResult())

    def _native(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as failure:  # vosk raises nothing more particular
            self._failed, self._recognizer = True, None
            raise RecognitionFailed(f"Vosk could not process the audio: {failure}") from failure

    def so_far(self) -> Transcript:
        """The words of what was heard. Only a flush tells the last of them, so this is a sentence of its own to Kaldi;
        what may follow begins another, and the words are joined. Raises RecognitionFailed."""
        if self._so_far is not None:
            return self._so_far
        self.prepare()
        if not self._failed:
            self._decode(self._resampler.resample_chunk(np.zeros(0, dtype="<i2"), last=True))
        if self._failed:
            raise RecognitionFailed("Vosk could not process the audio")
        self._pieces.take(self._native(self._recognizer.FinalResult))
        self._piece()
        self.partial = self._pieces.partial()
        self._so_far = self._pieces.transcript(bytes(self._heard[-_LONGEST_BYTES:]))
        return self._so_far

    def end(self) -> Transcript:
        """The words, and a clean start for the next utterance. Raises RecognitionFailed."""
        try:
            return self.so_far()
        finally:
            self._failed = False
            self._begin()

    def release(self) -> None:
        """Hand the recognizer on, in the state of a new one."""
        recognizer, self._recognizer = self._recognizer, None
        if recognizer is not None and not self._failed:
            recognizer.FinalResult()
            self._recognizers.give_back(recognizer)
