"""The company's rules of dialing as one value, and the verdict on one person at one moment. Pure.

The same verdict is asked three times: when a task is queued, when it is claimed, and immediately before the dial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from robot.domain.campaigns import Campaign
from robot.domain.caps import ContactPolicy, asked_for
from robot.domain.numbering import NumberGuard
from robot.domain.people import Lead
from robot.domain.tariffs import RUSSIA, Tariff

STOPPED = "stopped"
NO_CONSENT = "no_consent"
NO_TARIFF = "no_tariff"
CONTACT_LIMIT = "contact_limit"
COOLING = "cooling"
HOURS = "hours"
CEILING = "ceiling"
QUOTA_FULL = "quota_full"

NEVER_OPEN = timedelta(days=1)
"""A window that never opens is looked at again after this: somebody may have corrected it."""


@dataclass(frozen=True, slots=True)
class DialingRules:
    """What holds over all campaigns. `ceiling_kopecks`: what the calls of one day may cost, None without a ceiling;
    days are counted by the company's `timezone`. `longest_call_s`: no call is longer; the worst case of a call is
    reserved by it. `callers`: the pool of numbers to show, empty for the trunk's own."""

    contact: ContactPolicy = field(default_factory=ContactPolicy)
    guard: NumberGuard = field(default_factory=NumberGuard)
    tariff: Tariff = RUSSIA
    ceiling_kopecks: int | None = None
    longest_call_s: int = 900
    callers: tuple[str, ...] = ()
    timezone: str = "Europe/Moscow"

    def refusal(self, phone: str) -> str:
        """Why this number is never dialed: a code of the toll guard, or NO_TARIFF; "" when it may be."""
        code = self.guard.refusal(phone)
        if code is not None:
            return str(code)
        return NO_TARIFF if self.tariff.rate(phone) is None else ""

    def reservation(self, phone: str) -> int:
        """Kopecks a call to this number can cost at most. Raises NoTariff."""
        return self.tariff.most(phone, self.longest_call_s)

    def day(self, now: datetime) -> date:
        """The day whose ceiling a call begun at an aware `now` counts toward."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def next_day(self, now: datetime) -> datetime:
        """When the next ceiling begins."""
        return datetime.combine(self.day(now) + timedelta(days=1), time.min, ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person. `dials`: aware starts of the outgoing attempts that reached the network or are under
    way, in all campaigns. `cool_until`: the end of the pause after a refusal."""

    stopped: bool = False
    consented: bool = False
    dials: Sequence[datetime] = ()
    cool_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """May be dialed now (no reason); not before `later`; or never (`later` is None)."""

    reason: str = ""
    later: datetime | None = None

    @property
    def allowed(self) -> bool:
        return not self.reason

    @property
    def never(self) -> bool:
        return bool(self.reason) and self.later is None


ALLOWED = Verdict()


def judge(
    rules: DialingRules, campaign: Campaign, lead: Lead, standing: Standing, *, priority: int, now: datetime
) -> Verdict:
    """Whether the campaign may dial the lead at an aware `now`. A moment given as `later` lies in the lead's hours."""
    verdict = permit(rules, campaign, lead, standing, priority=priority, now=now)
    if verdict.never:
        return verdict
    earliest = verdict.later or now
    opening = campaign.window.opening(earliest, *lead.zones)
    if opening is None:
        return Verdict(HOURS, max(earliest, now + NEVER_OPEN))
    return Verdict(verdict.reason or HOURS, opening) if opening > now else ALLOWED


def permit(
    rules: DialingRules, campaign: Campaign, lead: Lead, standing: Standing, *, priority: int, now: datetime
) -> Verdict:
    """The same without the hours: what may be queued, and for when."""
    if standing.stopped:
        return Verdict(STOPPED)
    if reason := rules.refusal(lead.phone):
        return Verdict(reason)
    if campaign.advertising and not standing.consented:
        return Verdict(NO_CONSENT)
    return ALLOWED if asked_for(priority) else _rested(rules.contact, standing, now)


def _rested(contact: ContactPolicy, standing: Standing, now: datetime) -> Verdict:
    """Whether the lead has been left in peace for long enough."""
    allowed_from = contact.allowed_from(standing.dials, now)
    if allowed_from is None:
        return Verdict(CONTACT_LIMIT)
    cool_until = standing.cool_until or now
    if max(allowed_from, cool_until) <= now:
        return ALLOWED
    return Verdict(COOLING, cool_until) if cool_until >= allowed_from else Verdict(CONTACT_LIMIT, allowed_from)
