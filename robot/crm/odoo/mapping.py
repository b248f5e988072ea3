"""Our records as Odoo's values, and back. Pure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from robot.crm.after_call import Todo
from robot.crm.call_text import facts, heading, lead_title, transcript
from robot.crm.connector import Change
from robot.crm.errors import NotThere, Refused
from robot.crm.odoo.settings import Settings
from robot.crm.report import Booked, CallReport
from robot.domain.people import lead_fields
from robot.domain.zones import zone_info
from robot.i18n import tr

Record: TypeAlias = dict[str, Any]
Fields: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What fields_get gives: a field's name -> its type, …"""

LOST = "lost"
PHONES = ("phone", "mobile", "phone_sanitized")
"""Newer versions have not all of them."""
_DIGITS = 10
"""Of a number, from its end: people write the country as +7, 8 or not at all."""
_ABOUT = {"contact_name": "name", "partner_name": "company", "city": "city"}
"""Field of crm.lead -> of our lead."""
_EMAIL = "email"


def mark(attempt: UUID) -> str:
    """What we look for when an answer was lost; stands in texts, so that people may look for it, too."""
    return f"zvonar:{attempt.hex}"


def message_id(attempt: UUID) -> str:
    """Of the note about a call, unseen by people."""
    return f"<zvonar.{attempt.hex}@call>"


def moment(aware: datetime) -> str:
    """Odoo's naive UTC."""
    return aware.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def aware(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def phone_domain(phone: str, fields: Fields) -> list[Any]:
    """Leads whose number may be this one, whatever stands between its digits."""
    pattern = "%" + "%".join(digits(phone)[-_DIGITS:]) + "%"
    asked: list[Any] = [[name, "=ilike", pattern] for name in PHONES if name in fields]
    return ["|"] * (len(asked) - 1) + asked


def has_phone(record: Record, phone: str) -> bool:
    """Whether it is: a pattern of digits fits longer numbers as well."""
    return any(same_number(str(record.get(name) or ""), phone) for name in PHONES)


def same_number(written: str, phone: str) -> bool:
    theirs, ours = digits(written), digits(phone)
    if theirs == ours:
        return True
    russian = ours.startswith("7") and len(ours) == _DIGITS + 1
    return russian and theirs[-_DIGITS:] == ours[-_DIGITS:] and theirs[:-_DIGITS] in ("", "7", "8")


def digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdecimal())


def best(records: Sequence[Record], phone: str) -> Record | None:
    """Of the leads of one number: an open one, the latest touched."""
    fitting = [record for record in records if has_phone(record, phone)]
    return max(fitting, key=lambda r: (bool(r["active"]), str(r["write_date"]), r["id"]), default=None)


def new_lead(report: CallReport, user: str) -> Record:
    """user: "" makes it nobody's; Odoo would make it the robot's."""
    owner = number(user) if user else False
    return {"name": lead_title(report), "type": "opportunity", "phone": report.lead.phone, "user_id": owner}


def known(report: CallReport) -> Record:
    """What the robot knows of the lead, for fields that are empty."""
    values = {field: getattr(report.lead, ours) for field, ours in _ABOUT.items()}
    values["email_from"] = lead_fields(report.collected).get(_EMAIL, "") or report.lead.fields.get(_EMAIL, "")
    return {field: value.strip() for field, value in values.items() if value.strip()}


def collected(report: CallReport, settings: Settings, fields: Fields) -> Record:
    """What the talk brought, for the fields it is mapped to. Raises NotThere, Refused."""
    said = lead_fields(report.collected)
    return {
        theirs: _typed(said[ours], theirs, fields) for ours, theirs in settings.fields.items() if said.get(ours, "")
    }


