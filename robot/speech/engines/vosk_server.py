"""Vosk on other machines: the WebSocket protocol of vosk-server (github.com/alphacep/vosk-server,
websocket/asr_server.py), which its container images speak.

One connection is one side of one call. A call takes the server with the fewest of ours; a server that fails is left
alone for a while, and what was said goes to another one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import structlog

from robot.speech.base import Recognizer, RecognizerCapabilities, RecognizerSession
from robot.speech.engines.vosk_server_session import UNREACHABLE, Connection, ServerSession
from robot.speech.errors import EngineUnavailable
from robot.speech.load import Load, LoadMeter
from robot.speech.options import EngineOptions, Lack

log = structlog.get_logger(__name__)

SHUNNED_S = 10.0
"""After a failure, unless all others have failed too."""
_TRIED_S = 5.0


def lack(options: EngineOptions) -> Lack | None:
    """What keeps this engine from working: nobody has named a server. Connects to nothing."""
    if options.servers:
        return None
    return Lack(
        ru="не назван ни один сервер распознавания",
        en="no recognition server is named",
        remedy="ZVONAR_SPEECH__RECOGNIZER_SERVERS=ws://10.0.0.5:2700",
    )


def make(options: EngineOptions) -> Recognizer:
    """The engine as the registry makes it."""
    return VoskServerRecognizer(options.servers, language=options.language)


class VoskServerRecognizer:
    """See the port `Recognizer`. No model here: a call costs this machine its audio, 32 kB/s to the server."""

    def __init__(
        self, servers: Sequence[str], *, language: str = "ru", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """servers: ws:// or wss:// addresses. language: of their model, ISO 639-1."""
        self._servers = tuple(_checked(address) for address in servers)
        self._language = language
        self._clock = clock
        self._calls = dict.fromkeys(self._servers, 0)
        self._shunned_until = dict.fromkeys(self._servers, 0.0)
        self._meter = LoadMeter(1)

    @property
    def name(self) -> str:
        return "vosk-server"

    @property
    def capabilities(self) -> RecognizerCapabilities:
        return RecognizerCapabilities(streaming=True, bias=False, languages=frozenset({self._language}))

    async def start(self) -> None:
        """Tries one server after the other. Raises EngineUnavailable when none answers."""
        problems = []
        for address in self._servers:
            try:
                async with asyncio.timeout(_TRIED_S), Connection(address) as connection:
                    await connection.reset()
            except UNREACHABLE as problem:
                problems.append(f"{_shown(address)}: {problem or type(problem).__name__}")
            else:
                return
        raise EngineUnavailable(
            "no recognition server answers: " + "; ".join(problems or ["none is named"]),
            remedy="start one (docker run -p 2700:2700 alphacep/kaldi-ru) or mend ZVONAR_SPEECH__RECOGNIZER_SERVERS",
        )

    def session(self) -> RecognizerSession:
        return ServerSession(self)

    async def close(self) -> None:
        """Nothing is kept here: connections are the sessions'."""

    def load(self) -> Load:
        """busy: the share of its time that a call waits for its server, which has as much to hear as is said."""
        return self._meter.read(self._clock(), threads=max(1, sum(self._calls.values())))

    def take(self) -> str:
        """For the sessions: see `Servers`."""
        now_s = self._clock()
        address = min(self._servers, key=lambda one: (self._shunned_until[one] > now_s, self._calls[one]))
        self._calls[address] += 1
        return address

    def give_back(self, address: str, *, failed: bool = False) -> None:
        self._calls[address] -= 1
        if failed:
            self._shunned_until[address] = self._clock() + SHUNNED_S
            log.warning("recognition_server_failed", server=_shown(address))

    def answered(self, asked_s: float, began_s: float, *, words: bool) -> None:
        self._meter.record(asked_s, began_s, self._clock(), answer=words)


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname:
        raise EngineUnavailable(
            f"{_shown(address)} is no address of a recognition server", remedy="write it as ws://10.0.0.5:2700"
        )
    return address


def _shown(address: str) -> str:
    """Without name and password."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".rstrip(":")
