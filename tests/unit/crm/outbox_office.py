"""A call that ended, a CRM and a mail server in memory, and workers that deliver to them; time is the loop's."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from robot.crm.base import NewLead
from robot.crm.errors import DeliveryError
from robot.crm.outbox import OnTried, Outbox, OutboxSettings
from robot.crm.outbox_calls import ConnectorDeliverer
from robot.crm.outbox_desk import Entry, Wanted
from robot.crm.outbox_ports import Deliverer, Delivery, Kind, OutboxStore, State
from robot.crm.planning import Target
from robot.crm.report import CallReport
from robot.crm.writes import Done, Keep, Write, carry_out
from robot.domain.calls import CallResult
from robot.domain.campaigns import Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage.memory import MemoryStorage
from tests.contracts.storage_contract import HALF_HOUR, NOW, Scene, phone

TARGETS = (Target("crm", frozenset({Kind.CALL})), Target("mail", frozenset({Kind.INVITATION})))
SETTINGS = OutboxSettings(lease_s=60, poll_s=2)

Step = Callable[[str], Awaitable[None]]


async def nothing(_step: str) -> None: ...


def now() -> datetime:
    return NOW + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass(slots=True)
class Server:
    """Somebody else's system: what was written to it, by mark. step: called before and after each request."""

    step: Step = nothing
    there: list[tuple[str, str]] = field(default_factory=list)
    requests: int = 0
    fails: Callable[[str, str], DeliveryError | None] = lambda _what, _mark: None

    async def write(self, what: str, mark: str) -> str:
        await self.step(f"before {what}")
        self.requests += 1
        if (error := self.fails(what, mark)) is not None:
            raise error
        self.there.append((what, mark))
        await self.step(f"after {what}")
        return str(len(self.there))

    async def look(self, what: str, mark: str) -> str | None:
        await self.step(f"before look {what}")
        found = str(self.there.index((what, mark)) + 1) if (what, mark) in self.there else None
        await self.step(f"after look {what}")
        return found

    def count(self) -> Counter[str]:
        return Counter(what for what, _ in self.there)

    def one(self, what: str, mark: str, **more: Any) -> Write:
        async def do(_done: Done) -> str:
            return await self.write(what, mark)

        async def look(_done: Done) -> str | None:
            return await self.look(what, mark)

        return Write(what, do, look, **more)


class Crm(Server):
    """A connector."""

    name = "crm"

    def writes(self, report: CallReport) -> Sequence[Write]:
        mark, lead = str(report.attempt_id), ("lead",)
        wanted = [self.one("lead", report.lead.phone, always_look=True), self.one("stage", mark, needs=lead)]
        if report.meeting is not None:
            wanted.append(self.one("meeting", mark, needs=lead))
        return [*wanted, self.one("note", mark, needs=lead)]


@dataclass(slots=True)
class Mail:
    """A deliverer. Messages are known by the delivery's key."""

    server: Server

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        await carry_out([self.server.one("mail", delivery.key)], delivery.journal, keep)


class Office:
    """Calls end here, and workers deliver."""

    def __init__(self, scene: Scene, store: MemoryStorage) -> None:
        self.scene = scene
        self.store = store
        self.crm = Crm()
        self.mail = Server()

    @classmethod
    async def open(cls, *, leads: int = 1) -> Office:
        store = MemoryStorage(targets=TARGETS)
        campaign = await store.campaigns.ensure(Campaign(0, "cold", "Холодные", "cold_call", quota=999))
        hours = WorkingHours(opens=time(0), closes=time(23, 30), weekdays=frozenset(range(7)))
        for manager in ("Анна", "Борис"):
            await store.managers.ensure(manager, hours, campaigns=[campaign.id])
        await store.leads.add(campaign.id, [NewLead(phone(number)) for number in range(leads)], now=NOW)
        return cls(Scene(store, campaign), store)

    async def call(self, *, booked: bool = True) -> UUID:
        """One call, answered and ended."""
        (claimed,) = await self.scene.claim()
        attempt_id = uuid4()
        assert await self.store.attempts.begin(claimed, attempt_id=attempt_id, node="a", now=NOW)
        meeting = None
        if booked:
            meeting = (await self.scene.slots())[0]
            assert meeting.ends_at - meeting.starts_at == HALF_HOUR
            assert await self.store.calendar.hold(attempt_id, meeting, now=NOW)
        outcome = Outcome.MEETING_BOOKED if booked else Outcome.REFUSED
        result = CallResult(outcome, NOW, answered_at=NOW, meeting=meeting)
        await self.store.attempts.finish(attempt_id, result, retry_at=None)
        return attempt_id

    async def deliveries(self, *states: State) -> list[Entry]:
        found = await self.store.outbox_desk.entries(Wanted(states or tuple(State)), limit=999, now=now())
        return list(reversed(found))

    async def counts(self) -> Counter[State]:
        return Counter(entry.state for entry in await self.deliveries())

    def worker(
        self,
        store: OutboxStore | None = None,
        crm: Deliverer | None = None,
        settings: OutboxSettings = SETTINGS,
        on_tried: OnTried = lambda _delivery, _tried: None,
    ) -> Outbox:
        deliverers: dict[str, Deliverer] = {
            "crm": crm or ConnectorDeliverer(self.crm, self.store.call_reports),  # type: ignore[arg-type]
            "mail": Mail(self.mail),
        }
        store = store or self.store.outbox
        return Outbox(store, deliverers, settings, now=now, on_tried=on_tried, chance=lambda: 0.5)

    async def work_for(self, seconds: float, worker: Outbox | None = None) -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, stop.set)
        await (worker or self.worker()).run(stop)
