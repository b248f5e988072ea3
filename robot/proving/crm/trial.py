"""The trial: so many calls from the outbox into a fake CRM, with faults and deaths by a seed; then a count."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from robot.crm.base import NewLead
from robot.crm.connector import Connector
from robot.crm.faking import Faults
from robot.crm.http import HttpWire
from robot.crm.outbox import Outbox, OutboxSettings
from robot.crm.outbox_desk import Wanted
from robot.crm.outbox_ports import Delivery, Kind, NewDelivery, State
from robot.crm.registry import Parts
from robot.crm.report import CallReport
from robot.crm.stages import stage_after
from robot.crm.throttle import MemoryThrottle
from robot.crm.tokens import FileTokens
from robot.crm.writes import Keep, carry_out
from robot.domain.campaigns import Campaign
from robot.proving.crm.disaster import BEGINS, Clock, Fate, MortalDeliverer, MortalWire
from robot.proving.crm.reports import calls, phone_of, record
from robot.proving.crm.stands import STANDS, Stand, seeds
from robot.storage.memory import MemoryStorage

TARGET = "crm"
LEASE_S = 7200.0
"""Of the trial's time: what a dead process had is left alone for so long."""
POLL_S = 0.01
FIRST_IDLE_S, LONGEST_IDLE_S = 5.0, 1800.0
"""So far the clock goes on in a round in which nothing is delivered; twice as far in each that follows."""
SLOW_S, TIMEOUT_S = 1.5, 1.0
PATIENT_S = 120.0
"""For what must not be given up because this machine stands still."""


@dataclass(frozen=True, slots=True)
class Plan:
    """faults: share of requests for each kind of fault. deaths: share of steps at which the process dies."""

    crm: str
    calls: int = 1000
    seed: int = 7
    faults: float = 0.02
    deaths: float = 0.002


@dataclass(frozen=True, slots=True)
class Result:
    """lost: expected and not there. doubled: there more than once. wrong: leads whose stage is another. left: calls
    that were not delivered, with why. None names a client."""

    plan: Plan
    leads: int
    expected: int
    requests: int
    faults: dict[str, int]
    kills: int
    simulated_s: int
    took_s: float
    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    wrong: Sequence[str] = ()
    left: Sequence[str] = ()

    @property
    def ok(self) -> bool:
        return not (self.lost or self.doubled or self.wrong or self.left)


@dataclass(slots=True)
class _Stage:
    """What outlives a death: the database, the CRM, the clock."""

    plan: Plan
    data_dir: Path
    clock: Clock
    fate: Fate
    stand: Stand
    store: MemoryStorage
    reports: dict[str, CallReport] = field(default_factory=dict)


async def run_trial(plan: Plan, data_dir: Path) -> Result:
    """data_dir: for the recording and the tokens."""
    began = time.monotonic()
    for_calls, for_deaths, for_faults = seeds(plan.seed)
    clock = Clock()
    stand = STANDS[plan.crm](faults_of(plan), for_faults, clock)
    stage = _Stage(plan, data_dir, clock, Fate(plan.deaths, for_deaths), stand, MemoryStorage())
    await asyncio.to_thread(record, data_dir)
    reports = calls(plan.calls, for_calls, since=BEGINS - timedelta(minutes=plan.calls))
    async with stand.fake:
        await _fill(stage, reports)
        while await _undelivered(stage):
            await _live(stage)
    left = await stage.store.outbox_desk.entries(Wanted((State.PARKED,)), limit=100, now=clock.now())
    why = [f"{entry.kind} {entry.id}: {entry.problem.code if entry.problem else '?'}" for entry in left]
    await stage.store.database.close()
    return _counted(stage, reports, why, time.monotonic() - began)


def faults_of(plan: Plan) -> Faults:
    """Each kind alike, but for slow answers: a second and a half of somebody's life each."""
    share = plan.faults
    return Faults(share, share, share, share, share, min(share, 0.001), SLOW_S)


async def _fill(stage: _Stage, reports: Sequence[CallReport]) -> None:
    """The calls have ended, and their deliveries wait."""
    store, now = stage.store, stage.clock.now()
    campaign = await store.campaigns.ensure(Campaign(0, "trial", "trial", "cold_call"))
    last = max(report.lead.id for report in reports)
    for first in range(1, last + 1, 500):
        leads = [NewLead(phone_of(number)) for number in range(first, min(first + 500, last + 1))]
        await store.leads.add(campaign.id, leads, now=now)
    ids = {
        phone: lead.id for number in range(1, last + 1) if (lead := await store.leads.find(phone := phone_of(number)))
    }
    stage.reports = {f"{report.attempt_id}:{TARGET}:{Kind.CALL}": report for report in reports}
    deliveries = [
        NewDelivery(key, TARGET, Kind.CALL, ids[report.lead.phone], None, now) for key, report in stage.reports.items()
    ]
    await store.outbox.add(deliveries, now=now)


