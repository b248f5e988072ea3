"""The trial of triggers: people do things in a fake CRM by a seed, webhooks come or not, polls fail, the process dies;
and of every dial it is asked whether it had a point, of every wish for a call whether it was heard."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from robot.crm.errors import DeliveryError
from robot.crm.faking import Faults
from robot.crm.http import HttpWire
from robot.crm.outbox_calls import ConnectorDeliverer
from robot.crm.outbox_ports import State
from robot.crm.registry import Parts
from robot.crm.throttle import MemoryThrottle
from robot.crm.tokens import FileTokens
from robot.crm.triggers.rules import On, Trigger
from robot.crm.triggers.worker import Shelf, TriggerWorker
from robot.domain.calls import CallResult
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.caps import ContactPolicy
from robot.domain.goals import Goal
from robot.domain.outcomes import Outcome
from robot.domain.rules import DialingRules
from robot.proving.crm.disaster import Clock, Fate, MortalWire
from robot.proving.crm.staff import AmoStaff, BitrixStaff
from robot.proving.crm.stands import AmoStand, BitrixStand, seeds
from robot.proving.crm.trial import PATIENT_S, TIMEOUT_S, Plan, faults_of
from robot.proving.crm.trigger_truth import WISHES, Client, Deed
from robot.storage.memory import MemoryStorage

NODE = "trial"
LOST_HOOKS = 0.3
LOOKS, DIALS = 0.4, 0.3
"""Share of steps after which the robot looks at the CRM, and after which it dials what is due."""
DEEDS_OF_A_CLIENT = 6
LAST_ROUNDS = 6
LEASE = timedelta(minutes=2)
UNLIMITED = DialingRules(contact=ContactPolicy(per_day=10**6, per_week=10**6, ever=10**6))


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a trial. pointless: dials of which it was known that they had no point. lost: wishes nobody was
    dialed for. doubled: more dials than wishes. unanswered: processes that were told nothing, or twice. None names a
    client."""

    plan: Plan
    clients: int
    deeds: int
    dials: int
    withdrawn: int
    requests: int
    faults: Mapping[str, int]
    kills: int
    took_s: float
    pointless: Sequence[str] = ()
    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    unanswered: Sequence[str] = ()

    @property
    def ok(self) -> bool:
        return not (self.pointless or self.lost or self.doubled or self.unanswered)


@dataclass(slots=True)
class _Stage:
    """known: all that was done until then has been read by the robot."""

    plan: Plan
    data_dir: Path
    stand: BitrixStand | AmoStand
    staff: BitrixStaff | AmoStaff
    store: MemoryStorage
    clock: Clock
    fate: Fate
    dice: random.Random
    known: datetime
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    clients: list[Client] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    pointless: list[str] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.plan.crm


async def run_trigger_trial(plan: Plan, data_dir: Path) -> Seen:
    """plan.calls: deeds of people. data_dir: for the tokens."""
    began = time.monotonic()
    dice, for_deaths, for_faults = seeds(plan.seed)
    clock, store = Clock(), MemoryStorage(UNLIMITED)
    stand = (BitrixStand if plan.crm == "bitrix24" else AmoStand)(Faults(), for_faults, clock)
    staff = BitrixStaff(stand) if isinstance(stand, BitrixStand) else AmoStaff(stand)
    stage = _Stage(plan, data_dir, stand, staff, store, clock, Fate(0, for_deaths), dice, clock.now())
    async with stand.fake:
        for slug in WISHES:
            made = Campaign(0, slug, slug, "cold_call", quota=10**6, window=ALWAYS, goal=Goal.AGREED)
            stage.campaigns[slug] = await store.campaigns.ensure(made)
        await _look(stage, within_s=PATIENT_S)  # from here on: what is done before it succeeds is never told
        stand.trouble.faults, stage.fate = faults_of(plan), Fate(plan.deaths, for_deaths)
        for _ in range(plan.calls):
            await _step(stage)
        stand.trouble.faults, kills, stage.fate = Faults(), stage.fate.kills, Fate(0, for_deaths)
        for _ in range(LAST_ROUNDS):
            clock.pass_(LEASE.total_seconds() + 1)
            await _hooks(stage)
            await _look(stage, within_s=PATIENT_S)
            await _dial(stage)
            await _answer(stage)
    seen = _seen(stage, kills, await _withdrawn(stage), time.monotonic() - began)
    await store.database.close()
    return seen


