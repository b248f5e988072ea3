"""/api/meetings: the managers' calendar: what is booked, what is promised in calls, what they have elsewhere, what is
free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from aiohttp import web

from robot.domain.access import Right
from robot.domain.meeting_book import BookedMeeting, open_hours
from robot.domain.meetings import Slot
from robot.domain.zones import zone_info
from robot.i18n import tr
from robot.web.body import read_query
from robot.web.endpoint import Endpoint
from robot.web.errors import Unfit
from robot.web.schemas_meetings import ManagerWeekOut, MeetingOut, TimeSpanOut, WeekOut, WeekQuery
from robot.web.services import SERVICES, answer


async def week(request: web.Request) -> web.Response:
    services, asked = request.app[SERVICES], read_query(request, WeekQuery)
    zone = zone_info(asked.timezone)
    if zone is None:
        raise Unfit({"timezone": tr("нет такого часового пояса: пишите Europe/Moscow", "no such time zone")})
    now = services.now()
    first = asked.since or now.astimezone(zone).date()
    after = datetime.combine(first, time.min, zone).astimezone(UTC)
    before = datetime.combine(first + timedelta(days=asked.days), time.min, zone).astimezone(UTC)
    found = await services.ports.meetings.week(after=after, before=before)
    booked: dict[int, list[BookedMeeting]] = defaultdict(list)
    for one in found.meetings:
        booked[one.slot.manager_id].append(one)
    offered, elsewhere = _by_manager(found.offered), _by_manager(found.elsewhere)
    managers = []
    for manager in await services.ports.settings.managers.all():
        spans = list(open_hours(manager.hours, after=after, before=before))
        mine = [*(meeting.slot for meeting in booked[manager.id]), *offered[manager.id], *elsewhere[manager.id]]
        managers.append(
            ManagerWeekOut(
                id=manager.id,
                name=manager.name,
                timezone=manager.hours.timezone,
                place=manager.profile.place,
                meetings=[_meeting(meeting) for meeting in booked[manager.id]],
                offered=_spans(offered[manager.id]),
                elsewhere=_spans(elsewhere[manager.id]),
                open=[TimeSpanOut(starts_at=start, ends_at=end) for start, end in spans],
                free_minutes=_free_minutes([(max(start, now), end) for start, end in spans], mine),
            )
        )
    return answer(WeekOut(since=after, until=before, managers=managers))


def _free_minutes(spans: Iterable[tuple[datetime, datetime]], taken: Iterable[Slot]) -> int:
    """Of the spans, without what is taken; what is taken twice counts once."""
    left, held = timedelta(0), sorted((slot.starts_at, slot.ends_at) for slot in taken)
    for start, end in spans:
        at = start
        for begins, ends in held:
            if ends <= at or begins >= end:
                continue
            left += max(begins - at, timedelta(0))
            at = max(at, min(ends, end))
        left += max(end - at, timedelta(0))
    return int(left.total_seconds() // 60)


def _meeting(one: BookedMeeting) -> MeetingOut:
    return MeetingOut(
        id=one.id,
        starts_at=one.slot.starts_at,
        ends_at=one.slot.ends_at,
        lead_id=one.lead_id,
        lead=one.lead_name,
        company=one.company,
        campaign=one.campaign,
        call=one.attempt_id,
        booked_at=one.booked_at,
        moved=one.moved,
    )


def _spans(slots: Iterable[Slot]) -> list[TimeSpanOut]:
    return [TimeSpanOut(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in slots]


def _by_manager(slots: Iterable[Slot]) -> defaultdict[int, list[Slot]]:
    found: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        found[slot.manager_id].append(slot)
    return found


ENDPOINTS = (
    Endpoint("GET", "/api/meetings", week, Right.SEE_MEETINGS, "The managers' calendar: booked, promised, free",
             "Meetings", query=WeekQuery, answer=WeekOut),
)  # fmt: skip
