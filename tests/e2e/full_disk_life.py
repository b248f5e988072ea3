"""A talk on a node with an SQLite file, as far as its store is concerned: a process that a test puts on a disk of its
own. One turn for each line it reads, stored as the talk stores it; then it tells how many there are."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from robot.crm.base import NewLead
from robot.domain.calls import Turn
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.clock import utc_now
from robot.domain.goals import Goal
from robot.patience import Patience
from robot.storage import tables as t
from robot.storage.store import open_storage


async def talk(folder: Path) -> None:
    patience = Patience(pause_s=0.05)
    async with open_storage(f"sqlite:///{folder / 'zvonar.db'}") as storage:
        now = utc_now()
        wanted = Campaign(0, "cold", "", "cold_call", quota=9, goal=Goal.AGREED, window=ALWAYS)
        campaign = await storage.campaigns.ensure(wanted)
        await storage.leads.add(campaign.id, [NewLead("+79161234567")], now=now)
        lease = timedelta(minutes=1)
        (claimed,) = await storage.queue.claim(campaign, limit=1, now=now, node="a", lease=lease)
        attempt = uuid4()
        assert await storage.attempts.begin(claimed, attempt_id=attempt, node="a", now=now)
        print("ready", flush=True)
        number = 0
        while await asyncio.to_thread(sys.stdin.readline):
            number += 1
            turn = Turn(number, "greeting", said="Здравствуйте! " * 400)
            await patience(lambda turn=turn: storage.calls.turn(attempt, turn), doing="store a turn")  # type: ignore[misc]
            print("stored", flush=True)
        async with storage.database.read() as connection:
            print((await connection.execute(sa.select(sa.func.count()).select_from(t.turns))).scalar_one(), flush=True)


if __name__ == "__main__":
    asyncio.run(talk(Path(sys.argv[1])))
