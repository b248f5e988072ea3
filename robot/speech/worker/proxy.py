"""An engine in another process, behind the port of one that is here.

The audio of an utterance is kept until its words are there. When the process dies it is started again, and what was
unfinished is decoded anew. An utterance that was under way in two deaths is taken for their cause, and fails.
Belongs to the event loop in which it was started.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools

import structlog

from robot.speech.base import Recognizer, RecognizerCapabilities, RecognizerSession
from robot.speech.errors import RecognitionFailed, SpeechError
from robot.speech.load import Load
from robot.speech.options import EngineOptions
from robot.speech.worker.child import Child, start_child
from robot.speech.worker.session import Job, ProxySession
from robot.speech.worker.wire import Kind, Message, receive, transcript_of, with_answers

log = structlog.get_logger(__name__)

BACKOFF_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Before each try to start the process again; the last one for all further ones."""
_MOST_TRIES = 2


class WorkerRecognizer:
    """See the port `Recognizer`. Raises in `start` what the engine raises there."""

    def __init__(self, engine: Recognizer, module: str, options: EngineOptions) -> None:
        """engine: made, never started; it tells name and capabilities. module: where another one can be made."""
        self._name, self._capabilities = engine.name, engine.capabilities
        self._module = module
        self._options = options
        self._child: Child | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._sessions: dict[int, ProxySession] = {}
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count(1)
        self._load = Load()
        self._closed = False
        self.deaths = 0
        """Of the engine's process, since the start of ours."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return self._capabilities

    @property
    def pid(self) -> int | None:
        """Of the engine's process; None while there is none."""
        return None if self._child is None else self._child.process.pid

    def load(self) -> Load:
        """As the process told it last."""
        return self._load

    async def start(self) -> None:
        if self._keeping is None:
            self._child = await start_child(self._module, self._options)
            self._closed = False
            self._keeping = asyncio.create_task(self._keep())

    def session(self) -> RecognizerSession:
        if self._keeping is None:
            raise RuntimeError("start() the recognizer before opening a session")
        number = next(self._numbers)
        session = ProxySession(self, number, streaming=self._capabilities.streaming)
        self._sessions[number] = session
        session.open()
        return session

    async def close(self) -> None:
        self._closed = True
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None
        child, self._child = self._child, None
        if child is not None:
            await child.end()
        for job in list(self._jobs.values()):
            self._fail(job, "the recognizer was closed during the call")

    def send(self, message: Message) -> None:
        """For the sessions. Lost while there is no process: the next one is told everything that is open."""
        if self._child is not None:
            self._child.send(message)

    def ask(self, job: Job, message: Message) -> None:
        """For the sessions: `message`, with the job's number, asks for its words."""
        if self._closed:
            job.words.set_exception(RecognitionFailed("the recognizer was closed during the call"))
            return
        self._jobs[job.number] = job
        self.send(message)

    def next_job(self) -> int:
        return next(self._numbers)

    def withdraw(self, job: Job) -> None:
        if self._jobs.pop(job.number, None) is not None:
            self.send(Message(Kind.CANCEL, job=job.number))

    def forget(self, session: int) -> None:
        self._sessions.pop(session, None)

    async def _keep(self) -> None:
        """Listen to the process; start another one when it ends."""
        while True:
            assert self._child is not None  # noqa: S101 - set by start and by _again
            with contextlib.suppress(asyncio.IncompleteReadError, OSError):
                while True:
                    self._hear(await receive(self._child.reader))
            child, self._child = self._child, None
            await child.end()
            self.deaths += 1
            log.error("recognizer_died", engine=self._name, exit=child.process.returncode, unfinished=len(self._jobs))
            self._load = Load()
            await self._again()

    async def _again(self) -> None:
        for job in list(self._jobs.values()):
            job.tries += 1
            if job.tries >= _MOST_TRIES:
                self._fail(job, "the recognizer died twice over this utterance")
        for number in itertools.count():
            await asyncio.sleep(BACKOFF_S[min(number, len(BACKOFF_S) - 1)])
            try:
                child = await start_child(self._module, self._options)
            except SpeechError as failure:
                log.warning("recognizer_not_started", engine=self._name, error=str(failure), remedy=failure.remedy)
                for job in list(self._jobs.values()):
                    self._fail(job, str(failure))
            else:
                break
        self._child = child
        for job in sorted(self._jobs.values(), key=lambda one: one.number):
            self.send(Message(Kind.DECODE, job=job.number, body=with_answers(job.expected, job.pcm)))
        for session in self._sessions.values():
            session.resume()
        log.info("recognizer_started_again", engine=self._name, decoded_anew=len(self._jobs))

    def _hear(self, message: Message) -> None:
        if message.kind is Kind.LOAD:
            self._load = Load(*message.json())
        elif message.kind is Kind.PARTIAL:
            if message.session in self._sessions:
                self._sessions[message.session].heard(message.job, message.text)
        elif (job := self._jobs.pop(message.job, None)) is not None and not job.words.done():
            log.debug("decoded", attempt=job.attempt, engine=self._name, worker=self.pid, job=job.number)
            if message.kind is Kind.WORDS:
                job.words.set_result(transcript_of(message))
            else:
                job.words.set_exception(RecognitionFailed(message.text))

    def _fail(self, job: Job, why: str) -> None:
        self._jobs.pop(job.number, None)
        if not job.words.done():
            job.words.set_exception(RecognitionFailed(why))
