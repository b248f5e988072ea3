"""Meetings come into their managers' calendars exactly once, whatever is lost and whenever the robot dies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from robot.calendars.book import CalendarBook
from robot.calendars.caldav import CalDavCalendar, Place
from robot.calendars.deliverer import CalendarDeliverer
from robot.calendars.event import Event
from robot.calendars.settings import Account, CalendarSettings
from robot.crm.errors import Misconfigured, Unreachable
from robot.crm.outbox_ports import Delivery, Kind
from robot.crm.report import Booked, CallReport
from robot.crm.writes import Journal
from robot.domain.meetings import Slot, WorkingHours
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead, Manager, Profile
from tests.unit.calendars.conftest import patient, written

pytestmark = pytest.mark.unit

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def report(attempt_id: UUID, *, manager: str = "Анна", moves: UUID | None = None, booked: bool = True) -> CallReport:
    lead = Lead(1, "+74951234567", "Пётр", "Ромашка", "Тула", fields={"email": "p@example.com", "need": "реклама"})
    meeting = Booked(Slot(1, AT, AT + timedelta(minutes=30)), manager, "ул. Мира, 1", moves)
    return CallReport(
        attempt_id, "cold", "Холодные", lead, False, Outcome.MEETING_BOOKED, "", AT, 60, AT, "meeting",
        meeting=meeting if booked else None,
    )  # fmt: skip


class Reports:
    def __init__(self, *reports: CallReport) -> None:
        self._reports = {one.attempt_id: one for one in reports}

    async def report(self, attempt_id: UUID) -> CallReport:
        return self._reports[attempt_id]


class Calendars:
    def __init__(self, **calendars: CalDavCalendar) -> None:
        self._calendars = {"Анна": calendars["anna"]}

    async def named(self, name: str) -> CalDavCalendar | None:
        return self._calendars.get(name)

    async def calendars(self) -> Mapping[str, CalDavCalendar]:
        return self._calendars


def delivery(attempt_id: UUID, journal: Journal | None = None) -> Delivery:
    return Delivery(
        1, f"{attempt_id}:calendar:invitation", "calendar", Kind.INVITATION, 1, attempt_id, {}, journal or Journal()
    )


async def keep(_journal: Journal) -> None: ...


class Losing(CalDavCalendar):
    """Its answers are lost after what was asked for was done."""

    async def put(self, event: Event) -> None:
        await super().put(event)
        raise Unreachable("the answer is lost")


async def test_a_meeting_lies_in_the_managers_calendar(place: Place) -> None:
    attempt = uuid4()
    deliverer = CalendarDeliverer(Reports(report(attempt)), Calendars(anna=CalDavCalendar(place)))
    for _ in range(2):
        await deliverer.deliver(delivery(attempt), keep)
    (text,) = await written(place)
    for part in ("Ромашка", "+74951234567", "ул. Мира", "need: реклама", "20261124T090000Z"):
        assert part in text.replace("\r\n ", "").replace("\n ", "")


async def test_a_lost_answer_and_a_death_at_any_step_leave_one_event(place: Place) -> None:
    attempt, journal = uuid4(), Journal()
    reports = Reports(report(attempt))
    with pytest.raises(Unreachable):
        await CalendarDeliverer(reports, Calendars(anna=Losing(place))).deliver(delivery(attempt, journal), keep)
    for dies_at in range(4):
        kept: list[Journal] = []

        async def dying(now: Journal, dies_at: int = dies_at, kept: list[Journal] = kept) -> None:
            if len(kept) == dies_at:
                raise RuntimeError("the node died")
            kept.append(Journal(set(now.begun), dict(now.done)))

        deliverer = CalendarDeliverer(reports, Calendars(anna=CalDavCalendar(place)))
        again = delivery(attempt, Journal())
        try:
            await deliverer.deliver(again, dying)
        except RuntimeError:
            await deliverer.deliver(delivery(attempt, kept[-1] if kept else Journal()), keep)
        assert len(await written(place)) == 1


async def test_a_meeting_that_was_moved_leaves_its_old_time(place: Place) -> None:
    first, second = uuid4(), uuid4()
    reports = Reports(report(first), report(second, moves=first))
    deliverer = CalendarDeliverer(reports, Calendars(anna=CalDavCalendar(place)))
    for attempt in (first, second, second):
        await deliverer.deliver(delivery(attempt), keep)
    (text,) = await written(place)
    assert str(second) in text


async def test_without_a_meeting_or_a_calendar_there_is_nothing_to_do(place: Place) -> None:
    none, other = uuid4(), uuid4()
    reports = Reports(report(none, booked=False), report(other, manager="Борис"))
    deliverer = CalendarDeliverer(reports, Calendars(anna=CalDavCalendar(place)))
    for attempt in (none, other):
        await deliverer.deliver(delivery(attempt), keep)
    await deliverer.deliver(replace(delivery(none), attempt_id=None), keep)
    assert await written(place) == []


class People:
    def __init__(self, *managers: Manager) -> None:
        self._managers = managers

    async def all(self) -> tuple[Manager, ...]:
        return self._managers


def manager(name: str, calendar: str) -> Manager:
    return Manager(1, name, WorkingHours(), Profile(calendar=calendar))


async def test_passwords_go_to_the_server_they_are_for(place: Place, server: str) -> None:
    own = {"Вера": Account(url="https://other.example.com/", user="vera")}
    given = {"url": server, "user": "boss", "password": "secret", "accounts": own}
    settings = patient(CalendarSettings.model_validate(given))
    path = place.url.removeprefix(server)
    anna, boris = manager("Анна", path), manager("Борис", "https://elsewhere.example.com/boris/")
    book = CalendarBook(People(anna, boris, manager("Вера", "vera/work"), manager("Глеб", "")), settings)
    with pytest.raises(Misconfigured) as told:
        book.of(boris)
    assert told.value.named == "Борис", "logs leave it out"
    assert sorted(await book.calendars()) == ["Анна", "Вера"]
    await (await book.calendars())["Анна"].check()
    assert await book.named("Глеб") is None
    with pytest.raises(Misconfigured) as told:
        CalendarBook(People(), CalendarSettings()).of(anna)
    assert told.value.named == "Анна"
    for wrong in ("ftp://x/", "http://user:word@host/", "nonsense"):
        with pytest.raises(ValueError, match="address"):
            Account(url=wrong)
