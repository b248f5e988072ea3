"""A test call from the command line: under the rules of every call, with what was heard and which codec was agreed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from robot import app
from robot.calls.recorder import Recorder
from robot.calls.trial import TrialCaller
from robot.cli.data import storage_of
from robot.domain.clock import utc_now
from robot.domain.company import TrialEnd
from robot.settings import Settings
from robot.speech import registry
from robot.speech.phrases import PhraseCache
from telephony.asterisk import trunk as trunks
from telephony.asterisk.line import AsteriskLine
from telephony.base import Frame, Line
from telephony.errors import TelephonyError
from telephony.lab import lab as stand
from telephony.simulated.directory import default_directory
from telephony.simulated.line import SimulatedLine

BY = "zvonar telephony call"
_NONE = TrialEnd("")
AskCodec = Callable[[UUID], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Tried:
    """refusal: why nobody was rung, else "". codec: that of the call, "" where it is not told. heard: what came from
    the other side, 8 kHz PCM."""

    refusal: str = ""
    end: TrialEnd = _NONE
    codec: str = ""
    heard: bytes = field(default=b"", repr=False)


async def try_call(
    settings: Settings, phone: str, record: Path | None = None, *, now: Callable[[], datetime] = utc_now
) -> Tried:
    """Ring, say a sentence, listen. The stop list, the toll guard, the hours, the limit of calls a day and the spend
    ceiling hold. record: where the recording goes; without it none is kept. Raises SpeechError, StorageError,
    RecordingFailed."""
    call_id, end = uuid4(), TrialEnd("interrupted")
    async with storage_of(settings) as storage:
        if refusal := await storage.trial_calls.begin(call_id, phone, by=BY, now=now()):
            return Tried(refusal)
        ear = _Ear(record)
        try:
            async with _phrases(settings) as phrases, _line(settings) as (line, ask_codec):
                answered = _Answered(lambda: ask_codec(call_id))
                caller = TrialCaller(
                    line,
                    phrases,
                    caller_id=next(iter(settings.rules.callers), settings.asterisk.caller_id),
                    ring_timeout_s=settings.dialer.ring_timeout_s,
                    on_answer=answered.begin,
                    on_frame=ear.add,
                )
                end = await caller.call(call_id, phone)
                codec = await answered.codec()
        finally:
            await storage.trial_calls.end(call_id, end, now=now())
        return Tried("", end, codec, await ear.close())


async def words_in(settings: Settings, heard: bytes) -> str:
    """As far as they were understood. Raises SpeechError."""
    if not heard:
        return ""
    options, name = app.recognizer_options(settings), settings.speech.recognizer
    engine = registry.recognizer(name, options) if name else registry.best_recognizer(options)
    try:
        await engine.start()
        session = engine.session()
        try:
            session.accept(heard)
            return (await session.finish()).text
        finally:
            await session.close()
    finally:
        await engine.close()


@asynccontextmanager
async def _phrases(settings: Settings) -> AsyncIterator[PhraseCache]:
    """A voice is all that is needed to be heard."""
    options, name = app.engine_options(settings), settings.speech.voice
    voice = registry.voice(name, options) if name else registry.best_voice(options)
    phrases = PhraseCache(voice, settings.phrases_dir)
    try:
        await voice.start()
        yield phrases
    finally:
        await phrases.close()
        await voice.close()


class _Ear:
    """What came from the other side, and the recording of both."""

    def __init__(self, record: Path | None) -> None:
        self._recorder = None if record is None else Recorder(record)
        self._heard = bytearray()

    def add(self, frame: Frame) -> None:
        self._heard += frame.heard
        if self._recorder is not None:
            self._recorder.add(frame)

    async def close(self) -> bytes:
        if self._recorder is not None and self._heard:
            await self._recorder.close()
        return bytes(self._heard)


class _Answered:
    """Asks beside the talk, which must not wait for it."""

    def __init__(self, ask: Callable[[], Awaitable[str]]) -> None:
        self._ask = ask
        self._asking: asyncio.Future[str] | None = None

    def begin(self) -> None:
        self._asking = asyncio.ensure_future(self._ask())

    async def codec(self) -> str:
        return "" if self._asking is None else await self._asking


@asynccontextmanager
async def _line(settings: Settings) -> AsyncIterator[tuple[Line, AskCodec]]:
    """A line of our own beside that of a robot that may be running: on any free port, taking no calls."""
    if settings.line == "simulated":
        exchange = SimulatedLine(default_directory())
        async with _running(exchange):
            yield exchange, _untold
        return
    if settings.line == "lab":
        reach = stand.asterisk_settings(app.lab_settings(settings))
    else:
        reach = replace(app.configured_asterisk(settings), audio_port=0, agi_port=None)
    ami = reach.ami_client()
    line = AsteriskLine(reach, ami)

    async def ask(call_id: UUID) -> str:
        try:
            channel = (await trunks.live(ami.action, frozenset({reach.trunk}))).get(call_id, "")
            reply = await ami.action("Getvar", Channel=channel, Variable="CHANNEL(audionativeformat)")
        except TelephonyError:
            return ""
        return reply.fields.get("Value", "").strip("()")

    async with _running(line):
        yield line, ask


async def _untold(_call_id: UUID) -> str:
    return ""


@asynccontextmanager
async def _running(line: Line) -> AsyncIterator[None]:
    work = asyncio.create_task(line.run())
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
