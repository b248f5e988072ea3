"""Leads by a day on their cards: of subscriptions, contracts, guarantees that end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from robot.crm.connector import Change
from robot.crm.errors import Misconfigured
from robot.crm.odoo import mapping as m
from robot.crm.odoo.changes import about
from robot.crm.odoo.deeds import LEAD
from robot.crm.odoo.office import Office
from robot.crm.odoo.settings import Settings
from robot.crm.section import unmapped_field
from robot.domain.zones import zone_info
from robot.i18n import tr

MOST = 2000


async def ending(
    office: Office, settings: Settings, field: str, *, after: datetime, before: datetime
) -> tuple[Sequence[Change], bool]:
    """Raises Misconfigured for a field that is not mapped, or is no day in Odoo."""
    theirs = settings.fields.get(field, "")
    kind = str((await office.fields(LEAD)).get(theirs, {}).get("type", ""))
    if kind not in {"date", "datetime"}:
        raise (
            Misconfigured(
                tr(f"поле {theirs} в Odoo не дата", f"the field {theirs} of Odoo is no day"),
                remedy=tr("сопоставьте поле с датой: ZVONAR_CRM__ODOO__FIELDS", "map a day: ZVONAR_CRM__ODOO__FIELDS"),
            )
            if kind
            else unmapped_field("odoo", field)
        )
    zone = zone_info(settings.timezone)
    days = [moment.astimezone(zone).date().isoformat() for moment in (after, before)]
    first, last = days if kind == "date" else (m.moment(after), m.moment(before))
    domain = [[theirs, ">=", first], [theirs, "<=", last]]
    wanted = await about(office, settings)
    records = await office.find(LEAD, domain, [*wanted, theirs], limit=MOST)
    found = []
    for record in records:
        told = str(record[theirs])
        day = datetime.combine(datetime.fromisoformat(told).date(), time(), zone)
        due = m.aware(told) if kind == "datetime" else day.astimezone(UTC)
        found.append(m.change(record, settings, "ends", key=f"{field}:{told}", at=due, due_at=due))
    return found, len(records) < MOST