async def _step(stage: _Stage) -> None:
    stage.clock.pass_(stage.dice.uniform(2, 90))
    _do_something(stage)
    await _hooks(stage)
    if stage.dice.random() < LOOKS:
        await _look(stage)
    if stage.dice.random() < DIALS:
        await _dial(stage)
        await _answer(stage)


def _do_something(stage: _Stage) -> None:
    """One deed of one person with one client."""
    dice, staff = stage.dice, stage.staff
    there = [one for one in stage.clients if not one.gone]
    if not there or dice.random() < 1 / DEEDS_OF_A_CLIENT:
        phone = f"+7495{1000000 + len(stage.clients)}"
        stage.clients.append(Client(staff.enter(phone), phone))
        return
    client = dice.choice(there)
    deed = dice.choice([one for one in Deed if one is not Deed.REMOVED] * 4 + [Deed.REMOVED])
    moves = [when for when, what in client.deeds if what in (Deed.STALLED, Deed.BUSY, Deed.WON)]
    stands = next((what for when, what in reversed(client.deeds) if when in moves), None)
    if deed in (Deed.STALLED, Deed.BUSY, Deed.WON):
        if deed is stands:
            return  # nothing moves
        staff.move(client.ref, staff.stages[deed])
    elif deed is Deed.ASKED:
        staff.ask(client.ref)
    elif deed is Deed.TALKED:
        staff.talk(client.ref)
    elif deed is Deed.REMOVED:
        staff.remove(client.ref)
    elif isinstance(staff, BitrixStaff):
        stage.tokens.append(staff.start(client.ref))
    else:
        return
    client.deeds.append((stage.clock.now(), deed))


async def _hooks(stage: _Stage) -> None:
    """Webhooks are lost, and told twice; what waits for an answer is told until it is heard."""
    told = [one for one in stage.staff.told() if stage.dice.random() >= LOST_HOOKS]
    told += stage.staff.asked()
    for one in told:
        for _ in range(stage.dice.choice((1, 1, 2))):
            await stage.store.inbox.put(stage.source, [one], now=stage.clock.now())


async def _look(stage: _Stage, within_s: float = TIMEOUT_S) -> None:
    """The robot looks at the CRM, once; it may fail, or die in the middle. within_s: of each request."""
    now, known = stage.clock.now, stage.clock.now()
    stage.fate.reborn()
    wire = MortalWire(HttpWire(timeout_s=within_s), HttpWire(timeout_s=PATIENT_S), stage.clock, stage.fate)
    connector = stage.stand.connector(_parts(stage, wire), _tokens(stage))
    store = stage.store
    shelf = Shelf(store.happenings, store.replies, store.change_cursors, store.inbox, store.campaigns)
    rules = (
        Trigger("revive", On.STAGE, "revive", stage=stage.staff.stages[Deed.STALLED]),
        Trigger("again", On.TASK, "again"),
        Trigger("robot", On.ROBOT, "robot"),
    )
    worker = TriggerWorker(rules, {stage.source: connector}, shelf, node=NODE, now=now)
    looking = asyncio.create_task(worker.look())
    dying = asyncio.create_task(stage.fate.killed.wait())
    await asyncio.wait([looking, dying], return_when=asyncio.FIRST_COMPLETED)
    for task in (looking, dying):
        task.cancel()
    await asyncio.wait([looking, dying])
    await connector.close()
    if not looking.cancelled():
        looking.result()
        if not worker.troubled:
            stage.known = known


