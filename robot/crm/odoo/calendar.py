"""When managers are busy in Odoo's calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from robot.crm.connector import Busy
from robot.crm.odoo import mapping as m
from robot.crm.odoo.office import Office
from robot.domain.zones import zone_info

FIELDS = ("start", "stop", "allday", "start_date", "stop_date", "partner_ids")


async def busy(
    office: Office, managers: Mapping[str, str], timezone: str, *, after: datetime, before: datetime
) -> Sequence[Busy]:
    """managers: our name -> user's id. Invitations that were declined take no time, nor does what is shown as free."""
    names: dict[int, list[str]] = {}
    for name, user in managers.items():
        names.setdefault(await office.partner(m.number(user)), []).append(name)
    if not names:
        return ()
    wide = timedelta(days=1)  # all-day events are kept with hours that mean nothing
    events = await office.find(
        "calendar.event",
        [
            ["partner_ids", "in", sorted(names)],
            ["start", "<", m.moment(before + wide)],
            ["stop", ">", m.moment(after - wide)],
            ["show_as", "!=", "free"],
        ],
        FIELDS,
    )
    declined = await _declined(office, [event["id"] for event in events], sorted(names))
    found = [one for event in events for one in _stretches(event, names, declined, timezone)]
    return [one for one in found if one.starts_at < before and one.ends_at > after]


async def _declined(office: Office, events: list[int], partners: list[int]) -> set[tuple[int, int]]:
    """Event and partner."""
    if not events:
        return set()
    domain = [["event_id", "in", events], ["partner_id", "in", partners], ["state", "=", "declined"]]
    found = await office.find("calendar.attendee", domain, ["event_id", "partner_id"])
    return {(one["event_id"][0], one["partner_id"][0]) for one in found}


def _stretches(
    event: m.Record, names: Mapping[int, Sequence[str]], declined: set[tuple[int, int]], timezone: str
) -> Iterator[Busy]:
    starts_at, ends_at = (
        _days(event, timezone) if event["allday"] else (m.aware(event["start"]), m.aware(event["stop"]))
    )
    for partner in event["partner_ids"]:
        if (event["id"], partner) not in declined:
            for name in names.get(partner, ()):
                yield Busy(name, starts_at, ends_at)


def _days(event: m.Record, timezone: str) -> tuple[datetime, datetime]:
    """Whole days of the manager's, the last included."""
    first, last = (date.fromisoformat(event[name]) for name in ("start_date", "stop_date"))
    zone = zone_info(timezone)
    return (
        datetime.combine(first, time.min, zone).astimezone(UTC),
        datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC),
    )
