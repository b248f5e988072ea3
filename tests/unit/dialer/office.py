"""A store of the dialer's own shape, small enough to be read: its rules are those of the ports, and it can be away.

The real stores keep the same promises (tests/contracts); here it matters what the dialer does when they are slow, away,
or when an answer is lost after the work was done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from robot.dialer.funnel import Funnel, UnderWay
from robot.dialer.ports import Begun
from robot.domain.calls import CallResult, CallTask, ClaimedTask, OpenAttempt, TaskState
from robot.domain.campaigns import ALWAYS, Campaign, CampaignState, QuotaState
from robot.domain.goals import reached
from robot.domain.meetings import Slot
from robot.domain.outcomes import UNANSWERED, Outcome
from robot.domain.people import Lead
from robot.domain.priorities import PRIORITY_CALLBACK

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def now() -> datetime:
    """The virtual clock as a moment."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def elapsed_s() -> float:
    return asyncio.get_running_loop().time()


class Away(Exception):
    """The store restarts."""

    retryable = True


class UnknownAttempt(Exception):
    code = "unknown_attempt"


@dataclass(slots=True)
class Job:
    task: CallTask
    lead: Lead
    owner: str | None = None
    lease_until: datetime = START


@dataclass(slots=True)
class Dial:
    job: Job
    node: str
    began: datetime
    result: CallResult | None = None
    answered: bool = False


class Office:
    """TaskQueue, Progress, AttemptLog and Wake."""

    def __init__(self) -> None:
        self.book: dict[int, Campaign] = {}
        self.jobs: dict[int, Job] = {}
        self.dials: dict[UUID, Dial] = {}
        self.ids = count(1)
        self.slots = 1000
        self.away = False
        self.lose: set[str] = set()
        """Methods whose next answer is lost after the work was done."""
        self.broken: dict[str, Exception] = {}
        """Methods that raise, from now on."""
        self.draining: set[str] = set()
        self.changed = asyncio.Event()
        self.retries: list[datetime | None] = []

    # What the head of sales does

    def campaign(self, quota: int, leads: int = 0, **more: object) -> Campaign:
        number = next(self.ids)
        made = Campaign(number, f"c{number}", "", "cold_call", timezone="UTC", quota=quota, window=ALWAYS)
        self.book[number] = replace(made, **more)  # type: ignore[arg-type]
        for _ in range(leads):
            self.add(number)
        return self.book[number]

    def add(self, campaign_id: int, *, priority: int = 0, due_at: datetime = START) -> Job:
        number = next(self.ids)
        lead = Lead(number, f"+7495{number:07d}", timezone="Europe/Moscow")
        job = Job(CallTask(number, campaign_id, number, TaskState.QUEUED, due_at, priority), lead)
        self.jobs[number] = job
        self.changed.set()
        return job

    def set_state(self, campaign_id: int, state: CampaignState) -> None:
        self.book[campaign_id] = replace(self.book[campaign_id], state=state)
        self.changed.set()

    # The ports

    async def campaigns(self) -> Sequence[Campaign]:
        await self._reach("campaigns")
        return list(self.book.values())

    async def urgent(self, now: datetime) -> Collection[int]:
        await self._reach("urgent")
        due = [job.task for job in self.jobs.values() if job.task.state is TaskState.QUEUED and job.task.due_at <= now]
        return {task.campaign_id for task in due if task.priority >= PRIORITY_CALLBACK}

    async def claim(
        self,
        campaign: Campaign,
        *,
        limit: int,
        now: datetime,
        node: str,
        lease: timedelta,
        least: int = 0,
        at_most: int | None = None,
    ) -> Sequence[ClaimedTask]:
        await self._reach("claim")
        if not self._dials(campaign.id):
            return ()
        for job in self.jobs.values():
            if job.owner is not None and job.lease_until < now:
                self._orphan(job, now)
        due = [
            job
            for job in self.jobs.values()
            if job.task.campaign_id == campaign.id
            and job.task.state is TaskState.QUEUED
            and job.task.due_at <= now
            and job.task.priority >= least
        ]
        if at_most is not None:
            mine = [job for job in self.jobs.values() if job.task.campaign_id == campaign.id]
            limit = max(0, min(limit, at_most - sum(job.owner is not None for job in mine)))
        due.sort(key=lambda job: (-job.task.priority, job.task.due_at, job.task.id))
        for job in due[:limit]:
            job.task = replace(job.task, state=TaskState.CLAIMED)
            job.owner, job.lease_until = node, now + lease
        claimed = [ClaimedTask(job.task, job.lead, self.book[campaign.id]) for job in due[:limit]]
        self._answer("claim")
        return claimed

    async def release(self, task_id: int, *, node: str) -> None:
        await self._reach("release")
        job = self.jobs[task_id]
        if job.owner == node and not self._open(job):
            self._free(job, job.task.due_at)

    async def renew(
        self, node: str, *, tasks: Collection[int], now: datetime, until: datetime, draining: bool = False
    ) -> None:
        await self._reach("renew")
        for task_id in tasks:
            if self.jobs[task_id].owner == node:
                self.jobs[task_id].lease_until = until
        if draining:
            self.draining.add(node)

    async def quota(self, campaign: Campaign, now: datetime) -> QuotaState:
        await self._reach("quota")
        ended = [d.result for d in self._of(campaign) if d.result is not None]
        booked = sum(reached(campaign.goal, result) for result in ended)
        return QuotaState(self.book[campaign.id].quota or 0, booked, sum(result.counts for result in ended))

    async def funnel(self, campaign: Campaign, since: datetime) -> Funnel:
        await self._reach("funnel")
        ended = [d.result for d in self._of(campaign) if d.result is not None and d.result.counts]
        answered = [one for one in ended if one.outcome not in UNANSWERED]
        booked = sum(reached(campaign.goal, one) for one in answered)
        return Funnel(len(ended), len(answered), len(answered), booked)

    async def slots_left(self, campaign: Campaign, now: datetime) -> int:
        await self._reach("slots_left")
        taken = sum(d.result is not None and d.result.meeting is not None for d in self.dials.values())
        return max(0, self.slots - taken)

    async def under_way(self, campaign: Campaign) -> UnderWay:
        await self._reach("under_way")
        claimed = sum(job.owner is not None and job.task.campaign_id == campaign.id for job in self.jobs.values())
        return UnderWay(ringing=claimed)

    async def begin(self, claimed: ClaimedTask, *, attempt_id: UUID, node: str, now: datetime) -> Begun | None:
        await self._reach("begin")
        job = self.jobs[claimed.task.id]
        ours = job.owner == node and job.lease_until > now
        if not ours or self._open(job) or not self._dials(claimed.campaign.id):
            return None
        self.dials[attempt_id] = Dial(job, node, now)
        self._answer("begin")
        return Begun("+74950000000")

    async def finish(self, attempt_id: UUID, result: CallResult, *, retry_at: datetime | None) -> None:
        await self._reach("finish")
        dial = self.dials.get(attempt_id)
        if dial is None:
            raise UnknownAttempt
        if dial.result is None:
            dial.result = result
            self.retries.append(retry_at)
            self._free(dial.job, retry_at, counts=result.counts)
        self._answer("finish")

    async def unfinished(self, node: str) -> Sequence[OpenAttempt]:
        await self._reach("unfinished")
        return [
            OpenAttempt(
                one,
                dial.job.task.id,
                dial.answered,
                dial.job.task.attempts,
                self.book[dial.job.task.campaign_id].max_attempts,
            )
            for one, dial in self.dials.items()
            if dial.node == node and dial.result is None
        ]

    async def wait(self) -> None:
        await self.changed.wait()
        self.changed.clear()

    # Small parts

    async def _reach(self, method: str) -> None:
        await asyncio.sleep(0.01)  # another task may run meanwhile, as with a real store
        if method in self.broken:
            raise self.broken[method]
        if self.away:
            raise Away

    def _answer(self, method: str) -> None:
        if method in self.lose:
            self.lose.remove(method)
            raise Away

    def _dials(self, campaign_id: int) -> bool:
        campaign = self.book[campaign_id]
        booked = sum(d.result is not None and reached(campaign.goal, d.result) for d in self._of(campaign))
        return campaign.active and booked < (campaign.quota or 0)

    def _of(self, campaign: Campaign) -> list[Dial]:
        return [dial for dial in self.dials.values() if dial.job.task.campaign_id == campaign.id]

    def _open(self, job: Job) -> bool:
        return any(dial.job is job and dial.result is None for dial in self.dials.values())

    def _orphan(self, job: Job, now: datetime) -> None:
        """What another node does with a task that nobody keeps any more."""
        for dial in self.dials.values():
            if dial.job is job and dial.result is None:
                dial.result = CallResult(Outcome.INTERRUPTED, now, reason="node_lost", counts=dial.answered)
        self._free(job, now)

    def _free(self, job: Job, due_at: datetime | None, *, counts: bool = False) -> None:
        job.owner = None
        state = TaskState.DONE if due_at is None else TaskState.QUEUED
        attempts = job.task.attempts + counts
        job.task = replace(job.task, state=state, due_at=due_at or job.task.due_at, attempts=attempts)


