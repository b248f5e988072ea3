"""The dialer's loop over the stores in memory, on a virtual clock, with a caller whose calls are written down."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from robot.crm.base import NewLead
from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.calls import CallResult, ClaimedTask, OpenAttempt
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.storage.memory import MemoryStorage

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


def now() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class Phone:
    """A caller: each call lasts `talk_s` and ends as the next of `outcomes` says, with a slot held for a meeting."""

    def __init__(
        self, storage: MemoryStorage, outcomes: Sequence[Outcome], *, talk_s: float = 30, free: int = 4
    ) -> None:
        self.storage = storage
        self.outcomes = list(outcomes)
        self.talk_s = talk_s
        self.free = free
        self.called: list[str] = []
        self.under_way = 0
        self.most_under_way = 0
        self.swept: list[OpenAttempt] = []

    async def headroom(self) -> int:
        return self.free - self.under_way

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:
        self.swept += attempts
        return frozenset()

    async def call(self, claimed: ClaimedTask, attempt_id: UUID) -> CallResult:
        self.called.append(claimed.lead.phone)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            outcome = self.outcomes.pop(0) if self.outcomes else Outcome.NO_ANSWER
            await asyncio.sleep(self.talk_s)
            if outcome is not Outcome.MEETING_BOOKED:
                return CallResult(outcome, now())
            calendar = self.storage.calendar
            duration = timedelta(minutes=30)
            for slot in await calendar.free_slots(
                claimed.campaign, after=now(), before=now() + WEEK, duration=duration, now=now()
            ):
                if await calendar.hold(attempt_id, slot, now=now()):
                    return CallResult(outcome, now(), meeting=slot)
            return CallResult(Outcome.CALLBACK_SCHEDULED, now())
        finally:
            self.under_way -= 1


async def campaign_with(storage: MemoryStorage, leads: int, quota: int) -> Campaign:
    campaign = await storage.campaigns.ensure(Campaign(0, "cold", "Cold", "cold_call", window=ALWAYS))
    await storage.managers.ensure("Ольга", WorkingHours(), campaigns=[campaign.id])
    await storage.leads.add(campaign.id, [NewLead(f"+7495000{n:04d}") for n in range(leads)], now=now())
    return await storage.campaigns.set_quota("cold", quota)


def dialer_for(storage: MemoryStorage, phone: Phone, *, drain_s: float = 60) -> Dialer:
    settings = DialerSettings("node-1", drain_s=drain_s)
    return Dialer(storage.queue, storage.queue, storage.attempts, phone, settings, now=now)


async def run_for(dialer: Dialer, seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    await dialer.run(stop)


async def test_it_dials_until_the_quota_is_met_and_nobody_after() -> None:
    storage = MemoryStorage()
    campaign = await campaign_with(storage, leads=100, quota=3)
    phone = Phone(storage, [Outcome.MEETING_BOOKED, Outcome.REFUSED] * 50)
    await run_for(dialer_for(storage, phone), 3600)
    quota = await storage.queue.quota(campaign, now())

    assert quota.booked >= 3
    assert len(phone.called) <= 12, "an hour was left and 88 people in the queue: they stay there"
    assert len(set(phone.called)) == len(phone.called)


async def test_no_more_calls_at_once_than_can_be_carried() -> None:
    storage = MemoryStorage()
    await campaign_with(storage, leads=100, quota=50)
    phone = Phone(storage, [Outcome.REFUSED] * 100, free=7)
    await run_for(dialer_for(storage, phone), 600)

    assert phone.most_under_way == 7
    assert len(phone.called) == 100


async def test_told_to_stop_it_lets_calls_finish_and_starts_none() -> None:
    storage = MemoryStorage()
    campaign = await campaign_with(storage, leads=10, quota=5)
    phone = Phone(storage, [Outcome.MEETING_BOOKED] * 10, talk_s=40, free=2)
    await run_for(dialer_for(storage, phone, drain_s=60), 10)

    assert len(phone.called) == 2
    assert (await storage.queue.quota(campaign, now())).booked == 2


async def test_calls_that_outlive_the_drain_are_ended_and_recorded() -> None:
    storage = MemoryStorage()
    await campaign_with(storage, leads=10, quota=5)
    phone = Phone(storage, [], talk_s=10_000, free=2)
    await run_for(dialer_for(storage, phone, drain_s=30), 10)

    assert asyncio.get_running_loop().time() < 60
    assert await storage.attempts.unfinished("node-1") == []


async def test_whoever_was_stopped_between_claim_and_dial_is_not_called() -> None:
    storage = MemoryStorage()
    await campaign_with(storage, leads=1, quota=1)
    phone = Phone(storage, [])
    dialer = dialer_for(storage, phone)
    claim = storage.queue.claim

    async def claim_then_stop(*args: object, **options: object) -> Sequence[ClaimedTask]:
        claimed = await claim(*args, **options)  # type: ignore[arg-type]
        for one in claimed:
            await storage.stop_list.add(one.lead.phone, reason="asked", now=now())
        return claimed

    storage.queue.claim = claim_then_stop  # type: ignore[method-assign]
    await run_for(dialer, 600)

    assert phone.called == []


async def test_after_a_crash_nobody_is_called_twice_and_no_attempt_stays_open() -> None:
    storage = MemoryStorage()
    campaign = await campaign_with(storage, leads=1, quota=1)
    [claimed] = await storage.queue.claim(campaign, limit=1, now=now(), node="node-1", lease=timedelta(seconds=60))
    before = uuid4()
    assert await storage.attempts.begin(claimed, attempt_id=before, node="node-1", now=now())
    await storage.calls.answered(before, at=now())
    phone = Phone(storage, [])
    await run_for(dialer_for(storage, phone), 600)

    assert [attempt.id for attempt in phone.swept] == [before]
    assert phone.called == [], "he was talked to: a quarter of an hour must pass"
    assert await storage.attempts.unfinished("node-1") == []


async def test_a_log_that_fails_stops_the_dialer_loudly() -> None:
    storage = MemoryStorage()
    await campaign_with(storage, leads=20, quota=5)
    phone = Phone(storage, [Outcome.REFUSED] * 20)

    async def broken(*args: object, **options: object) -> None:
        raise OSError("disk full")

    storage.attempts.finish = broken  # type: ignore[method-assign]
    with pytest.raises(OSError, match="disk full"):
        await run_for(dialer_for(storage, phone), 3600)
    assert asyncio.get_running_loop().time() < 200
    assert len(phone.called) <= 8


@pytest.mark.parametrize("raising", ["campaigns", "quota", "claim"])
async def test_a_queue_that_fails_drains_first_and_is_raised(raising: str) -> None:
    storage = MemoryStorage()
    await campaign_with(storage, leads=20, quota=5)
    phone = Phone(storage, [Outcome.REFUSED] * 20)
    whole: Callable[..., object] = getattr(storage.queue, raising)
    calls = 0

    async def breaking(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise OSError("connection lost")
        return await whole(*args, **options)  # type: ignore[misc]

    setattr(storage.queue, raising, breaking)
    with pytest.raises(OSError, match="connection lost"):
        await run_for(dialer_for(storage, phone), 3600)
    assert await storage.attempts.unfinished("node-1") == []
