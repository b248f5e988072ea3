"""What the machines ask of a node. Neither answer waits for a database that is away, and none fails with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from robot.dialer.figures import time_left
from robot.domain.campaigns import Campaign
from robot.domain.clock import utc_now
from robot.domain.goals import Goal
from robot.i18n import tr
from robot.observability.metrics import CONTENT_TYPE, Metrics
from robot.observability.metrics_plan import CampaignFigures
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

    def __init__(
        self, storage: Storage, line: Line, metrics: Metrics, look: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """look: asks the rest of the node at each scrape."""
        self._storage = storage
        self._line = line
        self._metrics = metrics
        self._look = look
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
        node = self._metrics.node
        node.store_up.set(await self._asked())
        node.line_up.labels(self._line.name).set((await self._line.health()).ok)
        if isinstance(self._line, AsteriskLine):
            state = self._line.ami_state
            node.ami_up.labels(self._line.name).set(state.connected)
            node.counts(ami_reconnects=state.reconnects)
            self._metrics.intake.counts(self._line.refused, ami_malformed=state.malformed)
        if self._look is not None:
            await self._look()
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
        now, plan = utc_now(), self._metrics.plan
        campaigns = await self._storage.queue.campaigns()
        plan.campaigns({one.slug: await self._figures(one, now) for one in campaigns})
        plan.waiting(await self._storage.queue_figures.waiting(now))
        targets = (await self._storage.outbox_desk.standing(now)).targets
        self._metrics.outgoing.stand({name: (one.waiting, one.parked, one.oldest_s) for name, one in targets.items()})

    async def _figures(self, campaign: Campaign, now: datetime) -> CampaignFigures:
        progress = self._storage.progress
        quota = await progress.quota(campaign, now)
        slots = await progress.slots_left(campaign, now) if campaign.goal is Goal.MEETING else None
        closes = campaign.window.closing(now, campaign.timezone) if campaign.active else None
        return CampaignFigures(
            quota.target, quota.booked, slots, (time_left(campaign, now) if closes else timedelta(0)).total_seconds()
        )


def _told(asking: asyncio.Task[None]) -> None:
    """Its error has been seen, even when nobody waited for the end of it."""
    if not asking.cancelled():
        asking.exception()
