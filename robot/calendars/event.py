"""A meeting as an iCalendar event (RFC 5545): for the manager's calendar, and for the invitation by mail. Pure.

The same meeting gives the same event, byte by byte, whenever it is written: its UID is made of the attempt that booked
it, its stamp is the moment it was booked. Texts come from people and are made harmless.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import icalendar

PRODUCT = "-//Zvonar//Zvonar//RU"
MARK = "X-ZVONAR-TIME"
"""The time at which we put the event. A manager who moves it in his calendar moves its own times only."""

REMIND_BEFORE = timedelta(hours=1)
LONGEST_TEXT = 4000

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_NEVER_IN_PARAMETERS = re.compile(r'[\x00-\x1f\x7f"]')


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """made_at: when it was agreed. place: an address or a link, "" for none. organizer, attendee: for an invitation; in
    a manager's own calendar there are none, or its server would write to them too."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    title: str
    description: str = ""
    place: str = ""
    organizer: Person | None = None
    attendee: Person | None = None
    sequence: int = 0
    cancelled: bool = False


def uid(attempt_id: UUID | int) -> str:
    return f"{attempt_id}@zvonar"


def ics(event: Event, *, method: str = "") -> str:
    """A VCALENDAR of this event, lines ended by CRLF. method: REQUEST or CANCEL for mail, "" for a calendar's own
    storage."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    calendar.add_component(_component(event))
    return str(calendar.to_ical().decode())


def _component(event: Event) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("dtstamp", event.made_at.astimezone(UTC))
    made.add("dtstart", event.starts_at.astimezone(UTC))
    made.add("dtend", event.ends_at.astimezone(UTC))
    made.add("sequence", event.sequence)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    made.add("summary", _text(event.title))
    if event.description:
        made.add("description", _text(event.description))
    if event.place:
        made.add("location", _text(event.place))
        if re.fullmatch(r"https?://[!-~]+", event.place):
            made.add("url", event.place)
    if event.organizer is not None:
        made.add("organizer", _address(event.organizer))
    if event.attendee is not None:
        guest = _address(event.attendee)
        guest.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
        made.add("attendee", guest)
    made.add(MARK, _times(event.starts_at, event.ends_at))
    if not event.cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _text(event.title))
        alarm.add("trigger", -REMIND_BEFORE)
        made.add_component(alarm)
    return made


def as_we_put_it(component: icalendar.Event, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether this is an event of ours that nobody has moved: our own slots tell of it."""
    return str(component.get(MARK, "")) == _times(starts_at, ends_at)


def _times(starts_at: datetime, ends_at: datetime) -> str:
    return f"{starts_at.astimezone(UTC):%Y%m%dT%H%M%SZ}/{ends_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_TEXT]


def _address(person: Person) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{_NEVER_IN_PARAMETERS.sub('', person.email)}")
    if person.name:
        address.params["CN"] = _NEVER_IN_PARAMETERS.sub("'", _text(person.name))
    return address
