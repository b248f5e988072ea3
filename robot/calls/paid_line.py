"""Managers' calls cost money too: what one can cost is reserved before it rings, and settled by how long it lasted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import ClassVar
from uuid import UUID

import structlog

from robot.calls.transfer_ports import Dials, LegCosts
from robot.patience import Patience
from telephony.base import Call, CallSpec, Ended, Frame
from telephony.errors import DialError
from telephony.playback import Playback

log = structlog.get_logger(__name__)

STORE_S = 3.0
"""The client hears music meanwhile: what cannot be reserved by then is not dialed."""


class CeilingReached(DialError):
    """The day's money does not reach for this call, or nobody could tell whether it does."""

    code: ClassVar[str] = "ceiling"
    retryable: ClassVar[bool] = False


class PaidLine:
    """`Dials` for one client's attempt. Extensions of the office cost nothing. A reservation that could not be settled
    stays: a ceiling errs towards too little."""

    def __init__(self, line: Dials, costs: LegCosts, attempt_id: UUID, *, now: Callable[[], datetime]) -> None:
        self._line = line
        self._costs = costs
        self._attempt_id = attempt_id
        self._now = now

    async def dial(self, spec: CallSpec) -> Call:
        """As the line does. Raises CeilingReached before anything rings."""
        if spec.office:
            return await self._line.dial(spec)
        if not await self._reserved(spec):
            raise CeilingReached("the day's spend ceiling leaves nothing for this call")
        try:
            call = await self._line.dial(spec)
        except BaseException:  # cancelled, too: the client has left
            await asyncio.shield(self._settle(spec.call_id, talked_s=0.0))
            raise
        return _PaidCall(call, settle=partial(self._settle, spec.call_id))

    async def _reserved(self, spec: CallSpec) -> bool:
        reserve = partial(self._costs.reserve, self._attempt_id, spec.call_id, spec.number)
        try:
            async with asyncio.timeout(STORE_S):
                return await Patience()(lambda: reserve(now=self._now()), doing="reserve a transfer")
        except Exception as error:  # the client must not hang in the line for the store's sake
            log.warning("transfer_not_reserved", attempt=str(self._attempt_id), error=type(error).__name__)
            return False

    async def _settle(self, leg: UUID, *, talked_s: float) -> None:
        try:
            async with asyncio.timeout(STORE_S):
                settle = partial(self._costs.settle, leg, talked_s=talked_s, now=self._now())
                await Patience()(settle, doing="settle a transfer")
        except Exception as error:
            log.warning("transfer_not_settled", attempt=str(self._attempt_id), error=type(error).__name__)


class _PaidCall:
    """`Call` that is settled once, when it is over."""

    def __init__(self, call: Call, *, settle: Callable[..., Awaitable[None]]) -> None:
        self._call = call
        self._settle = settle
        self._answered_s = asyncio.get_running_loop().time()
        self._over = False

    @property
    def call_id(self) -> UUID:
        return self._call.call_id

    @property
    def ended(self) -> Ended | None:
        return self._call.ended

    async def frames(self) -> AsyncIterator[Frame]:
        async for frame in self._call.frames():
            yield frame
        await self._ended()

    def play(self, pcm: bytes) -> Playback:
        return self._call.play(pcm)

    async def hang_up(self) -> None:
        try:
            await self._call.hang_up()
        finally:
            await self._ended()

    async def _ended(self) -> None:
        if self._over:
            return
        self._over = True
        await asyncio.shield(self._settle(talked_s=asyncio.get_running_loop().time() - self._answered_s))