class Phone:
    """A caller. Each call takes `talk_s` and ends as the next of `outcomes` says, then with no answer."""

    def __init__(self, outcomes: Sequence[Outcome] = (), *, talk_s: float = 30, channels: int = 4) -> None:
        self.outcomes = list(outcomes)
        self.talk_s = talk_s
        self.channels = channels
        self.congested = False
        self.started: list[tuple[float, str]] = []
        """When, and which number."""
        self.ended: list[tuple[float, str, str]] = []
        """When, which number, and how."""
        self.shown: set[str] = set()
        self.swept: list[OpenAttempt] = []
        self.under_way = 0
        self.most_under_way = 0

    @property
    def called(self) -> list[str]:
        return [phone for _, phone in self.started]

    async def headroom(self) -> int:
        return self.channels - self.under_way

    async def sweep(self, attempts: Sequence[OpenAttempt]) -> frozenset[UUID]:
        self.swept += attempts
        return frozenset()

    async def call(self, claimed: ClaimedTask, attempt_id: UUID, caller_id: str = "") -> CallResult:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.started.append((elapsed_s(), claimed.lead.phone))
        self.shown.add(caller_id)
        how = "cut"
        try:
            if self.congested:
                await asyncio.sleep(0.2)
                how = "congestion"
                return CallResult(Outcome.FAILED, now(), reason="congestion", counts=False)
            await asyncio.sleep(self.talk_s)
            outcome = self.outcomes.pop(0) if self.outcomes else Outcome.NO_ANSWER
            how = outcome.value
            meets = outcome is Outcome.MEETING_BOOKED
            slot = Slot(1, now() + timedelta(days=1), now() + timedelta(days=1, minutes=30)) if meets else None
            return CallResult(outcome, now(), meeting=slot)
        finally:
            self.under_way -= 1
            self.ended.append((elapsed_s(), claimed.lead.phone, how))
