"""One side of one call, heard by a vosk-server: every message but the configuration has one answer, in their order."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp
import numpy as np
import soxr

from robot.speech.base import Transcript
from robot.speech.engines.vosk_pieces import MODEL_RATE_HZ, Pieces
from robot.speech.errors import RecognitionFailed
from robot.speech.pcm import BYTES_PER_SECOND, LINE_RATE_HZ

RESET = '{"reset" : 1}'
"""To the letter: the server compares texts. Answered by a FinalResult, and the recognizer begins anew."""
UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError, ValueError)

_CONNECTED_S = 5.0
_ANSWERED_S = 10.0
_CLOSED = aiohttp.ClientWSTimeout(ws_close=1.0)
_CHUNK_BYTES = BYTES_PER_SECOND // 10
_AT_ONCE = MODEL_RATE_HZ
"""Samples in a message: a server that decodes a second of sound for longer than _ANSWERED_S is lost."""
_LONGEST_BYTES = 60 * BYTES_PER_SECOND
_MOST_TRIES = 2


class Connection:
    """`async with Connection("ws://10.0.0.5:2700") as connection`. Raises one of UNREACHABLE at any moment."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECTED_S))
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.fed = 0
        """Samples, since the beginning: the server tells times from there."""

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(_CONNECTED_S):
                self._socket = await self._http.ws_connect(self._address, compress=0, timeout=_CLOSED)
            await self._socket.send_str(json.dumps({"config": {"sample_rate": MODEL_RATE_HZ, "words": 1}}))
        except BaseException:
            await self._http.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()

    async def hear(self, samples: bytes) -> str:
        """PCM of MODEL_RATE_HZ. Gives a Result or a PartialResult."""
        self.fed += len(samples) // 2
        return await self._answer(self._opened.send_bytes(samples))

    async def reset(self) -> str:
        """Ends the sentence. Gives its FinalResult."""
        return await self._answer(self._opened.send_str(RESET))

    @property
    def _opened(self) -> aiohttp.ClientWebSocketResponse:
        assert self._socket is not None  # noqa: S101 - only within the context
        return self._socket

    async def _answer(self, sending: Coroutine[Any, Any, None]) -> str:
        async with asyncio.timeout(_ANSWERED_S):
            await sending
            told = await self._opened.receive()
        if told.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(f"the server said {told.type.name} instead of words")
        words = str(told.data)
        if not words.lstrip().startswith("{"):
            raise ConnectionError("the server's answer is no object")
        return words


class Servers(Protocol):
    """Where sessions are heard."""

    def take(self) -> str:
        """The address of the one to ask next."""
        ...

    def give_back(self, address: str, *, failed: bool = False) -> None: ...

    def answered(self, asked_s: float, began_s: float, *, words: bool) -> None:
        """Just now; asked and sent at these moments. words: somebody waited for them."""
        ...


class _Question:
    def __init__(self, *, ends: bool) -> None:
        self.ends = ends
        self.asked_s = time.monotonic()
        self.words: asyncio.Future[Transcript] = asyncio.get_running_loop().create_future()


