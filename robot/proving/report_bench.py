"""How soon reports answer with years of calls in the database: through the real handlers, over HTTP."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import quantiles
from uuid import UUID

import aiohttp
import sqlalchemy as sa
from aiohttp import web

from robot.domain.access import Role
from robot.domain.calls import Turn
from robot.domain.clock import utc_now
from robot.proving.errors import ProvingError
from robot.proving.report_load import CAMPAIGNS, DAYS, SCRIPT, VERSIONS, fill
from robot.proving.scratch import empty_place
from robot.storage.engine import Database
from robot.storage.rebuild import rebuild
from robot.storage.store import Storage
from robot.storage.tables_reports import ROLLUPS
from robot.web.auth import hash_of, new_secret
from robot.web.cookies import COOKIE

BOUND_MS = 300.0
Ask = Callable[[str], Awaitable["Spent"]]
Pages = Callable[[Storage], web.Application]
"""The application on these stores."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds on the wall, and of this process's processors: the difference is what neighbours took."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Spent:
        return cls(1000 * time.perf_counter(), 1000 * time.process_time())

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.cpu - other.cpu)


@dataclass(frozen=True, slots=True)
class Order:
    address: str
    turns: int = 1_000_000
    rounds: int = 50


@dataclass(frozen=True, slots=True)
class Answered:
    """bounded: of Today and the drop-off graph, which must answer within BOUND_MS. cpu_p95_ms: of the processor, of
    asking and answering together; a PostgreSQL works in processes of its own."""

    what: str
    p50_ms: float
    p95_ms: float
    cpu_p95_ms: float
    bounded: bool

    @property
    def slow(self) -> bool:
        return self.bounded and self.p95_ms > BOUND_MS


@dataclass(frozen=True, slots=True)
class Found:
    """filled_s, counted_s: what it took to write the turns, and to count the rollups from them. rows: of rollups."""

    turns: int
    rows: Mapping[str, int]
    filled_s: float
    counted_s: float
    answers: Sequence[Answered]
    turn_written: Answered


async def measure(order: Order, pages: Pages, told: Callable[[str, int, int], None]) -> Found:
    """told: what is done (fill, count, ask), how much of it and of how much. Raises ProvingError, StorageError."""
    async with empty_place(order.address) as place:
        database = place.open()
        try:
            storage, now = Storage(database), utc_now()
            began = time.perf_counter()
            turns = await fill(storage, order.turns, now.date(), lambda there: told("fill", there, order.turns))
            filled = time.perf_counter()
            await rebuild(database, lambda done, days: told("count", done, days))
            counted = time.perf_counter()
            answers = await _ask(storage, pages, order, now, told)
            written = await _write(storage, order)
            rows = await _rows(database)
        finally:
            await database.close()
    return Found(turns, rows, filled - began, counted - filled, answers, written)


def _questions(today: date) -> Mapping[str, tuple[str, bool]]:
    """By what they are: the address, and whether it is bounded."""
    graph = f"/api/reports/dropoff?script={SCRIPT}"
    year = f"since={today - timedelta(days=DAYS - 1)}&until={today}"
    return {
        "today": ("/api/today", True),
        "campaigns": ("/api/campaigns", True),
        "graph, 30 days": (graph, True),
        "graph, a year": (f"{graph}&{year}", True),
        "graph, a year, one campaign": (f"{graph}&{year}&campaign={CAMPAIGNS[1]}", True),
        "graph, a year, one version": (f"{graph}&{year}&version={VERSIONS[1]}", True),
        "graph, a year, one variant": (f"{graph}&{year}&variant=phrase_02:b", True),
        "funnel, a year": (f"/api/reports/funnel?script={SCRIPT}&{year}", False),
        "objections, a year": (f"/api/reports/objections?script={SCRIPT}&{year}", False),
        "channels, a year": (f"/api/reports/channels?{year}", False),
        "trend, a year": (f"/api/reports/trend?script={SCRIPT}&{year}", False),
        "experiments, a year": (f"/api/reports/experiments?script={SCRIPT}&{year}", False),
        "hours, a year": (f"/api/reports/hours?{year}", False),
    }


async def _ask(
    storage: Storage, pages: Pages, order: Order, now: datetime, told: Callable[[str, int, int], None]
) -> Sequence[Answered]:
    questions = _questions(now.date())
    found = []
    async with _served(storage, pages, now) as ask:
        for number, (what, (path, bounded)) in enumerate(questions.items(), 1):
            await ask(path)
            found.append(_answered(what, [await ask(path) for _ in range(order.rounds)], bounded=bounded))
            told("ask", number, len(questions))
    return found


@asynccontextmanager
async def _served(storage: Storage, pages: Pages, now: datetime) -> AsyncIterator[Ask]:
    """Asks as the head of sales, and tells how many milliseconds the answer took."""
    secret = new_secret()
    head = await storage.users.add("bench", Role.HEAD, now=now)
    await storage.sessions.open(hash_of(secret), head.id, now=now, by_link=False)
    runner = web.AppRunner(pages(storage), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", cookie_jar=aiohttp.DummyCookieJar()) as client:

            async def ask(path: str) -> Spent:
                began = Spent.now()
                async with client.get(path, headers={"Cookie": f"{COOKIE}-{port}={secret}"}) as response:
                    body = await response.read()
                if response.status != 200:
                    raise ProvingError(f"{path} answered {response.status}: {body[:200]!r}")
                return Spent.now() - began

            yield ask
    finally:
        await runner.cleanup()


async def _rows(database: Database) -> Mapping[str, int]:
    async with database.read() as connection:
        return {
            table.name: (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in ROLLUPS.values()
        }


async def _write(storage: Storage, order: Order) -> Answered:
    """A turn that changes what is counted, in calls of today."""
    times = []
    for number in range(max(2, order.rounds)):
        call = UUID(int=((DAYS - 1) << 96) + 1 + number)
        turn = Turn(90, "phrase_19", interrupted=True)
        began = Spent.now()
        await storage.calls.turn(call, turn)
        times.append(Spent.now() - began)
    return _answered("a turn written", times, bounded=False)


def _answered(what: str, times: Sequence[Spent], *, bounded: bool) -> Answered:
    wall = quantiles((spent.wall for spent in times), n=100, method="inclusive")
    cpu = quantiles((spent.cpu for spent in times), n=100, method="inclusive")
    return Answered(what, round(wall[49], 1), round(wall[94], 1), round(cpu[94], 1), bounded)
