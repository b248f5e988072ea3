"""What happened in Odoo since we looked last: leads that were made, moved to another stage or lost, and calls that the
robot's user was asked to make, and clients whom people talked to.

Odoo keeps no list of happenings: records are read by the time of their last change. A transaction that takes long comes
to light with an older time, so each look goes back a little further; what was told before is told again, with the same
key. Records changed since a time are read in the order of their ids: however many of them have one and the same time (a
mass update), a look that reads no further than MOST_PAGES leaves the id to go on behind. What changes meanwhile among
those that were read is younger than the newest change there was before, and from there the next round begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from robot.crm.connector import Change
from robot.crm.odoo import mapping as m
from robot.crm.odoo.deeds import ACTIVITY, LEAD, asked_calls
from robot.crm.odoo.office import ALL, Office
from robot.crm.odoo.people import answered
from robot.crm.odoo.settings import Settings
from robot.domain.zones import zone_info

BACK = timedelta(minutes=1)
PAGE = 200
MOST_PAGES = 50
CALLS_FROM = time(10, 0)
"""Odoo's tasks have a day; the robot rings from this hour of it."""
_LEAD = ("partner_name", "contact_name", "city", "stage_id", "active", "create_date", "write_date")
_STAGED = "date_last_stage_update"


@dataclass(frozen=True, slots=True)
class Place:
    """since: up to when all was read, as Odoo writes times. In the middle of a round, upto: the newest change there was
    when it began; behind: the last id that was read."""

    since: str
    upto: str = ""
    behind: int = 0

    @classmethod
    def of(cls, text: str) -> Place:
        since, *middle = text.split("|")
        return cls(since, middle[0], int(middle[1])) if middle else cls(since)

    def __str__(self) -> str:
        return f"{self.since}|{self.upto}|{self.behind}" if self.behind else self.since


async def changes(office: Office, settings: Settings, since: str) -> tuple[Sequence[Change], str]:
    """since: the place that was told the last time."""
    if not since:
        return (), await _newest(office)
    place = Place.of(since)
    upto = place.upto or await _newest(office)
    earliest = m.moment(m.aware(place.since) - BACK)
    records, whole = await _changed(office, settings, earliest, place.behind)
    won = await office.won() if records else frozenset()
    found = [change for record in records for change in _of_lead(record, settings, earliest, won)]
    beside = [*await _tasks(office, settings, earliest), *await answered(office, settings, earliest)]
    if not whole:
        return [*found, *beside], str(Place(place.since, upto, int(records[-1]["id"])))
    told = [] if place.behind else [m.moment(one.at) for one in beside]
    return [*found, *beside], max(place.since, upto, *told)


async def _newest(office: Office) -> str:
    found = await office.find(LEAD, [], ["write_date"], order="write_date desc", limit=1, context=ALL)
    return str(found[0]["write_date"]) if found else "1970-01-01 00:00:00"


async def _changed(office: Office, settings: Settings, earliest: str, behind: int) -> tuple[Sequence[m.Record], bool]:
    """And whether these are all."""
    wanted = [*await about(office, settings), *await office.some(LEAD, [_STAGED])]
    found: list[m.Record] = []
    for _ in range(MOST_PAGES):
        domain = [["write_date", ">=", earliest], ["id", ">", behind]]
        records = await office.find(LEAD, domain, wanted, limit=PAGE, context=ALL)
        found += records
        if len(records) < PAGE:
            return found, True
        behind = int(records[-1]["id"])
    return found, False


async def about(office: Office, settings: Settings) -> list[str]:
    """Fields of a lead that are told of it."""
    return [*_LEAD, *await office.some(LEAD, [*m.PHONES, *settings.fields.values()])]


def _of_lead(record: m.Record, settings: Settings, earliest: str, won: frozenset[str]) -> Sequence[Change]:
    """At most two: it was made, and it stands somewhere new. won: ids of stages."""
    found = []
    made, staged = str(record["create_date"]), str(record.get(_STAGED) or "")
    stage = str(record["stage_id"][0]) if record["stage_id"] else ""
    if made >= earliest:
        found.append(m.change(record, settings, "created", key=made, at=m.aware(made)))
    if not record["active"]:  # Odoo does not keep when it was lost; told again at each later change, with the same key
        at = m.aware(str(record["write_date"]))
        found.append(m.change(record, settings, "stage", key=f"{m.LOST}:{staged}", at=at, stage=m.LOST, closed=True))
    elif staged >= earliest and m.aware(staged) > m.aware(made) + timedelta(seconds=1):
        closed = stage in won
        found.append(m.change(record, settings, "stage", key=f"{stage}:{staged}", at=m.aware(staged), closed=closed))
    return found


async def _tasks(office: Office, settings: Settings, earliest: str) -> Sequence[Change]:
    """Calls that people want the robot to make: activities of his user's."""
    domain = [*await asked_calls(office), ["write_date", ">=", earliest]]
    tasks = await office.find(ACTIVITY, domain, ["res_id", "date_deadline", "write_date"])
    if not tasks:
        return ()
    wanted = await about(office, settings)
    ids = sorted({task["res_id"] for task in tasks})
    leads = {lead["id"]: lead for lead in await office.find(LEAD, [["id", "in", ids]], wanted, context=ALL)}
    return [_task(task, leads[task["res_id"]], settings) for task in tasks if task["res_id"] in leads]


def _task(task: m.Record, lead: m.Record, settings: Settings) -> Change:
    day = str(task["date_deadline"])
    due = datetime.combine(datetime.fromisoformat(day).date(), CALLS_FROM, zone_info(settings.timezone))
    at = m.aware(str(task["write_date"]))
    return m.change(lead, settings, "task", key=f"{task['id']}:{day}", at=at, due_at=due.astimezone(UTC))
