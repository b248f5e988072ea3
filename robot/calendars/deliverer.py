"""Booked meetings, put into their managers' calendars exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from robot.calendars.caldav import CalDavCalendar
from robot.calendars.event import Event, uid
from robot.crm.outbox_ports import CallReports, Delivery
from robot.crm.report import Booked, CallReport
from robot.crm.writes import NOTHING, Done, Keep, Write, carry_out
from robot.i18n import tr

TARGET = "calendar"
EVENT, OLD = "event", "old"


class Calendars(Protocol):
    async def named(self, name: str) -> CalDavCalendar | None:
        """The manager's; None when he has none. Raises Misconfigured."""
        ...

    async def calendars(self) -> Mapping[str, CalDavCalendar]: ...


class CalendarDeliverer:
    """Deliverer of robot.crm.outbox_ports, for invitations."""

    def __init__(self, reports: CallReports, calendars: Calendars) -> None:
        self._reports = reports
        self._calendars = calendars

    async def deliver(self, delivery: Delivery, keep: Keep) -> None:
        if delivery.attempt_id is None:
            return
        report = await self._reports.report(delivery.attempt_id)
        if report.meeting is not None:
            await carry_out(await self._writes(report, report.meeting), delivery.journal, keep)

    async def _writes(self, report: CallReport, meeting: Booked) -> Sequence[Write]:
        """The new event first: a manager sees the meeting twice for a moment rather than never."""
        own = await self._calendars.named(meeting.manager)
        writes = [] if own is None else [_put(own, event_of(report, meeting))]
        if meeting.moves is not None:
            known = (await self._calendars.calendars()).values()
            writes.append(_delete(list(known), uid(meeting.moves)))
        return writes


def event_of(report: CallReport, meeting: Booked) -> Event:
    """What the manager reads in his calendar. Phone and e-mail are the client's: the calendar is his company's own."""
    lead = report.lead
    who = ", ".join(part for part in (lead.name, lead.company) if part) or tr("клиент без имени", "a client")
    known = [lead.name, lead.company, lead.city, lead.phone, lead.fields.get("email", "")]
    said = [f"{name}: {value}" for name, value in sorted(lead.fields.items()) if name != "email" and value]
    return Event(
        uid(report.attempt_id),
        meeting.slot.starts_at,
        meeting.slot.ends_at,
        report.ended_at,
        tr(f"Встреча: {who}", f"Meeting: {who}"),
        "\n".join([*filter(None, known), *said]),
        meeting.place,
    )


def _put(calendar: CalDavCalendar, event: Event) -> Write:
    async def do(_done: Done) -> str:
        await calendar.put(event)
        return event.uid

    async def look(_done: Done) -> str | None:
        return event.uid if await calendar.has(event.uid) else None

    return Write(EVENT, do, look)


def _delete(calendars: Sequence[CalDavCalendar], old: str) -> Write:
    async def do(_done: Done) -> str:
        for calendar in calendars:
            await calendar.delete(old)
        return NOTHING

    return Write(OLD, do, partial(_never_sure, old))


async def _never_sure(_old: str, _done: Done) -> str | None:
    """Deleting what is gone changes nothing: it is done again."""
    return None