class ServerSession:
    """See the port `RecognizerSession`. What waits while the server works goes over in one piece, so a server that is
    behind has less to do. Belongs to the event loop it was made in."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._waiting: list[bytes | _Question] = []
        self._unsent = bytearray()
        self._more = asyncio.Event()
        self._closed = False
        self._hearing = _Utterance()
        self._work = asyncio.create_task(self._serve())
        self.partial = ""

    def expect(self, answers: Sequence[str]) -> None:
        """No effect: the protocol offers a grammar only, see the module `vosk`."""

    def accept(self, pcm: bytes) -> None:
        if self._closed or not pcm or len(self._waiting) * _CHUNK_BYTES > _LONGEST_BYTES:
            return
        self._unsent += pcm
        if len(self._unsent) >= _CHUNK_BYTES:
            self._flush()

    def glance(self) -> Coroutine[Any, Any, Transcript]:
        return self._asked(ends=False)

    def finish(self) -> Coroutine[Any, Any, Transcript]:
        return self._asked(ends=True)

    async def close(self) -> None:
        self._closed = True
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)
        self._fail("the session was closed")

    def _asked(self, *, ends: bool) -> Coroutine[Any, Any, Transcript]:
        question = _Question(ends=ends)
        if self._closed:
            question.words.set_exception(RecognitionFailed("the session is closed"))
        else:
            self._flush()
            self._put(question)
        return _awaited(question.words)

    def _flush(self) -> None:
        if self._unsent:
            self._put(bytes(self._unsent))
            self._unsent.clear()

    def _put(self, item: bytes | _Question) -> None:
        self._waiting.append(item)
        self._more.set()

    def _fail(self, why: str) -> None:
        for item in self._waiting:
            if isinstance(item, _Question) and not item.words.done():
                item.words.set_exception(RecognitionFailed(why))
        self._waiting.clear()

    async def _serve(self) -> None:
        """From one connection to the next, until the session is closed."""
        tries = 0
        while True:
            address, heard_s, failed = self._servers.take(), time.monotonic(), False
            try:
                async with Connection(address) as connection:
                    await self._hearing.again(connection)
                    while True:
                        await self._step(connection)
                        tries = 0
            except UNREACHABLE as problem:
                failed, tries = True, tries + 1
                if tries >= _MOST_TRIES:
                    self._hearing = _Utterance()
                    self._fail(f"no recognition server hears this call: {problem or type(problem).__name__}")
                    await asyncio.sleep(max(0.0, heard_s + 1.0 - time.monotonic()))
            finally:
                self._servers.give_back(address, failed=failed)

    async def _step(self, connection: Connection) -> None:
        """What waits first, and with audio all that follows it. Nothing is taken off before it is answered."""
        while not self._waiting:
            self._more.clear()
            await self._more.wait()
        first = self._waiting[0]
        if isinstance(first, _Question):
            await self._reply(connection, first)
            del self._waiting[0]
            return
        audio: list[bytes] = []
        while len(audio) < len(self._waiting) and isinstance(piece := self._waiting[len(audio)], bytes):
            audio.append(piece)
        del self._waiting[: len(audio)]
        began_s = time.monotonic()
        await self._hearing.hear(b"".join(audio), connection)
        self._servers.answered(began_s, began_s, words=False)
        self.partial = self._hearing.partial

    async def _reply(self, connection: Connection, question: _Question) -> None:
        if question.words.done() and not question.ends:
            return
        began_s = time.monotonic()
        heard = await self._hearing.so_far(connection)
        self._servers.answered(question.asked_s, began_s, words=True)
        if question.ends:
            self._hearing = _Utterance()
        self.partial = self._hearing.partial
        if not question.words.done():
            question.words.set_result(heard)


class _Utterance:
    """Keeps its audio: another server may have to hear it from the beginning."""

    def __init__(self) -> None:
        self._heard = bytearray()
        self._begin()

    def _begin(self) -> None:
        self._pieces = Pieces()
        self._resampled = 0
        self._so_far: Transcript | None = None
        self._stream()
        self.partial = ""

    def _stream(self) -> None:
        self._resampler = soxr.ResampleStream(LINE_RATE_HZ, MODEL_RATE_HZ, 1, dtype="int16")

    async def again(self, connection: Connection) -> None:
        self._begin()
        await self.hear(b"", connection)

    async def hear(self, pcm: bytes, connection: Connection) -> None:
        """An odd byte waits for its other half."""
        self._heard += pcm
        whole = len(self._heard) // 2 * 2
        fresh = np.frombuffer(bytes(self._heard[self._resampled : whole]), dtype="<i2")
        self._resampled = whole
        self._so_far = None
        await self._send(self._resampler.resample_chunk(fresh), connection)

    async def _send(self, samples: Any, connection: Connection) -> None:
        for at in range(0, len(samples), _AT_ONCE):
            self._pieces.fed(connection.fed)
            told = await connection.hear(samples[at : at + _AT_ONCE].astype("<i2").tobytes())
            if "partial" not in json.loads(told):
                self._pieces.take(told)
                told = "{}"
            self.partial = self._pieces.partial(told)

    async def so_far(self, connection: Connection) -> Transcript:
        """Only the end of a sentence tells its last words: what follows is another one to the server."""
        if self._so_far is None and self._resampled:
            await self._send(self._resampler.resample_chunk(np.zeros(0, dtype="<i2"), last=True), connection)
            self._pieces.take(await connection.reset())
            self._stream()
            self.partial = self._pieces.partial()
            self._so_far = self._pieces.transcript(bytes(self._heard[-_LONGEST_BYTES:]))
        return self._so_far or Transcript("", 0.0)


async def _awaited(words: asyncio.Future[Transcript]) -> Transcript:
    return await words
