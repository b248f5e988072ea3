"""Dials one task and sees it through: phrases ready (before the attempt is begun), phone rings, talk, result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from robot.calls.conversation import Conversations
from robot.calls.events import CallEnded, Dialing
from robot.calls.ports import Prepared
from robot.calls.transfer import legs
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from telephony.base import CallSpec, Line
from telephony.errors import LineDown

log = structlog.get_logger(__name__)

SWEEP_RETRY_S = 1.0

Dialogs = Callable[[ClaimedTask, UUID], Prepared]
"""The dialog of a call, by its task and attempt."""


@dataclass(frozen=True, slots=True)
class CallerSettings:
    """caller_id: shown where a call names none of its own."""

    caller_id: str = ""
    ring_timeout_s: float = 30.0


class TelephoneCaller:
    """The dialer's `Caller` on a line; it `Prepares`, too."""

    def __init__(
        self,
        *,
        line: Line,
        conversations: Conversations,
        dialogs: Dialogs,
        settings: CallerSettings | None = None,
        ready: Callable[[Campaign], Awaitable[None]] | None = None,
    ) -> None:
        """ready: sees to it that the dialogs of a campaign can be made, before anybody is rung."""
        self._ready = ready
        self._line = line
        self._conversations = conversations
        self._dialogs = dialogs
        self._settings = settings or CallerSettings()

    async def headroom(self) -> int:
        health = await self._line.health()
        return self._conversations.channels.free if health.ok else 0

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:
        known = {leg: attempt.id for attempt in attempts for leg in (attempt.id, *legs(attempt.id))}
        alive: set[UUID] = set()
        while True:
            try:
                if (await self._line.health()).ok:
                    await self._take_down(known, alive)
                    return frozenset(alive)
            except LineDown as error:  # it went away between two questions
                log.warning("sweep_interrupted", code=error.code)
            await asyncio.sleep(SWEEP_RETRY_S)

    async def _take_down(self, known: Mapping[UUID, UUID], alive: set[UUID]) -> None:
        """The calls of these ids (leg -> attempt); adds the attempts they are of to `alive`. Raises LineDown."""
        for call_id in await self._line.live_calls() & known.keys():
            alive.add(known[call_id])
            await self._line.end_call(call_id)

    async def prepare(self, claimed: ClaimedTask, attempt_id: UUID) -> None:
        """Have the phrases rendered: that takes seconds, in which the number may be stopped or the hours close."""
        try:
            if self._ready is not None:
                await self._ready(claimed.campaign)
            phrases = await self._conversations.phrases_of(claimed.campaign)
            await phrases.prepare(self._dialogs(claimed, attempt_id).texts)
        except Exception:
            # What failed is tried again in the talk, phrase by phrase; a fault that stays is that call's alone.
            log.exception("prepare_failed", attempt=str(attempt_id))

    async def call(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str = "") -> CallResult:
        talks = self._conversations
        talks.observe(Dialing(attempt_id, claimed))
        result = CallResult(Outcome.INTERRUPTED, talks.now(), reason="cancelled")
        try:
            with talks.channels.taken():
                result = await talks.settled(self._dial_and_talk(claimed, attempt_id, caller_id), attempt_id)
        finally:
            talks.observe(CallEnded(attempt_id, claimed, result))
        return result

    async def _dial_and_talk(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str) -> CallResult:
        prepared = self._dialogs(claimed, attempt_id)
        call = await self._line.dial(
            CallSpec(
                attempt_id,
                claimed.lead.phone,
                caller_id=caller_id or self._settings.caller_id,
                ring_timeout_s=self._settings.ring_timeout_s,
            )
        )
        return await self._conversations.hold(call, claimed, prepared)