async def _undelivered(stage: _Stage) -> bool:
    wanted = Wanted((State.WAITING,))
    return bool(await stage.store.outbox_desk.entries(wanted, limit=1, now=stage.clock.now()))


async def _live(stage: _Stage) -> None:
    """One life of the process: until all is delivered, or it dies."""
    stage.fate.reborn()
    wire = MortalWire(HttpWire(timeout_s=TIMEOUT_S), HttpWire(timeout_s=PATIENT_S), stage.clock, stage.fate)
    throttle = MemoryThrottle(now=stage.clock.now, sleep=stage.clock.sleep)
    parts = Parts(wire, throttle, stage.data_dir, stage.clock.now)
    connector = stage.stand.connector(parts, FileTokens(stage.data_dir / f"{stage.plan.crm}.json"))
    settings = OutboxSettings(node="trial", at_once=8, poll_s=POLL_S, lease_s=LEASE_S, drain_s=0)
    deliverer = MortalDeliverer(_deliver(stage, connector), stage.clock, stage.fate)
    worker = Outbox(stage.store.outbox, {TARGET: deliverer}, settings, now=stage.clock.now, chance=lambda: 0.5)
    tasks = [asyncio.create_task(worker.run(asyncio.Event())), asyncio.create_task(_until_done(stage))]
    tasks.append(asyncio.create_task(_until_killed(stage)))
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await connector.close()


async def _until_killed(stage: _Stage) -> None:
    await stage.fate.killed.wait()


def _deliver(stage: _Stage, connector: Connector) -> Callable[[Delivery, Keep], Awaitable[None]]:
    async def deliver(delivery: Delivery, keep: Keep) -> None:
        await carry_out(connector.writes(stage.reports[delivery.key]), delivery.journal, keep)

    return deliver


async def _until_done(stage: _Stage) -> None:
    """Lets time pass while nothing is delivered: pauses, and leases of the dead."""
    idle_s = FIRST_IDLE_S
    while await _undelivered(stage):
        if stage.clock.busy:
            idle_s = FIRST_IDLE_S
        else:
            stage.clock.pass_(idle_s)
            idle_s = min(2 * idle_s, LONGEST_IDLE_S)
        await asyncio.sleep(3 * POLL_S)


def _counted(stage: _Stage, reports: Sequence[CallReport], left: Sequence[str], took_s: float) -> Result:
    stand = stage.stand
    connector = stand.connector(
        Parts(HttpWire(), MemoryThrottle(), stage.data_dir), FileTokens(stage.data_dir / "none")
    )
    expected: dict[str, str] = {}
    for place, report in enumerate(reports):
        for write in connector.writes(report):
            if name := stand.expected(report, write.name):
                expected[name] = f"call {place}: {write.name}"
    made, leads = stand.there()
    stages = _stages(reports)
    doubled = [f"{expected.get(name, 'unknown')} x{count}" for name, count in made.items() if count > 1]
    doubled += [f"lead x{len(found)}" for found in leads.values() if len(found) > 1]
    doubled += [f"nobody's: {name}" for name in made.keys() - expected.keys() if made[name]]
    lost = [told for name, told in expected.items() if not made[name]]
    lost += [f"lead {number}" for number in stages if phone_of(number) not in leads]
    wrong = [
        f"lead {number}: {leads[phone_of(number)][0]}, not {ours}"
        for number, ours in stages.items()
        if phone_of(number) in leads and leads[phone_of(number)][0] != ours
    ]
    faults = {name: count for name, count in sorted(stand.trouble.told.items()) if count}
    requests = sum(getattr(stand.fake, "requests", Counter()).values())
    return Result(
        plan=stage.plan,
        leads=len(stages),
        expected=len(expected) + len(stages),
        requests=requests,
        faults=faults,
        kills=stage.fate.kills,
        simulated_s=round(stage.clock.seconds()),
        took_s=round(took_s, 1),
        lost=sorted(lost),
        doubled=sorted(doubled),
        wrong=sorted(wrong),
        left=left,
    )


def _stages(reports: Sequence[CallReport]) -> dict[int, str]:
    """Where each lead must stand in the end: calls that reached nobody move none."""
    stages: dict[int, str] = {}
    for report in reports:
        moved = bool(stage_after(report.outcome, ""))
        stages[report.lead.id] = report.stage if moved else stages.get(report.lead.id, "new")
    return stages
