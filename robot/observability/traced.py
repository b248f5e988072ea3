"""Parts of a node whose work shows in the traces of its calls."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from robot.calls.ports import Calendar
from robot.crm.outbox_ports import Deliverer, Delivery
from robot.crm.writes import Keep
from robot.domain.campaigns import Campaign
from robot.domain.meetings import Slot


class Tracer(Protocol):
    """robot.observability.traces.CallTracer, where it is installed."""

    def span(self, name: str, attempt_id: UUID | None, **attributes: str) -> AbstractContextManager[object]:
        """A part of this call for as long as the context lasts."""
        ...


class TracedCalendar:
    """Calendar of robot.calls.ports: what a client waits for while slots are looked for and held."""

    def __init__(self, calendar: Calendar, tracer: Tracer) -> None:
        self._calendar = calendar
        self._tracer = tracer

    async def free_slots(
        self,
        campaign: Campaign,
        *,
        after: datetime,
        before: datetime,
        duration: timedelta,
        now: datetime,
        attempt_id: UUID | None = None,
    ) -> Sequence[Slot]:
        with self._tracer.span("slots", attempt_id):
            return await self._calendar.free_slots(
                campaign, after=after, before=before, duration=duration, now=now, attempt_id=attempt_id
            )

    async def offer(self, attempt_id: UUID, slots: Sequence[Slot], *, now: datetime) -> Sequence[Slot]:
        with self._tracer.span("offer", attempt_id):
            return await self._calendar.offer(attempt_id, slots, now=now)

    async def hold(self, attempt_id: UUID, slot: Slot, *, now: datetime) -> bool:
        with self._tracer.span("booking", attempt_id):
            return await self._calendar.hold(attempt_id, slot, now=now)

    async def release(self, attempt_id: UUID) -> None:
        await self._calendar.release(attempt_id)


class TracedDeliverer:
    """Deliverer of robot.crm.outbox_ports."""

    def __init__(self, deliverer: Deliverer, tracer: Tracer) -> None:
        self._deliverer = deliverer
        self._tracer = tracer

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        told = {"target": delivery.target, "kind": str(delivery.kind)}
        with self._tracer.span("delivery", delivery.attempt_id, **told):
            await self._deliverer.deliver(delivery, keep)
