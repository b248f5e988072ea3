"""Time and death of a trial: a clock that runs as far as requests and pauses take it, a process that dies anywhere."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from robot.crm.faking import EXCHANGES
from robot.crm.http import Answer, Request, Wire
from robot.crm.outbox_ports import Delivery
from robot.crm.writes import Journal, Keep

BEGINS = datetime(2026, 11, 23, 6, tzinfo=UTC)
REQUEST_S = 0.2
"""What a request takes, of the trial's time."""


class Clock:
    """Never the machine's: a trial that is held up for minutes is the same trial."""

    def __init__(self) -> None:
        self._passed_s = 0.0
        self.busy = 0
        """Deliveries under way: while there are any, time passes by what they do alone."""

    def now(self) -> datetime:
        return BEGINS + timedelta(seconds=self._passed_s)

    def seconds(self) -> float:
        return self._passed_s

    def pass_(self, seconds: float) -> None:
        self._passed_s += seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_(seconds)
        await asyncio.sleep(0)


class Fate:
    """Kills the process at a share of its steps: from then on nothing of it goes on, and `killed` is set."""

    def __init__(self, share: float, dice: random.Random) -> None:
        self._share = share
        self._dice = dice
        self.kills = 0
        self.killed = asyncio.Event()

    async def step(self) -> None:
        if not self.killed.is_set() and self._dice.random() < self._share:
            self.kills += 1
            self.killed.set()
        if self.killed.is_set():
            await asyncio.Event().wait()  # until the task is cancelled: the dead do nothing

    def reborn(self) -> None:
        self.killed = asyncio.Event()


class MortalWire:
    """May die before a request, and after its answer; not while tokens are exchanged: a pair that was given and not
    kept takes a person, and there is none here. For the same reason their answer is waited for by `patient`, however
    long this machine stands still; others are given up as `wire` does it."""

    def __init__(self, wire: Wire, patient: Wire, clock: Clock, fate: Fate) -> None:
        self._wire = wire
        self._patient = patient
        self._clock = clock
        self._fate = fate

    async def send(self, request: Request) -> Answer:
        if urlsplit(request.url).path.startswith(EXCHANGES):
            return await self._patient.send(request)
        await self._fate.step()
        self._clock.pass_(REQUEST_S)
        answer = await self._wire.send(request)
        await self._fate.step()
        return answer

    async def close(self) -> None:
        await self._wire.close()
        await self._patient.close()


class MortalDeliverer:
    """May die before the journal is kept, and after."""

    def __init__(self, deliver: Callable[[Delivery, Keep], Awaitable[None]], clock: Clock, fate: Fate) -> None:
        self._deliver = deliver
        self._clock = clock
        self._fate = fate

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        async def mortal(journal: Journal) -> None:
            await self._fate.step()
            await keep(journal)
            await self._fate.step()

        self._clock.busy += 1
        try:
            await self._deliver(delivery, mortal)
        finally:
            self._clock.busy -= 1
