"""The week's report by mail, by itself: on one node of all, once to each address.

A node takes the week for some minutes, sends, and writes down each address that is done. One that dies in between gives
way when its time is over; a letter that may have arrived is not sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from robot.crm.errors import DeliveryError
from robot.domain.weekly import WeeklySchedule
from robot.sending.letters import Attachment, Letter
from robot.sending.printing import Printed

log = structlog.get_logger(__name__)

LOOK_S = 60.0
LEASE = timedelta(minutes=10)


class WeeklyStore(Protocol):
    async def schedule(self) -> WeeklySchedule: ...

    async def told(self, week: date) -> frozenset[str]:
        """Who has the report of the week that begins on this day."""
        ...

    async def take(self, week: date, *, owner: str, now: datetime, until: datetime) -> bool:
        """False while another one has taken it, or a later week was told already."""
        ...

    async def tell(self, week: date, address: str, *, owner: str, now: datetime) -> bool:
        """This address is done. False when somebody else has taken the week since."""
        ...


class Post(Protocol):
    async def send(self, letter: Letter) -> None:
        """Raises DeliveryError."""
        ...


class WeeklyMail:
    """printed: the report of the week that begins on this day."""

    def __init__(
        self,
        store: WeeklyStore,
        printed: Callable[[date], Awaitable[Printed]],
        post: Post,
        *,
        owner: str,
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._printed = printed
        self._post = post
        self._owner = owner
        self._zone = zone
        self._now = now

    async def run(self) -> None:
        """Until it is cancelled. What fails is tried again at the next look."""
        while True:
            try:
                await self.look()
            except Exception as error:
                log.warning("weekly_report_failed", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Send what is due. Raises what the store, the press and the server raise."""
        schedule, now = await self._store.schedule(), self._now()
        week = schedule.due(now, self._zone)
        if week is None or set(schedule.to) <= await self._store.told(week):
            return
        if not await self._store.take(week, owner=self._owner, now=now, until=now + LEASE):
            return
        made = await self._printed(week)
        told = await self._store.told(week)  # after it was taken: of whoever had it before
        for address in (one for one in schedule.to if one not in told):
            await self._send(letter(made, week, address, self._now()))
            if not await self._store.tell(week, address, owner=self._owner, now=self._now()):
                return

    async def _send(self, one: Letter) -> None:
        """Raises DeliveryError when another try makes sense."""
        try:
            await self._post.send(one)
        except DeliveryError as error:
            if error.retryable and not error.may_have_arrived:
                raise
            log.error(  # noqa: TRY400 - foreseen, and told by its code
                "weekly_report_not_sent", code=error.code, may_have_arrived=error.may_have_arrived
            )
        else:
            log.info("weekly_report_sent")


def letter(made: Printed, week: date, address: str, at: datetime) -> Letter:
    """The same for the same week and address, whenever it is sent."""
    return Letter(
        key=f"weekly:{week}:{address}",
        to=address,
        to_name="",
        subject=made.subject,
        html=made.html,
        text=made.text,
        at=at,
        attachments=(Attachment(made.file_name, made.pdf),),
    )
