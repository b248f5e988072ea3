"""How soon a new request's telephone rings while cold calls are under way and many more wait.

Measured from the outside: from the signed HTTP request to the moment at which the telephone company is asked for the
number, on one node with a real PostgreSQL and two real Asterisks.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

import aiohttp
import sqlalchemy as sa

from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.meetings import WorkingHours
from robot.domain.priorities import PRIORITY_REQUEST
from robot.proving.errors import ProvingError
from robot.proving.evidence import under_way
from robot.proving.figures import Share, slower_than
from robot.proving.nodes import Node
from robot.proving.scratch import Wanted, fill
from robot.proving.stage import Installed, Progress, Stage, set_up
from robot.storage import tables as t
from robot.storage.store import Storage, open_storage
from telephony.lab.journal import Event
from telephony.lab.settings import Step
from telephony.simulated.directory import default_directory

COLD = "cold"
REQUESTS = "requests"
LISTENERS = "never_speaks"
READY_S = 120.0
_WEEK = frozenset(range(7))
FILL_S = 90.0
RING_S = 20.0
KEPT = 12
"""Channels kept for requests: as many as are talked with at once here, where one comes every few seconds."""
MOST_CALLS = 1500
"""Cold clients who can really be called; the others stand behind them."""

POLL_S = 0.02
BOUND_S = 2.0


class Via(StrEnum):
    WEBHOOK = "webhook"
    STORE = "store"
    """Written into the database by another process, as a command does."""


@dataclass(frozen=True, slots=True)
class Order:
    """cold: calls under way. waiting: tasks that are due besides. apart_s: between two requests."""

    cold: int = 30
    waiting: int = 100_000
    requests: int = 10
    apart_s: float = 2.5
    via: Via = Via.WEBHOOK


@dataclass(slots=True)
class Rings:
    """seconds: from each request to its ring, None where none came. calls: under way when each was sent."""

    seconds: list[float | None] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    late_frames: Share = Share(0, 0.0)  # noqa: RUF009 - frozen

    @property
    def ok(self) -> bool:
        """Every one in time."""
        return all(one is not None and one <= BOUND_S for one in self.seconds)

    def report(self, order: Order) -> dict[str, object]:
        rung = [one for one in self.seconds if one is not None]
        return {
            "via": order.via.value,
            "waiting": order.waiting,
            "requests": len(self.seconds),
            "rung": len(rung),
            "calls_under_way": {"least": min(self.calls, default=0), "median": median(self.calls or [0])},
            "seconds": {
                "median": round(median(rung), 3) if rung else None,
                "max": round(max(rung), 3) if rung else None,
            },
            "bound_s": BOUND_S,
            "frames_late_over_20_ms": round(self.late_frames.slower, 4),
        }


async def measure(order: Order, installed: Installed, progress: Progress) -> Rings:
    """Raises ProvingError, LabError, StorageError when it cannot be run."""
    secret = secrets.token_hex(32)
    environment = {
        "ZVONAR_DIALER__CHANNELS": str(order.cold + KEPT),
        "ZVONAR_DIALER__RESERVED": str(KEPT),
        "ZVONAR_DIALER__DRAIN_S": "0",
        "ZVONAR_SPEECH__RECOGNIZER_THREADS": "1",
        "ZVONAR_WEB__HOOKS": json.dumps({REQUESTS: {"secret": secret}}),
    }
    if order.via is Via.STORE:
        del environment["ZVONAR_WEB__HOOKS"]
    async with (
        set_up(installed, nodes=1, environment=environment, progress=progress) as stage,
        open_storage(stage.cluster.address) as storage,
    ):
        progress(Step("Заполняю очередь…", "Filling the queue…"))
        await _settle(storage, order)
        node = stage.nodes[0]
        await node.start()
        await node.ready(READY_S)
        await _until(lambda: _calls(storage), order.cold)
        progress(Step("Посылаю заявки…", "Sending requests…"))
        return await _Trial(order, stage, storage, secret).run()


async def _settle(storage: Storage, order: Order) -> None:
    now = utc_now()
    every_day = WorkingHours(opens=datetime.min.time(), closes=datetime.min.time().replace(23, 30), weekdays=_WEEK)
    ids = {}
    for slug, script in ((COLD, "cold_call"), (REQUESTS, "inbound_lead")):
        campaign = await storage.campaigns.ensure(Campaign(0, slug, slug, script, window=ALWAYS))
        await storage.campaigns.set_quota(slug, 1000)
        ids[slug] = campaign.id
    for name in ("Ольга Смирнова", "Павел Кузнецов"):
        await storage.managers.ensure(name, every_day, campaigns=ids.values())
    long_due = now - timedelta(hours=1)
    directory = default_directory()
    listeners = [_lead(directory.number_for(LISTENERS, index)) for index in range(MOST_CALLS)]
    await storage.leads.add(ids[COLD], listeners, now=now, due_at=long_due)
    async with storage.database.read() as connection:
        lane = (
            await connection.execute(sa.select(t.lanes.c.id).where(t.lanes.c.campaign_id == ids[COLD]))
        ).scalar_one()
    await fill(storage.database, Wanted(ids[COLD], lane, 1, now), order.waiting, lambda _there: None)


def _lead(phone: str) -> NewLead:
    return NewLead(phone, "Пётр", timezone="Europe/Moscow")


async def _calls(storage: Storage) -> int:
    return (await under_way(storage.database)).calls


async def _until(count: Callable[[], object], enough: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FILL_S):
            while await count() < enough:  # type: ignore[misc]
                await asyncio.sleep(0.25)


class _Trial:
    """Requests, one after another."""

    def __init__(self, order: Order, stage: Stage, storage: Storage, secret: str) -> None:
        self._order = order
        self._stage = stage
        self._storage = storage
        self._secret = secret

    async def run(self) -> Rings:
        rings = Rings()
        directory = default_directory()
        for number in range(self._order.requests):
            phone = directory.number_for(LISTENERS, 5000 + number)
            rings.calls.append(await _calls(self._storage))
            sent = utc_now()
            await self._send(phone)
            rings.seconds.append(await self._ring(phone, sent))
            await asyncio.sleep(self._order.apart_s)
        text = await self._node.get("/metrics")
        rings.late_frames = slower_than([text or ""], "zvonar_frame_lateness_seconds", 0.02)
        return rings

    @property
    def _node(self) -> Node:
        return self._stage.nodes[0]

    async def _send(self, phone: str) -> None:
        if self._order.via is Via.STORE:
            campaign = await self._storage.campaigns.get(REQUESTS)
            await self._storage.leads.add(campaign.id, [_lead(phone)], now=utc_now(), priority=PRIORITY_REQUEST)
            return
        body = json.dumps({"phone": phone, "name": "Пётр", "timezone": "Europe/Moscow"}).encode()
        stamp = str(int(utc_now().timestamp()))
        digest = hmac.new(self._secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Zvonar-Timestamp": stamp,
            "X-Zvonar-Signature": f"sha256={digest}",
        }
        url = f"http://127.0.0.1:{self._node.web_port}/hooks/leads/{REQUESTS}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            if answer.status != 202:
                raise ProvingError(f"the webhook answered {answer.status}: {(await answer.text())[:200]}")

    async def _ring(self, phone: str, sent: datetime) -> float | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RING_S):
                while True:
                    for entry in self._stage.journal()[0]:
                        if entry.event is Event.RING and entry.number == phone:
                            return (entry.at - sent).total_seconds()
                    await asyncio.sleep(POLL_S)
        return None
