"""A call in Bitrix24's words, and its rows in ours. Pure; texts are hostile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from robot.crm.bitrix24.card import CONTACT as CONTACT  # noqa: PLC0414
from robot.crm.bitrix24.client import as_map
from robot.crm.bitrix24.settings import Settings
from robot.crm.call_text import facts, heading, lead_title, transcript
from robot.crm.connector import Busy, Change
from robot.crm.marks import ORIGIN, mark
from robot.crm.report import Booked, CallReport, Said
from robot.crm.stages import Stage
from robot.crm.touched import Touched
from robot.domain.outcomes import Outcome
from robot.domain.people import lead_fields
from robot.domain.phones import InvalidPhone, parse_phone

CALL_ACTIVITY = 2
ROBOT = "robot"
FROM_CLIENT = "1"
"""Direction of an activity."""
TALKED = "200"
PLAIN_TEXT = 1

_STATUS = {Outcome.NO_ANSWER: "304", Outcome.BUSY: "486", Outcome.FAILED: "480", Outcome.WRONG_NUMBER: "404"}
_OUTGOING, _INCOMING = 1, 2
_LONGEST_TITLE = 250


def unmarked(text: str) -> str:
    """Text that is shown as it is: a bracket that begins no BB code."""
    return text.replace("[", "[\u200b")


def phones_of(phone: str) -> Sequence[str]:
    """How people write this E.164 number in the portal."""
    return [phone, phone[1:], f"8{phone[2:]}"] if phone.startswith("+7") else [phone, phone[1:]]


def new_lead(report: CallReport, settings: Settings, responsible: str) -> dict[str, Any]:
    company = report.lead.company.strip()
    fields = {**_new_card(report, settings, responsible), **_who(report)}
    return fields | ({"companyTitle": company} if company else {})


def new_deal(report: CallReport, settings: Settings, responsible: str, contact: str) -> dict[str, Any]:
    fields = _new_card(report, settings, responsible) | {"contactId": int(contact)}
    return fields | ({"categoryId": settings.funnel} if settings.funnel else {})


def new_company(report: CallReport, responsible: str) -> dict[str, Any]:
    title = report.lead.company.strip()[:_LONGEST_TITLE]
    fields = {"title": title, "originatorId": ORIGIN, "originId": mark(report.attempt_id, "company")}
    return fields | ({"assignedById": int(responsible)} if responsible else {})


def new_contact(report: CallReport, responsible: str, company: str) -> dict[str, Any]:
    """company: "" without one."""
    fields = {"originatorId": ORIGIN, "originId": mark(report.attempt_id, "contact"), **_who(report)}
    fields.setdefault("name", report.lead.phone)
    fields |= {"companyId": int(company)} if company else {}
    return fields | ({"assignedById": int(responsible)} if responsible else {})


def _new_card(report: CallReport, settings: Settings, responsible: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"title": lead_title(report)[:_LONGEST_TITLE], "originatorId": ORIGIN}
    fields["originId"] = mark(report.attempt_id, "lead")
    fields |= {"assignedById": int(responsible)} if responsible else {}
    stage = settings.stages.get(Stage.NEW)
    return fields | ({"stageId": stage} if stage else {})


def _who(report: CallReport) -> dict[str, Any]:
    name = report.lead.name.strip()
    phones = [{"typeId": "PHONE", "valueType": "WORK", "value": report.lead.phone}]
    return {"fm": phones} | ({"name": name} if name else {})


def card_fields(report: CallReport, settings: Settings) -> dict[str, str]:
    """What the talk collected, and why the client refused, by their fields' names."""
    collected = lead_fields(report.collected)
    fields = {theirs: collected[ours] for ours, theirs in settings.fields.items() if collected.get(ours)}
    if settings.reason_field and report.reason:
        fields[settings.reason_field] = settings.reasons.get(report.reason, report.reason)
    return fields


def call_text(report: CallReport, settings: Settings, reference: str, *, spoken: bool) -> str:
    """What people read. spoken: with what was said."""
    lines = [heading(report), *(f"{name}: {value}" for name, value in facts(report, settings.timezone))]
    if spoken and report.said:
        lines += ["", *transcript(report.said)]
    return "\n".join([*map(unmarked, lines), "", reference])


def registration(report: CallReport, settings: Settings, client: tuple[int, str], user: str) -> dict[str, Any]:
    """client: type and id of the lead, or of the contact."""
    kind, ref = client
    told: dict[str, Any] = {
        "USER_ID": int(user),
        "PHONE_NUMBER": report.lead.phone,
        "TYPE": _INCOMING if report.inbound else _OUTGOING,
        "CALL_START_DATE": report.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "CRM_CREATE": 0,
        "CRM_ENTITY_TYPE": "CONTACT" if kind == CONTACT else "LEAD",
        "CRM_ENTITY_ID": int(ref),
        "SHOW": 0,
        "ADD_TO_CHAT": 0,
        "EXTERNAL_CALL_ID": mark(report.attempt_id, "call"),
    }
    return told | ({"LINE_NUMBER": settings.line} if settings.line else {})


