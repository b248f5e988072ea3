"""A live transfer: the robot dials a manager, whispers who is there, and joins him with the client.

The client's call stays the robot's: its frames come in through `hear`, what the manager says is played into it. So the
recording holds both people, and whoever hangs up ends it for both.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

import structlog

from robot.calls.channels import Channels
from robot.calls.hold_music import hold_music
from robot.calls.ports import PhraseSource
from robot.calls.relay import Relay
from robot.calls.transfer_ports import Destination, Dials, Managers
from robot.speech.errors import SpeechError
from telephony.audio import SILENCE
from telephony.base import Call, CallSpec, Frame
from telephony.errors import TelephonyError
from telephony.playback import Playback

log = structlog.get_logger(__name__)

MOST_LEGS = 8
"""Managers rung for one client; more would be a mistake of the settings."""


@dataclass(frozen=True, slots=True)
class TransferSettings:
    """ring_s: how long each manager's telephone rings. wait_s: how long the client is kept waiting in all. talk_s: what
    a talk of people costs at most. caller_id: shown to managers."""

    ring_s: float = 25.0
    wait_s: float = 60.0
    talk_s: float = 3600.0
    caller_id: str = ""


class Bridge(Protocol):
    """Transfers of one call, as its session sees them. `hear` is given every frame while `connect` is under way."""

    @property
    def joined(self) -> bool:
        """The client talks, or has talked, with a manager."""
        ...

    async def connect(self, whom: str, collected: Mapping[str, str]) -> bool:
        """Ring, whisper who the client is and what he told, join. True after the people have talked, whoever ended it;
        False when nobody could be had: then the client has been told nothing, and hears silence."""
        ...

    async def take_over(self, number: str, collected: Mapping[str, str], joining: Callable[[], None]) -> bool:
        """As `connect`, for somebody of the office who wants the client: he is rung while the talk goes on, and
        `joining` is called when he has heard the whisper, just before they are joined. False also while somebody else
        is being rung."""
        ...

    def hear(self, frame: Frame) -> None: ...

    def client_left(self) -> None:
        """His call has ended: whoever rings or talks for him is let go."""
        ...


class NoBridge:
    """`Bridge` where nobody can be dialed for a client."""

    joined = False

    async def connect(self, whom: str, collected: Mapping[str, str]) -> bool:  # noqa: ARG002
        return False

    async def take_over(self, number: str, collected: Mapping[str, str], joining: Callable[[], None]) -> bool:  # noqa: ARG002
        return False

    def hear(self, frame: Frame) -> None:
        """Nothing is under way."""

    def client_left(self) -> None:
        """Nobody waits for him."""


def legs(attempt_id: UUID) -> Iterator[UUID]:
    """The ids of the managers' calls of an attempt, so that a restarted robot knows them too."""
    return (uuid5(attempt_id, f"transfer {number}") for number in range(MOST_LEGS))


