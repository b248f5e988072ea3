"""The process in which an engine lives: `python -m robot.speech.worker.serve FD`, FD being its end of a socket pair.

It ends when the other end is closed, in whatever way the calls' process ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Coroutine
from dataclasses import astuple
from importlib import import_module
from typing import Any

from robot.speech.base import Recognizer, RecognizerSession, Transcript
from robot.speech.errors import SpeechError
from robot.speech.load import Load, load_of
from robot.speech.options import EngineOptions
from robot.speech.worker.memory import EVERY_S, give_back
from robot.speech.worker.wire import Kind, Message, answers_and_audio, as_json, pack, receive, transcript_row

NICENESS = 10
"""Audio goes first: words that come 20 ms later are not heard, a frame that does is."""
LOAD_S = 0.5


class Server:
    def __init__(self, engine: Recognizer, writer: asyncio.StreamWriter) -> None:
        self._engine = engine
        self._writer = writer
        self._sessions: dict[int, RecognizerSession] = {}
        self._partials: dict[int, str] = {}
        self._ended: dict[int, int] = {}
        self._jobs: dict[int, asyncio.Task[None]] = {}
        self._side: set[asyncio.Task[None]] = set()
        self._told = Load()

    def handle(self, message: Message) -> None:
        match message.kind:
            case Kind.OPEN:
                self._sessions[message.session] = self._engine.session()
                self._ended[message.session] = 0
            case Kind.AUDIO:
                self._sessions[message.session].accept(message.body)
            case Kind.GLANCE:
                self._answer(message.job, self._sessions[message.session].glance())
            case Kind.FINISH:
                task = self._answer(message.job, self._sessions[message.session].finish())
                task.add_done_callback(lambda _task: self._utterance_ended(message.session))
            case Kind.DECODE:
                self._decode(message)
            case Kind.CANCEL:
                if message.job in self._jobs:
                    self._jobs[message.job].cancel()
            case Kind.CLOSE:
                self._close(self._sessions.pop(message.session))
                self._partials.pop(message.session, None)
                self._ended.pop(message.session, None)

    def tell(self) -> None:
        """What changed since the last time: partial words, the load."""
        for number, session in self._sessions.items():
            if (partial := session.partial) != self._partials.get(number, ""):
                self._partials[number] = partial
                self._send(Message(Kind.PARTIAL, number, self._ended[number], partial.encode()))
        if (load := load_of(self._engine)) != self._told:
            self._told = load
            self._send(Message(Kind.LOAD, body=as_json(astuple(load))))

    def _decode(self, message: Message) -> None:
        expected, pcm = answers_and_audio(message.body)
        session = self._engine.session()
        session.expect(expected)
        session.accept(pcm)
        self._answer(message.job, session.finish(), session)

    def _answer(
        self, number: int, words: Coroutine[Any, Any, Transcript], session: RecognizerSession | None = None
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(self._reply(number, words))
        self._jobs[number] = task

        def done(_task: asyncio.Task[None]) -> None:
            self._jobs.pop(number, None)
            words.close()  # where the task was cancelled before it began
            if session is not None:
                self._close(session)

        task.add_done_callback(done)
        return task

    def _utterance_ended(self, session: int) -> None:
        if session in self._ended:
            self._ended[session] += 1
            self._partials[session] = ""

    async def _reply(self, number: int, words: Coroutine[Any, Any, Transcript]) -> None:
        try:
            heard = await words
        except Exception as failure:
            self._send(Message(Kind.FAILED, job=number, body=str(failure).encode()))
        else:
            self._send(Message(Kind.WORDS, job=number, body=transcript_row(heard)))

    def _close(self, session: RecognizerSession) -> None:
        task = asyncio.create_task(session.close())
        self._side.add(task)
        task.add_done_callback(self._side.discard)

    def _send(self, message: Message) -> None:
        self._writer.write(pack(message))


def engine_of(start: Message) -> Recognizer:
    """The engine that START names."""
    module, options = start.json()
    engine: Recognizer = import_module(module).make(EngineOptions.of(options))
    return engine


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        engine = engine_of(await receive(reader))
        await engine.start()
    except SpeechError as lacking:
        writer.write(pack(Message(Kind.REFUSED, body=as_json([lacking.code, str(lacking), lacking.remedy]))))
        await writer.drain()
        return
    writer.write(pack(Message(Kind.READY)))
    server = Server(engine, writer)
    ticks = asyncio.create_task(_tick(server, LOAD_S if not engine.capabilities.streaming else LOAD_S / 5))
    trims = asyncio.create_task(_trim())
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            server.handle(await receive(reader))
    ticks.cancel()
    trims.cancel()


async def _tick(server: Server, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        server.tell()


async def _trim() -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        give_back()


async def _main(fd: int) -> None:
    await serve(*await asyncio.open_connection(sock=socket.socket(fileno=fd)))


if __name__ == "__main__":
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for who started us, and he has calls to end
    asyncio.run(_main(int(sys.argv[1])))
    os._exit(0)  # an engine in the middle of an utterance that nobody waits for any more