def status_code(report: CallReport) -> str:
    return "200" if report.talked_s > 0 else _STATUS.get(report.outcome, "304")


def messages(said: Iterable[Said]) -> list[dict[str, Any]]:
    """Whole seconds; an utterance ends at the first one at the earliest."""
    return [
        {
            "SIDE": "Client" if one.by_client else "User",
            "START_TIME": one.from_ms // 1000,
            "STOP_TIME": max(-(-one.to_ms // 1000), one.from_ms // 1000, 1),
            "MESSAGE": unmarked(one.text.strip()),
        }
        for one in said
        if one.text.strip()
    ]


def logged_call(
    report: CallReport, settings: Settings, owner: tuple[int, str], client: tuple[int, str], user: str
) -> dict[str, Any]:
    """The call as an activity of the card, for those who may not register calls. client: as in `registration`."""
    reference = mark(report.attempt_id, "call")
    return {
        "OWNER_TYPE_ID": owner[0],
        "OWNER_ID": int(owner[1]),
        "TYPE_ID": CALL_ACTIVITY,
        "SUBJECT": heading(report),
        "DESCRIPTION": call_text(report, settings, reference, spoken=True),
        "DESCRIPTION_TYPE": PLAIN_TEXT,
        "DIRECTION": 1 if report.inbound else 2,
        "COMPLETED": "Y",
        "START_TIME": report.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "END_TIME": report.ended_at.astimezone(UTC).isoformat(timespec="seconds"),
        "RESPONSIBLE_ID": int(user),
        "COMMUNICATIONS": [{"VALUE": report.lead.phone, "ENTITY_ID": int(client[1]), "ENTITY_TYPE_ID": client[0]}],
        "ORIGINATOR_ID": ORIGIN,
        "ORIGIN_ID": reference,
    }


def calendar_event(report: CallReport, booked: Booked, title: str, card: str, user: str) -> dict[str, Any]:
    """card: as calendars name it, L_7 or D_7."""
    lines = [heading(report), report.lead.phone, "", mark(report.attempt_id, "meeting")]
    return {
        "type": "user",
        "ownerId": int(user),
        "name": title[:_LONGEST_TITLE],
        "from": booked.slot.starts_at.astimezone(UTC).isoformat(timespec="seconds"),
        "to": booked.slot.ends_at.astimezone(UTC).isoformat(timespec="seconds"),
        "description": "\n".join(map(unmarked, lines)),
        "location": booked.place,
        "accessibility": "busy",
        "crm_fields": [card],
        "remind": [{"type": "min", "count": 20}],
    }


def busy_of(told: Any, managers: Mapping[str, str]) -> Sequence[Busy]:
    """managers: our name -> user's id; of one user for two both are busy. An event of whole days may end when it
    begins."""
    found = []
    for name, user in managers.items():
        events = as_map(told).get(user)
        for event in events if isinstance(events, list) else []:
            if event.get("ACCESSIBILITY") == "free":
                continue
            starts, ends = moment(event.get("DATE_FROM_TS_UTC")), moment(event.get("DATE_TO_TS_UTC"))
            if starts is None or ends is None:
                continue
            whole = event.get("DT_SKIP_TIME") == "Y"
            found.append(Busy(name, starts, ends + timedelta(days=1) if whole else ends))
    return found


def moment(seconds: Any) -> datetime | None:
    text = str(seconds)
    return datetime.fromtimestamp(int(text), UTC) if text.isascii() and text.isdecimal() else None


def iso(text: Any) -> datetime | None:
    """None for what is no time; a time without a zone is the server's, taken as UTC."""
    try:
        told = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)


def phone_of(item: Mapping[str, Any]) -> str:
    """The first number of a card that can be dialed, "" without one."""
    for one in item.get("fm") or []:
        if as_map(one).get("typeId") == "PHONE":
            try:
                return parse_phone(str(one.get("value", "")))
            except InvalidPhone:
                continue
    return ""


def change_of(
    key: str,
    kind: str,
    at: datetime,
    item: Mapping[str, Any],
    settings: Settings,
    *,
    stage: str,
    due: Any = None,
    closed: bool = False,
) -> Change:
    """item: a card as `Portal.lead` tells it."""
    fields = {ours: str(item[theirs]) for ours, theirs in settings.fields.items() if item.get(theirs)}
    name = " ".join(str(item.get(part) or "").strip() for part in ("name", "lastName")).strip()
    return Change(
        key=f"bitrix24:{key}",
        kind=kind,
        lead_ref=str(item.get("id", "")),
        phone=phone_of(item),
        at=at,
        stage=settings.our_stage(stage),
        name=name,
        company=str(item.get("companyTitle") or ""),
        city=fields.get("city", ""),
        fields=fields,
        due_at=iso(due) if due else None,
        closed=closed,
    )


def asked_by_robot(change: Change, told: Touched) -> Change:
    return replace(change, rule=told.told.get("rule", ""), reply_to=told.told.get("reply_to", ""))
