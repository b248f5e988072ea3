"""A manager's calendar on a real CalDAV server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from robot.calendars.caldav import CalDavCalendar, Place
from robot.calendars.event import Event, ics, uid
from robot.crm.errors import DeliveryError, NotThere, Refused, Unauthorized, Unreachable
from tests.unit.calendars.conftest import write, written

pytestmark = pytest.mark.unit

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SPAN = {"after": MONDAY, "before": MONDAY + timedelta(days=7)}
HALF_HOUR = timedelta(minutes=30)


def meeting(number: int = 1, at: datetime = MONDAY + timedelta(days=1), **more: str) -> Event:
    return Event(uid(number), at, at + HALF_HOUR, MONDAY, more.pop("title", "Встреча"), **more)  # type: ignore[arg-type]


async def spans(place: Place) -> list[str]:
    busy = await CalDavCalendar(place).busy(**SPAN)
    assert {one.manager for one in busy} <= {"Анна"}
    return [f"{one.starts_at:%d %H:%M}-{one.ends_at:%d %H:%M}" for one in busy]


async def test_an_event_is_put_once_however_often_it_is_written(place: Place) -> None:
    calendar = CalDavCalendar(place)
    event = meeting()
    assert not await calendar.has(event.uid)
    for _ in range(3):
        await calendar.put(event)
    assert await calendar.has(event.uid)
    (text,) = await written(place)
    (found,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (event.starts_at, event.ends_at)


async def test_it_is_moved_and_deleted(place: Place) -> None:
    calendar = CalDavCalendar(place)
    await calendar.put(meeting())
    later = meeting(at=MONDAY + timedelta(days=2))
    await calendar.put(later)
    (text,) = await written(place)
    assert "20261125T090000Z" in text
    assert "20261124" not in text
    assert await calendar.delete(later.uid)
    assert not await calendar.delete(later.uid)
    assert await written(place) == []


async def test_busy_is_what_the_manager_has_and_not_what_we_know_ourselves(place: Place) -> None:
    calendar = CalDavCalendar(place)
    await calendar.put(meeting())
    assert await spans(place) == [], "our own slots tell of it"
    await write(place, "weekly", "DTSTART:20261117T110000Z", "DTEND:20261117T120000Z", "RRULE:FREQ=WEEKLY")
    await write(place, "day", "DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261127")
    await write(place, "free", "DTSTART:20261127T110000Z", "DTEND:20261127T120000Z", "TRANSP:TRANSPARENT")
    await write(place, "off", "DTSTART:20261127T110000Z", "DTEND:20261127T120000Z", "STATUS:CANCELLED")
    await write(place, "past", "DTSTART:20261101T110000Z", "DTEND:20261101T120000Z")
    await write(place, "running", "DTSTART:20261123T080000Z", "DTEND:20261123T093000Z")
    assert await spans(place) == [
        "23 08:00-23 09:30",
        "24 11:00-24 12:00",
        "25 21:00-26 21:00",  # a whole day in Moscow
    ]


async def test_an_event_of_ours_that_the_manager_moved_is_busy_time(place: Place) -> None:
    event = meeting()
    await CalDavCalendar(place).put(event)
    moved = ics(event).replace("DTSTART:20261124T090000Z", "DTSTART:20261124T150000Z")
    moved = moved.replace("DTEND:20261124T093000Z", "DTEND:20261124T153000Z")
    lines = moved.split("BEGIN:VEVENT\r\n")[1].split("END:VEVENT")[0].splitlines()
    await CalDavCalendar(place).delete(event.uid)
    await write(place, event.uid, *(line for line in lines if not line.startswith(("UID", "DTSTAMP", "SUMMARY"))))
    assert await spans(place) == ["24 15:00-24 15:30"]


async def test_what_is_wrong_is_named_with_its_remedy(place: Place, server: str) -> None:
    wrong: list[tuple[Place, type[DeliveryError]]] = [
        (replace(place, password="wrong"), Unauthorized),
        (replace(place, url=f"{server}boss/nothing/"), NotThere),
        (replace(place, url="http://127.0.0.1:9/boss/work/"), Unreachable),
    ]
    for one, error in wrong:
        calendar = CalDavCalendar(one)
        with pytest.raises(error) as told:
            await calendar.busy(**SPAN)
        assert told.value.remedy
        assert "wrong" not in str(told.value)
        assert place.manager not in str(told.value) or told.value.named == place.manager, "logs leave the name out"
        for work in (calendar.put(meeting()), calendar.check()):
            with pytest.raises(error):
                await work
    with pytest.raises((NotThere, Refused)):
        await CalDavCalendar(replace(place, url=server)).check()
    await CalDavCalendar(place).check()


HOSTILE = 'Ю" \r\nATTENDEE:mailto:x@y\x00\nEND:VEVENT;\\n,\ud800' + "щ" * 300


async def test_hostile_texts_stay_texts(place: Place) -> None:
    await CalDavCalendar(place).put(meeting(title=HOSTILE, description=HOSTILE, place=HOSTILE))
    (text,) = await written(place)
    (found,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert "ATTENDEE" not in found
    assert str(found["SUMMARY"]).startswith('Ю" \nATTENDEE:mailto:x@y \nEND:VEVENT;')
    assert str(found["SUMMARY"]).endswith("щ" * 300)
