"""A meeting as an iCalendar event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.calendars.event import Event, Person, ics, uid

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def invitation(title: str = "Встреча", name: str = "Пётр", **more: object) -> Event:
    people = {"organizer": Person("anna@example.com", "Анна"), "attendee": Person("petr@example.com", name)}
    return Event(uid(7), NOON, NOON + timedelta(hours=1), NOON, title, **people, **more)  # type: ignore[arg-type]


def test_an_invitation_says_who_when_and_where() -> None:
    text = ics(invitation(place="https://meet.example.com/anna"), method="REQUEST")
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["UID"], event["SEQUENCE"]) == ("REQUEST", "7@zvonar", 0)
    assert (event["LOCATION"], event["URL"]) == ("https://meet.example.com/anna",) * 2
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:anna@example.com", "Анна")
    assert (event["ATTENDEE"], event["ATTENDEE"].params["RSVP"]) == ("mailto:petr@example.com", "TRUE")
    assert event.walk("VALARM")[0].decoded("trigger") == timedelta(hours=-1)
    assert ics(invitation()) == ics(invitation()), "the same each time"


def test_a_cancelled_one_says_so_and_reminds_nobody() -> None:
    (event,) = icalendar.Calendar.from_ical(ics(invitation(cancelled=True, sequence=1), method="CANCEL")).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"], event.walk("VALARM")) == ("CANCELLED", 1, [])


@given(title=st.text(max_size=200), name=st.text(max_size=50), place=st.text(max_size=50))
def test_no_text_breaks_out_of_its_line(title: str, name: str, place: str) -> None:
    text = ics(invitation(title, name, place=place))
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (event["UID"], event["ATTENDEE"]) == ("7@zvonar", "mailto:petr@example.com")
    assert text.count("BEGIN:VEVENT\r\n") == text.count("\r\nEND:VEVENT") == 1
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