def _parts(stage: _Stage, wire: MortalWire) -> Parts:
    throttle = MemoryThrottle(now=stage.clock.now, sleep=stage.clock.sleep)
    return Parts(wire, throttle, stage.data_dir, stage.clock.now)


def _tokens(stage: _Stage) -> FileTokens:
    return FileTokens(stage.data_dir / f"triggers-{stage.source}.json")


async def _dial(stage: _Stage) -> None:
    """All that is due, at once; nobody answers."""
    now = stage.clock.now()
    for slug, campaign in stage.campaigns.items():
        for claimed in await stage.store.queue.claim(campaign, limit=1000, now=now, node=NODE, lease=LEASE):
            attempt = UUID(int=stage.dice.getrandbits(128), version=4)
            if await stage.store.attempts.begin(claimed, attempt_id=attempt, node=NODE, now=now) is None:
                continue
            client = next(one for one in stage.clients if one.phone == claimed.lead.phone)
            if not client.has_point(slug, known=stage.known, now=now):
                stage.pointless.append(f"{slug}, client {stage.clients.index(client)}, at {now:%H:%M:%S}")
            client.dialed.setdefault(slug, []).append(now)
            await stage.store.attempts.finish(attempt, CallResult(Outcome.NO_ANSWER, now), retry_at=None)


async def _answer(stage: _Stage) -> None:
    """What goes out to the CRM, by the deliverer that a node has."""
    now = stage.clock.now()
    stage.fate.reborn()
    patient = HttpWire(timeout_s=PATIENT_S)
    wire = MortalWire(HttpWire(timeout_s=TIMEOUT_S), patient, stage.clock, Fate(0, stage.dice))
    connector = stage.stand.connector(_parts(stage, wire), _tokens(stage))
    deliverer, outbox = ConnectorDeliverer(connector, stage.store.call_reports), stage.store.outbox
    for one in await outbox.claim(stage.source, owner=NODE, now=now, until=now + LEASE, limit=100):
        state = State.DELIVERED
        try:
            await deliverer.deliver(one, lambda journal, one=one: _kept(stage, one.id, journal))  # type: ignore[misc]
        except DeliveryError:
            state = State.WAITING
        await outbox.settle(one.id, state, owner=NODE, now=now, due_at=now if state is State.WAITING else None)
    await connector.close()


async def _kept(stage: _Stage, delivery: int, journal: object) -> None:
    await stage.store.outbox.keep(delivery, journal, owner=NODE)  # type: ignore[arg-type]


async def _withdrawn(stage: _Stage) -> int:
    cards = [await stage.store.leads.find(client.phone) for client in stage.clients]
    found = [await stage.store.leads.card(card.id) for card in cards if card is not None]
    return sum(task.attempts == 0 for card in found if card is not None for task in card.calls)


def _seen(stage: _Stage, kills: int, withdrawn: int, took_s: float) -> Seen:
    now, clients = stage.clock.now(), list(enumerate(stage.clients))
    waiting = stage.stand.fake.portal.waiting if isinstance(stage.stand, BitrixStand) else {}
    answers = Counter({token: len(told) for token, told in waiting.items()})
    pairs = [(place, client, slug) for place, client in clients for slug in WISHES]
    return Seen(
        plan=stage.plan,
        clients=len(clients),
        deeds=sum(len(client.deeds) for client in stage.clients),
        dials=sum(len(times) for client in stage.clients for times in client.dialed.values()),
        withdrawn=withdrawn,
        requests=sum(stage.stand.fake.requests.values()),
        faults={name: count for name, count in sorted(stage.stand.trouble.told.items()) if count},
        kills=kills,
        took_s=round(took_s, 1),
        pointless=stage.pointless,
        lost=[f"{slug}, client {place}" for place, client, slug in pairs if not client.heard(slug, now)],
        doubled=[f"{slug}, client {place}" for place, client, slug in pairs if client.too_often(slug, now)],
        unanswered=[f"process {n}" for n, token in enumerate(stage.tokens) if answers[token] != 1],
    )
