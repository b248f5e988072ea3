"""The week's report by mail, where a mail server is set: beside the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from robot import sending
from robot.analytics.weekly import facts, gather
from robot.domain.clock import utc_now
from robot.sending.mail import Mail
from robot.sending.office import server_of
from robot.sending.press import ProcessPress
from robot.sending.printing import Job, Printed
from robot.sending.weekly import WeeklyMail
from robot.settings import Settings
from robot.storage.store import Storage

OWN = Path(sending.__file__).parent / "own"


class Node(Protocol):
    settings: Settings
    storage: Storage


async def printed(storage: Storage, week: date) -> Printed:
    """The report of the seven days from this one on, as HTML and PDF."""
    found = await gather(storage.script_rollups, storage.attempt_rollups, storage.lead_rollups, since=week)
    return await ProcessPress().printed(Job("weekly", facts(found), templates=OWN))


@asynccontextmanager
async def weekly(node: Node) -> AsyncIterator[None]:
    mail = node.settings.sending.mail
    if mail is None:
        yield
        return
    worker = WeeklyMail(
        node.storage.weekly,
        lambda week: printed(node.storage, week),
        Mail(server_of(mail)),
        owner=f"{node.settings.dialer.node}-{uuid4().hex[:8]}",  # a life of the node: its former one's lease must end
        zone=ZoneInfo(node.settings.rules.timezone),
        now=utc_now,
    )
    running = asyncio.create_task(worker.run(), name="weekly report")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])
