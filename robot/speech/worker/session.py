"""One side of one call whose engine lives in another process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from structlog.contextvars import get_contextvars

from robot.speech.base import Transcript
from robot.speech.errors import RecognitionFailed
from robot.speech.pcm import BYTES_PER_SECOND
from robot.speech.shared import SharedWords
from robot.speech.worker.wire import Kind, Message, with_answers

_LONGEST_BYTES = 60 * BYTES_PER_SECOND
_CHUNK_BYTES = BYTES_PER_SECOND // 10
"""Audio for an engine that follows it goes over in tenths of a second: five times fewer messages than frames."""


@dataclass(eq=False)
class Job:
    """Words that somebody waits for, with all that is needed to decode them anew."""

    number: int
    expected: tuple[str, ...]
    pcm: bytes
    tries: int = 0
    attempt: str = field(default_factory=lambda: str(get_contextvars().get("attempt", "")))
    """Whose words they are, for the log: that of the task that asks."""
    words: asyncio.Future[Transcript] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Link(Protocol):
    """The way to the engine, and its memory of what is unfinished."""

    def next_job(self) -> int: ...
    def send(self, message: Message) -> None: ...
    def ask(self, job: Job, message: Message) -> None: ...
    def withdraw(self, job: Job) -> None: ...
    def forget(self, session: int) -> None: ...


class ProxySession:
    """See the port `RecognizerSession`. An engine that follows the audio is sent it as it comes; any other gets an
    utterance, or what there is of it, in one piece when it is asked for its words."""

    def __init__(self, link: Link, number: int, *, streaming: bool) -> None:
        self._link = link
        self._number = number
        self._streaming = streaming
        self._heard = bytearray()
        self._unsent = bytearray()
        self._expected: tuple[str, ...] = ()
        self._glanced: SharedWords | None = None
        self._closed = False
        self._ended = 0
        self.partial = ""

    def open(self) -> None:
        self._ended = 0
        if self._streaming:
            self._link.send(Message(Kind.OPEN, self._number))

    def resume(self) -> None:
        """Tell a new process what was open."""
        self.open()
        self._unsent = bytearray(self._heard) if self._streaming else bytearray()
        self._flush()

    def expect(self, answers: Sequence[str]) -> None:
        if self._expected != tuple(answers):
            self._glanced = None
        self._expected = tuple(answers)

    def accept(self, pcm: bytes) -> None:
        if self._closed or not pcm:
            return
        self._glanced = None
        self._heard += pcm
        if len(self._heard) > 2 * _LONGEST_BYTES:
            del self._heard[:_LONGEST_BYTES]
        if self._streaming:
            self._unsent += pcm
            if len(self._unsent) >= _CHUNK_BYTES:
                self._flush()

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        if self._streaming:
            return self._asked(Kind.GLANCE)
        if self._glanced is None:
            pcm, expected = self._utterance(), self._expected
            self._glanced = SharedWords(lambda: self._decoded(pcm, expected))
        return self._glanced.words()

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        words = self._asked(Kind.FINISH) if self._streaming else self.glance()
        self._heard.clear()
        self._glanced = None
        self._ended += 1
        self.partial = ""
        return words

    def heard(self, utterance: int, partial: str) -> None:
        """Words so far, of the utterance after so many others."""
        if utterance == self._ended:
            self.partial = partial

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._heard.clear()
            self._unsent.clear()
            self._link.forget(self._number)
            if self._streaming:
                self._link.send(Message(Kind.CLOSE, self._number))

    def _utterance(self) -> bytes:
        return bytes(self._heard[-_LONGEST_BYTES:])

    def _flush(self) -> None:
        if self._unsent:
            self._link.send(Message(Kind.AUDIO, self._number, body=bytes(self._unsent)))
            self._unsent.clear()

    def _asked(self, kind: Kind) -> Coroutine[Any, Any, Transcript]:
        """Asked for at once, whoever awaits: what is accepted from now on does not belong to it."""
        self._flush()
        job = Job(self._link.next_job(), self._expected, self._utterance())
        if not self._closed:
            self._link.ask(job, Message(kind, self._number, job.number))
        return self._words(job)

    async def _decoded(self, pcm: bytes, expected: tuple[str, ...]) -> Transcript:
        job = Job(self._link.next_job(), expected, pcm)
        if pcm and not self._closed:
            self._link.ask(job, Message(Kind.DECODE, job=job.number, body=with_answers(expected, pcm)))
        return await self._words(job)

    async def _words(self, job: Job) -> Transcript:
        if self._closed:
            self._link.withdraw(job)
            raise RecognitionFailed("the session is closed")
        if not job.pcm:
            self._link.withdraw(job)
            return Transcript("", 0.0)
        try:
            return await job.words
        except asyncio.CancelledError:
            self._link.withdraw(job)
            raise
