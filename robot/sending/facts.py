"""What a template may speak of: company, client, meeting, prices; as plain data, JSON all of it. Pure.

Everything of the client is hostile: it is never a template itself, and templates show it escaped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from robot.crm.report import Booked
from robot.domain.people import Lead
from robot.domain.zones import zone_info
from robot.sending.kit import Item, Kit
from robot.sending.russian import WEEKDAYS, day_text, money, money_words, quantity, zone_text

Facts = Mapping[str, Any]

LONGEST = 300
"""Characters of one thing a client or a CRM says of himself."""

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a document is made for. at: the end of the talk: a later try writes the same document. id: of the attempt or
    of what else brought it."""

    lead: Lead
    at: datetime
    id: UUID | int
    email: str = ""
    meeting: Booked | None = None
    comment: str = ""
    callback_at: datetime | None = None


def plain(text: str, limit: int = LONGEST) -> str:
    """One line that shows what it says: no control characters, none that turn the direction of writing."""
    kept = (char if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else " " for char in text)
    return _SPACES.sub(" ", "".join(kept)).strip()[:limit]


def facts_of(occasion: Occasion, kit: Kit, word: str) -> Facts:
    """What the template of a script's word is given."""
    zone = ZoneInfo(kit.company.timezone)
    day = occasion.at.astimezone(zone).date()
    document = kit.document(word)
    lines, total = _lines(kit.items if document.items is None else document.items)
    number = _number(occasion, zone)
    email = plain(occasion.email)
    filled = {"number": number, "total": f"{total:.2f}", "email": email}
    return {
        "company": kit.company.model_dump(mode="json"),
        "lead": _lead(occasion.lead, email),
        "meeting": None if occasion.meeting is None else _meeting(occasion.meeting, _zone(occasion.lead, kit)),
        "callback": None if occasion.callback_at is None else _moment(occasion.callback_at, _zone(occasion.lead, kit)),
        "comment": plain(occasion.comment, 2000),
        "number": number,
        "day": day_text(day, year=True),
        "valid_until": day_text(day + timedelta(days=kit.valid_days), year=True),
        "items": lines,
        "total": money(total),
        "total_words": money_words(total),
        "vat": kit.vat,
        "vat_amount": None if kit.vat is None else money(total * kit.vat / (100 + kit.vat)),
        "cases": [case.model_dump(mode="json") for case in kit.cases],
        "benefits": list(kit.benefits),
        "terms": list(kit.terms),
        "link": _filled(kit.links.get(document.template, kit.links.get(word, "")), filled),
    }


def _number(occasion: Occasion, zone: ZoneInfo) -> str:
    """The same for every document of one talk: day, client, and what tells two talks of a day apart."""
    own = occasion.id.hex[:4].upper() if isinstance(occasion.id, UUID) else str(occasion.id)
    return f"{occasion.at.astimezone(zone):%y%m%d}-{occasion.lead.id}-{own}"


def _lead(lead: Lead, email: str) -> Facts:
    name = plain(lead.name)
    return {
        "name": name,
        "company": plain(lead.company),
        "city": plain(lead.city),
        "phone": lead.phone,
        "email": email,
        "fields": {plain(key, 60): plain(value) for key, value in lead.fields.items()},
    }


def _zone(lead: Lead, kit: Kit) -> ZoneInfo:
    """The client's clock where it is known for certain, else the company's."""
    zones = lead.zones
    own = zone_info(zones[0]) if len(zones) == 1 else None
    return own or ZoneInfo(kit.company.timezone)


def _moment(at: datetime, zone: ZoneInfo) -> Facts:
    local = at.astimezone(zone)
    return {
        "day": day_text(local.date()),
        "weekday": WEEKDAYS[local.weekday()],
        "time": f"{local:%H:%M}",
        "zone": zone_text(local),
    }


def _meeting(meeting: Booked, zone: ZoneInfo) -> Facts:
    place = plain(meeting.place)
    return {
        **_moment(meeting.slot.starts_at, zone),
        "minutes": round((meeting.slot.ends_at - meeting.slot.starts_at).total_seconds() / 60),
        "manager": plain(meeting.manager),
        "place": place,
        "link": place if place.startswith(("https://", "http://")) else "",
    }


def _lines(items: Sequence[Item]) -> tuple[list[Facts], Decimal]:
    lines: list[Facts] = []
    total = Decimal(0)
    for number, item in enumerate(items, 1):
        amount = item.price * item.quantity
        total += amount
        lines.append(
            {
                "number": number,
                "title": item.title,
                "note": item.note,
                "unit": item.unit,
                "quantity": quantity(item.quantity),
                "price": money(item.price),
                "amount": money(amount),
            }
        )
    return lines, total


def _filled(link: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        link = link.replace(f"{{{name}}}", quote(value, safe=""))
    return link
