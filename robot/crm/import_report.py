"""What became of a list, row by row, for whoever sent it. Pure: numbers leave masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from robot.crm.base import KNOWN, QUEUED, Fate, NewLead
from robot.crm.fates import fate_text
from robot.crm.lead_import import ImportedFile
from robot.crm.stages import Text
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead
from robot.domain.phones import mask_phone
from robot.domain.rules import NO_CONSENT, STOPPED

FEW = timedelta(hours=3)
"""With so few hours a day a list lasts for weeks: whoever sent it should know that a city would help."""

DAY = timedelta(days=1)


class RowKind(StrEnum):
    """What a row comes to. QUEUED: called as soon as its turn comes. LATER: queued, and something keeps it from being
    called soon or for most of a day: a pause, hours that hardly open where no city is known. KNOWN: the campaign has
    him already. MERGED: the same number stands on an earlier line. REFUSED: no number in it, or a damaged row.
    NOT_ALLOWED: a number that is never dialed."""

    QUEUED = "queued"
    LATER = "later"
    KNOWN = "known"
    MERGED = "merged"
    STOPPED = "stopped"
    NO_CONSENT = "no_consent"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"


_BECAME = {QUEUED: Text("в очереди", "queued"), KNOWN: Text("известен", "known")}
_NEVER = Text("не звоним", "never called")
_KINDS = {KNOWN: RowKind.KNOWN, STOPPED: RowKind.STOPPED, NO_CONSENT: RowKind.NO_CONSENT}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file. `phone` is masked. `name`: as the row has it, "" for a row that was left out."""

    line: int
    phone: str
    became: Text
    why: Text
    kind: RowKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """When a lead's phone may ring on the next day it may at all: aware, and for how long in all."""

    opens: datetime | None
    open_for: timedelta

    @property
    def few(self) -> bool:
        return self.open_for < FEW


def opening_of(campaign: Campaign, now: datetime) -> Callable[[NewLead], Opening]:
    """By lead; leads of the same zones are looked at once."""

    @lru_cache(maxsize=4096)
    def by_zones(zones: tuple[str, ...]) -> Opening:
        window = campaign.window
        first = window.opening(now, *zones)
        opens, total = first, timedelta()
        while first is not None and opens is not None and opens < first + DAY:
            closes = window.closing(opens, *zones) or first + DAY
            total += min(closes, first + DAY) - opens
            opens = window.opening(closes, *zones)
        return Opening(first, total)

    def by_lead(lead: NewLead) -> Opening:
        known = Lead(0, lead.phone, city=lead.city, timezone=lead.timezone, fields=lead.fields)
        return by_zones(known.zones)

    return by_lead


def report(file: ImportedFile, fates: Mapping[str, Fate], campaign: Campaign, now: datetime) -> Sequence[Row]:
    """A row for every row of the file that is not empty, in its order."""
    opening = opening_of(campaign, now)
    no = Text("не загружен", "not imported")
    rows = [Row(one.line, masked(one.phone), no, one.reason, RowKind.REFUSED) for one in file.refused]
    for merged in file.merges:
        why = Text(f"тот же номер, что в строке {merged.into}", f"the same number as on line {merged.into}")
        rows.append(Row(merged.line, mask_phone(merged.phone), Text("объединён", "merged"), why, RowKind.MERGED))
    for lead in file.leads:
        fate = fates[lead.phone]
        became = _BECAME.get(fate.code, _NEVER)
        why = _hours(opening(lead), fate, campaign, now) if fate.code == QUEUED else fate_text(fate.code)
        rows.append(Row(file.lines[lead.phone], mask_phone(lead.phone), became, why, _kind(fate, why), lead.name))
    return sorted(rows, key=lambda row: row.line)


def _kind(fate: Fate, why: Text) -> RowKind:
    if fate.code == QUEUED:
        return RowKind.LATER if why.ru else RowKind.QUEUED
    return _KINDS.get(fate.code, RowKind.NOT_ALLOWED)


def masked(written: str) -> str:
    """What was no number may hold one: the last two digits tell which it is."""
    digits = "".join(c for c in written if c.isdigit())
    return f"…{digits[-2:]}" if len(digits) > 4 else ""


def _hours(opening: Opening, fate: Fate, campaign: Campaign, now: datetime) -> Text:
    """What keeps a queued lead from being called at once; nothing when nothing does."""
    if opening.opens is None:
        return Text("часы звонков этой кампании не открываются никогда", "the campaign's hours never open")
    if fate.due_at is not None and fate.due_at > now:
        day = fate.due_at.astimezone(ZoneInfo(campaign.timezone))
        return Text(f"не раньше {day:%d.%m.%Y}: недавно звонили или отказался", f"not before {day:%Y-%m-%d}: a pause")
    if not opening.few:
        return Text("", "")
    opens = opening.opens.astimezone(ZoneInfo(campaign.timezone))
    closes = opens + opening.open_for
    span = f"{opens:%H:%M}-{closes:%H:%M}"
    hours = f"{opening.open_for / timedelta(hours=1):.3g}"
    return Text(
        f"звонить можно только {hours} ч в день ({span}, {campaign.timezone}): не известен город",
        f"may be called {hours} h a day only ({span}, {campaign.timezone}): no city is known",
    )