def _typed(value: str, name: str, fields: Fields) -> Any:
    if name not in fields:
        raise NotThere(
            tr(f"в crm.lead нет поля {name}", f"crm.lead has no field {name}"),
            remedy=tr(
                "его удалили или переименовали: исправьте ZVONAR_CRM__ODOO__FIELDS",
                "it was deleted or renamed: correct ZVONAR_CRM__ODOO__FIELDS",
            ),
        )
    kind = str(fields[name].get("type"))
    try:
        if kind in {"integer", "float", "monetary"}:
            return int(value) if kind == "integer" else float(value.replace(",", "."))
    except ValueError:
        kind = "text for a number"
    if kind == "html":
        return html.escape(value)
    if kind in {"char", "text"}:
        return value
    raise Refused(
        tr(f"поле {name} не принимает сказанное", f"the field {name} does not take what was said"),
        remedy=tr(
            "сопоставьте с текстовым полем: ZVONAR_CRM__ODOO__FIELDS", "map a text field: ZVONAR_CRM__ODOO__FIELDS"
        ),
    )


def phone_of(record: Record) -> str:
    """The first that is written, as it is."""
    return next(filter(None, (str(record.get(name) or "") for name in PHONES)), "")


def change(
    record: Record,
    settings: Settings,
    kind: str,
    *,
    key: str,
    at: datetime,
    stage: str = "",
    closed: bool = False,
    due_at: datetime | None = None,
) -> Change:
    """What happened to this lead. stage: "" where it stands."""
    stands = str(record["stage_id"][0]) if record["stage_id"] else ""
    return Change(
        key=f"odoo:{settings.database}:{record['id']}:{kind}:{key}",
        kind=kind,
        lead_ref=str(record["id"]),
        phone=phone_of(record),
        at=at,
        stage=settings.our_stage(stage or stands),
        name=str(record["contact_name"] or ""),
        company=str(record["partner_name"] or ""),
        city=str(record["city"] or ""),
        fields={ours: str(record[name]) for ours, name in settings.fields.items() if record.get(name)},
        due_at=due_at,
        closed=closed,
    )


def event(report: CallReport, booked: Booked, *, lead: int, user: int, partner: int, rich: bool) -> Record:
    """A calendar.event. rich: its description is HTML."""
    lines = [lead_title(report), report.lead.phone, mark(report.attempt_id)]
    return {
        "name": lead_title(report),
        "start": moment(booked.slot.starts_at),
        "stop": moment(booked.slot.ends_at),
        "opportunity_id": lead,
        "user_id": user,
        "partner_ids": [[6, 0, [partner]]],
        "location": booked.place,
        "description": "<br>".join(map(html.escape, lines)) if rich else "\n".join(lines),
    }


def activity_note(report: CallReport, place: int) -> str:
    """HTML. place: which of the call's tasks."""
    return f"<p>{html.escape(heading(report))}</p><p><small>{task_mark(report.attempt_id, place)}</small></p>"


def task_mark(attempt: UUID, place: int) -> str:
    return f"{mark(attempt)}/{place}."


def activity_type(todo: Todo) -> str:
    return "mail.mail_activity_data_meeting" if todo.meeting else "mail.mail_activity_data_todo"


def note(report: CallReport, timezone: str, *, without_recording: bool) -> str:
    """HTML of the call on the lead's card."""
    rows = "".join(f"<li>{html.escape(name)}: {html.escape(value)}</li>" for name, value in facts(report, timezone))
    lost = tr("Запись сюда не поместилась.", "The recording did not fit in here.") if without_recording else ""
    said = "<br>".join(html.escape(line) for line in transcript(report.said))
    parts = (f"<p><b>{html.escape(heading(report))}</b></p><ul>{rows}</ul>", f"<p>{lost}</p>" * bool(lost))
    return "".join(parts) + (f"<p>{said}</p>" if said else "")


def number(text: str) -> int:
    """An id as the settings have it. Raises NotThere."""
    if not (text.isascii() and text.isdecimal()):
        raise NotThere(
            tr(f"в Odoo номера записей — числа, а не «{text}»", f"ids in Odoo are numbers, not “{text}”"),
            remedy=tr("возьмите их из zvonar crm check", "take them from zvonar crm check"),
        )
    return int(text)


def day(moment: datetime, timezone: str) -> str:
    """Odoo's tasks know no time of day."""
    return moment.astimezone(zone_info(timezone)).date().isoformat()


def file_stem(report: CallReport) -> str:
    """Of the recording's name there."""
    return f"call-{report.started_at.astimezone(UTC):%Y-%m-%d}-{report.attempt_id.hex}"
