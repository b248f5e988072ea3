"""What the machines ask of a node. Neither answer waits for a database that is away, and none fails with it."""

from __future__ import annotations

import asyncio

import structlog

from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.observability.metrics import CONTENT_TYPE, Metrics
from robot.storage.store import Storage
from robot.web.app import Readiness
from telephony.asterisk.line import AsteriskLine
from telephony.base import Line

log = structlog.get_logger(__name__)

STORE_S = 2.0
"""How long an answer waits for the database."""

GIVE_UP_S = 20.0
"""A question the database has not answered by then is dropped, and asked anew by the next who wants to know."""


class NodeProbes:
    """`Probes` of robot.web.app over a node's parts."""

    def __init__(self, storage: Storage, line: Line, metrics: Metrics) -> None:
        self._storage = storage
        self._line = line
        self._metrics = metrics
        self._asking: asyncio.Task[None] | None = None
        self._asked_s = 0.0
        self._away = False

    async def readiness(self) -> Readiness:
        problems = {}
        line = await self._line.health()
        if not line.ok:
            problems["line"] = line.detail
        if not await self._asked():
            problems["store"] = tr("база данных не отвечает", "the database does not answer")
        return Readiness(problems)

    async def exposition(self) -> tuple[bytes, str]:
        """Metrics for a scrape: the database's gauges as they are now, or, while it is away, as they were last told."""
        self._metrics.store_up.set(await self._asked())
        self._metrics.line_up.labels(self._line.name).set((await self._line.health()).ok)
        if isinstance(self._line, AsteriskLine):
            self._metrics.ami_reconnects(self._line.ami_state.reconnects)
        return self._metrics.exposition(), CONTENT_TYPE

    async def _asked(self) -> bool:
        """Whether the database answered just now. One question at a time: while it hangs, no others queue behind it."""
        now_s = asyncio.get_running_loop().time()
        if self._asking is not None and not self._asking.done() and now_s - self._asked_s > GIVE_UP_S:
            self._asking.cancel()
            self._asking = None
        if self._asking is None or self._asking.done():
            self._asking, self._asked_s = asyncio.create_task(self._ask(), name="ask-store"), now_s
            self._asking.add_done_callback(_told)
        asking = self._asking
        await asyncio.wait({asking}, timeout=STORE_S)
        answered = asking.done() and not asking.cancelled() and asking.exception() is None
        if answered is self._away:
            log.info("store_answers") if answered else log.warning("store_does_not_answer")
        self._away = not answered
        return answered

    async def _ask(self) -> None:
        now = utc_now()
        for campaign in await self._storage.queue.campaigns():
            quota = await self._storage.progress.quota(campaign, now)
            self._metrics.quota.labels(campaign.slug).set(quota.target)
            self._metrics.booked.labels(campaign.slug).set(quota.booked)
        targets = (await self._storage.outbox_desk.standing(now)).targets
        self._metrics.outgoing.stand({name: (one.waiting, one.parked, one.oldest_s) for name, one in targets.items()})


def _told(asking: asyncio.Task[None]) -> None:
    """Its error has been seen, even when nobody waited for the end of it."""
    if not asking.cancelled():
        asking.exception()
