"""One node of the measurement: claims, begins and finishes as fast as it can, for a time. A process of its own.

It reads its order as one line of JSON, says "ready", begins with the next line, and prints what it measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from robot.domain.calls import CallResult, ClaimedTask
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.outcomes import Outcome
from robot.proving.scratch import Place
from robot.storage.store import Storage

LEASE = timedelta(seconds=60)
LATER = timedelta(hours=2)
WARM_UPS = 3
"""Claims before the measurement: connections are made and statements prepared with the first ones."""


@dataclass(slots=True)
class Measured:
    """Milliseconds of every transaction; tasks: claimed ones; seconds: of work."""

    claim: list[float] = field(default_factory=list)
    begin: list[float] = field(default_factory=list)
    finish: list[float] = field(default_factory=list)
    tasks: int = 0
    seconds: float = 0.0


class _Worker:
    def __init__(self, storage: Storage, campaign: Campaign, node: str, batch: int) -> None:
        self._storage = storage
        self._campaign = campaign
        self._node = node
        self._batch = batch
        self.measured = Measured()

    async def run(self, seconds: float) -> None:
        self.measured = Measured()
        began_s = time.perf_counter()
        while time.perf_counter() - began_s < seconds:
            await self.claim()
        self.measured.seconds = time.perf_counter() - began_s

    async def claim(self) -> None:
        """A claim, and the calls of what it gave, all at once."""
        began_s = time.perf_counter()
        claimed = await self._storage.queue.claim(
            self._campaign, limit=self._batch, now=utc_now(), node=self._node, lease=LEASE
        )
        self.measured.claim.append(_ms_since(began_s))
        self.measured.tasks += len(claimed)
        await asyncio.gather(*(self._call(one) for one in claimed))

    async def _call(self, claimed: ClaimedTask) -> None:
        attempt_id, began_s = uuid4(), time.perf_counter()
        begun = await self._storage.attempts.begin(claimed, attempt_id=attempt_id, node=self._node, now=utc_now())
        self.measured.begin.append(_ms_since(began_s))
        if begun is None:
            return
        now, began_s = utc_now(), time.perf_counter()
        await self._storage.attempts.finish(
            attempt_id, CallResult(Outcome.NO_ANSWER, now, reason="no_answer"), retry_at=now + LATER
        )
        self.measured.finish.append(_ms_since(began_s))


def _ms_since(began_s: float) -> float:
    return 1000 * (time.perf_counter() - began_s)


async def work(order: dict[str, str | int | float]) -> Measured:
    database = Place(str(order["address"]), str(order["schema"])).open()
    try:
        storage = Storage(database)
        worker = _Worker(storage, await storage.campaigns.get("bench"), str(order["node"]), int(order["batch"]))
        for _ in range(WARM_UPS):
            await worker.claim()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await worker.run(float(order["seconds"]))
        return worker.measured
    finally:
        await database.close()


def main() -> None:
    measured = asyncio.run(work(json.loads(sys.stdin.readline())))
    print(json.dumps({name: getattr(measured, name) for name in ("claim", "begin", "finish", "tasks", "seconds")}))


if __name__ == "__main__":
    main()
