"""One manager's calendar on a CalDAV server (RFC 4791): when he is busy, and our events in it.

An event lies at an address made of its UID, so writing it twice leaves one, and writing it with another time moves it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from urllib.parse import quote

import icalendar
from caldav.aio import AsyncDAVClient
from caldav.elements.cdav import Calendar as CalendarElement
from caldav.elements.dav import ResourceType
from caldav.lib.error import AuthorizationError, DAVError, NotFoundError
from niquests.exceptions import RequestException

from robot.calendars.event import Event, as_we_put_it, ics
from robot.crm.connector import Busy
from robot.crm.errors import DeliveryError, Limited, NotThere, Refused, TooLarge, Unauthorized, Unreachable
from robot.i18n import tr

CALENDAR_TEXT = {"Content-Type": "text/calendar; charset=utf-8"}
UNAUTHORIZED, NOT_FOUND, TOO_LARGE, TOO_MANY, ANY_FAULT = (401, 403), (404, 410), 413, 429, 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a calendar is, and how it is opened. manager, zone: whose it is, and the zone of his whole days."""

    manager: str
    url: str
    zone: tzinfo = UTC
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = 10.0


class CalDavCalendar:
    """KnowsBusy of robot.crm.connector, for one manager. Raises DeliveryError; repeats nothing by itself."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        """Without what our own slots tell, what is cancelled, and what the manager marks as free time."""
        async with self._client() as client:
            calendar = client.calendar(url=self._place.url)
            found = await calendar.search(start=after, end=before, event=True, expand=True)
            spans = [span for one in found for span in self._spans(one.icalendar_instance)]
        return [Busy(self._place.manager, start, end) for start, end in sorted(spans) if start < before and end > after]

    async def put(self, event: Event) -> None:
        """Write the event, or write it anew."""
        async with self._client() as client:
            answer = await client.put(self._address(event.uid), ics(event), CALENDAR_TEXT)
            self._check(answer.status)

    async def has(self, uid: str) -> bool:
        async with self._client() as client:
            answer = await client.request(self._address(uid))
            if answer.status in NOT_FOUND:
                return False
            self._check(answer.status)
            return True

    async def delete(self, uid: str) -> bool:
        """False when it was not there."""
        async with self._client() as client:
            answer = await client.delete(self._address(uid))
            if answer.status in NOT_FOUND:
                return False
            self._check(answer.status)
            return True

    async def check(self) -> None:
        """Whether it is there, is a calendar, and may be read. Raises DeliveryError."""
        async with self._client() as client:
            told = await client.calendar(url=self._place.url).get_properties([ResourceType()])
            if CalendarElement.tag not in (told.get(ResourceType.tag) or ()):
                raise self._absent()

    def _address(self, uid: str) -> str:
        return f"{self._place.url.rstrip('/')}/{quote(uid, safe='@')}.ics"

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[Any]:
        place = self._place
        try:
            async with (
                asyncio.timeout(place.timeout_s),
                AsyncDAVClient(
                    url=place.url,
                    username=place.user or None,
                    password=place.password or None,
                    timeout=max(1, round(place.timeout_s)),
                    enable_rfc6764=False,  # passwords go to the server that is named, and to no other
                    require_tls=False,
                    rate_limit_handle=False,
                ) as client,
            ):
                yield client
        except (RequestException, TimeoutError, OSError) as error:
            raise Unreachable(
                f"the calendar's server does not answer ({type(error).__name__})",
                remedy=tr("проверьте адрес сервера календарей", "check the address of the calendar server"),
            ) from None
        except AuthorizationError:
            raise self._unauthorized() from None
        except NotFoundError:
            raise self._absent() from None
        except (DAVError, ValueError, KeyError, AttributeError) as error:  # what is no CalDAV answer at all
            raise Refused(
                f"this is no answer of a CalDAV calendar ({type(error).__name__})",
                remedy=tr("проверьте адрес календаря", "check the calendar's address"),
            ) from None

    def _check(self, status: int) -> None:
        if status in UNAUTHORIZED:
            raise self._unauthorized()
        if status in NOT_FOUND or status == 409:  # the folder is not there
            raise self._absent()
        if status == TOO_LARGE:
            raise TooLarge("the calendar takes no event of this size")
        if status == TOO_MANY:
            raise Limited("too many requests to the calendar")
        if status >= ANY_FAULT:
            raise Unreachable(f"the calendar's server answers {status}")
        if status >= 300:
            raise Refused(f"the calendar's server answers {status}")

    def _unauthorized(self) -> DeliveryError:
        return Unauthorized(
            f"the calendar of {self._place.manager} cannot be opened with this user and password",
            remedy=tr("обновите пароль приложения в настройках календаря", "renew the calendar's app password"),
            named=self._place.manager,
        )

    def _absent(self) -> DeliveryError:
        return NotThere(
            f"there is no calendar of {self._place.manager} at its address",
            remedy=tr(
                f"укажите адрес календаря: zvonar managers add «{self._place.manager}» --calendar …",
                f"set its address: zvonar managers add “{self._place.manager}” --calendar …",
            ),
            named=self._place.manager,
        )

    def _spans(self, calendar: icalendar.Calendar) -> Iterator[tuple[datetime, datetime]]:
        for event in calendar.walk("VEVENT"):
            free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
            if (
                not isinstance(event, icalendar.Event)
                or free
                or str(event.get("STATUS", "")).upper() == "CANCELLED"
                or "DTSTART" not in event
            ):
                continue
            start, end = self._moment(event.start), self._moment(event.end)
            if start < end and not as_we_put_it(event, start, end):
                yield start, end

    def _moment(self, at: date | datetime) -> datetime:
        """A whole day begins at midnight of the manager's clock; so is a time without a zone of his."""
        if not isinstance(at, datetime):
            at = datetime.combine(at, time.min)
        return (at.replace(tzinfo=self._place.zone) if at.tzinfo is None else at).astimezone(UTC)