class LineBridge:
    """`Bridge` over the line the client is on. talked_s: how long the people talked. reached: whom the client got, in
    the script's word."""

    def __init__(
        self,
        client: Call,
        *,
        line: Dials,
        managers: Managers,
        announce: Callable[[Mapping[str, str]], str],
        phrases: PhraseSource,
        channels: Channels,
        settings: TransferSettings,
    ) -> None:
        """announce: the whisper, from what the talk has collected."""
        self._client = client
        self._line = line
        self._managers = managers
        self._announce = announce
        self._phrases = phrases
        self._channels = channels
        self._settings = settings
        self._left = asyncio.Event()
        self._legs = legs(client.call_id)
        self._music: Playback | None = None
        self._manager: Call | None = None
        self._to_manager: Relay | None = None
        self._joining: Callable[[], None] = _as_it_is
        self._busy = False
        self.joined = False
        self.talked_s = 0.0
        self.reached = ""

    async def connect(self, whom: str, collected: Mapping[str, str]) -> bool:
        return await self._fetch(whom, collected, music=True)

    async def take_over(self, number: str, collected: Mapping[str, str], joining: Callable[[], None]) -> bool:
        if self._busy:
            return False
        self._joining = joining
        try:
            return await self._fetch(number, collected, music=False)
        finally:
            self._joining = _as_it_is

    async def _fetch(self, whom: str, collected: Mapping[str, str], *, music: bool) -> bool:
        """music: while he is rung; without it the client hears what he heard before."""
        destinations = self._managers.reach(whom)
        if not destinations or self._left.is_set() or self._busy:
            return False
        self._busy = True
        whispering = asyncio.create_task(self._speech(self._announce(collected)))
        leaving = asyncio.create_task(self._left.wait())
        trying = asyncio.create_task(self._try(whom, destinations, whispering))
        self._music = self._client.play(hold_music()) if music else None
        try:
            with self._channels.taken():
                await asyncio.wait((trying, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (trying, leaving, whispering):
                task.cancel()
            await asyncio.shield(self._close(trying))
            self._busy = False
        if not trying.cancelled() and (error := trying.exception()) is not None:
            raise error
        return self.joined

    def hear(self, frame: Frame) -> None:
        if self._to_manager is not None:
            self._to_manager.carry(frame.heard)
        elif self._music is not None and self._music.done:
            self._music = self._client.play(hold_music())

    def client_left(self) -> None:
        self._left.set()

    async def _close(self, trying: asyncio.Task[None]) -> None:
        """A dial that is cancelled takes its ringing down; a manager who answered is hung up."""
        self._silence()
        await asyncio.wait({trying})
        if self._manager is not None:
            await self._manager.hang_up()

    async def _try(self, whom: str, destinations: Sequence[Destination], whispering: asyncio.Task[bytes]) -> None:
        """One after another, until one has talked."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + self._settings.wait_s
        for destination, leg in zip(destinations, self._legs, strict=False):
            ring_s = min(self._settings.ring_s, deadline_s - loop.time())
            if ring_s <= 0:
                return
            self._manager = await self._dial(destination, leg, ring_s)
            if self._manager is None:
                continue
            frames = self._manager.frames()
            if await self._hears(self._manager.play(await whispering), frames):
                self.reached = whom
                await self._join(self._manager, frames)
                return
            self._manager = None

    async def _dial(self, destination: Destination, leg: UUID, ring_s: float) -> Call | None:
        spec = CallSpec(
            leg,
            destination.number,
            caller_id=self._settings.caller_id,
            ring_timeout_s=ring_s,
            office=destination.office,
        )
        try:
            return await self._line.dial(spec)
        except TelephonyError as error:
            log.info("transfer_not_answered", attempt=str(self._client.call_id), code=error.code)
            return None

    async def _hears(self, whisper: Playback, frames: AsyncIterator[Frame]) -> bool:
        """False when he hung up before its end."""
        async for _ in frames:
            if whisper.done:
                return True
        return False

    async def _join(self, manager: Call, frames: AsyncIterator[Frame]) -> None:
        self._silence()
        self._joining()
        self._to_manager, to_client = Relay(manager), Relay(self._client)
        self.joined = True
        loop = asyncio.get_running_loop()
        since_s = loop.time()
        try:
            async for frame in frames:
                to_client.carry(frame.heard)
                if loop.time() - since_s >= self._settings.talk_s:
                    break
        finally:
            self.talked_s = loop.time() - since_s

    async def _speech(self, text: str) -> bytes:
        try:
            return await self._phrases.speech(text)
        except SpeechError as error:
            log.warning("whisper_failed", code=error.code)
            return SILENCE  # joined without a word rather than not at all

    def _silence(self) -> None:
        if self._music is not None:
            self._music.stop()
            self._music = None


def _as_it_is() -> None:
    """Nothing stands in the way of joining them."""
