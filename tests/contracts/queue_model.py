"""What the queue may do, in plain Python: kept beside a store while anything happens to both (queue_machine).

Nothing here asks the product's own rules: hours, caps, patterns and prices are counted anew, from what was done.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from robot.domain.campaigns import CallingWindow, Campaign, CampaignState
from robot.domain.caps import ContactPolicy
from robot.domain.goals import Goal
from robot.domain.meetings import Slot
from robot.domain.rules import DialingRules
from robot.domain.stretches import Stretch
from robot.domain.tariffs import Rate, Tariff

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PAUSE = timedelta(days=90)
PER_DAY, PER_WEEK, EVER = 2, 3, 5
LONGEST = timedelta(minutes=15)
RESERVED = 1500
CEILING = 3 * RESERVED
ASKED_FOR = 50
"""Of this priority and above the client asked for the call."""

RULES = DialingRules(
    contact=ContactPolicy(PER_DAY, PER_WEEK, EVER, PAUSE),
    tariff=Tariff((Rate("+7", Decimal(1)),)),
    ceiling_kopecks=CEILING,
    longest_call_s=int(LONGEST.total_seconds()),
)

MOSCOW = ZoneInfo("Europe/Moscow")
OFFSETS = {"Europe/Kaliningrad": 2, "Europe/Moscow": 3, "Asia/Omsk": 6, "Asia/Vladivostok": 10, "Asia/Kamchatka": 12}
"""Hours that the clocks of these zones are ahead of Greenwich; no clock is changed there."""
ALL_RUSSIA = ("Europe/Kaliningrad", "Asia/Kamchatka")
"""Where a mobile telephone may be. Nobody pauses at noon here, so what lies between is open whenever both are."""

PHONES = (*(f"+7495100000{n}" for n in range(5)), "+79160000001", "+79160000002", "+79160000013")

HOURS: dict[str, tuple[tuple[tuple[int, int], ...], range]] = {
    "cold": (((9, 20),), range(5)),
    "papers": (((8, 21),), range(7)),
    "ads": (((9, 13), (13, 21)), range(6)),
}
"""By campaign: stretches of the client's day, and weekdays."""


def campaigns() -> list[Campaign]:
    """One with a hard quota of meetings, one with a hard quota of agreements, an advertising one with a soft."""
    windows = {
        slug: CallingWindow({day: tuple(Stretch(time(a), time(b)) for a, b in stretches) for day in days})
        for slug, (stretches, days) in HOURS.items()
    }
    return [
        Campaign(0, "cold", "", "cold_call", quota=2, hard_quota=True, window=windows["cold"]),
        Campaign(0, "papers", "", "x", quota=2, hard_quota=True, goal=Goal.AGREED, window=windows["papers"]),
        Campaign(0, "ads", "", "cold_call", quota=2, advertising=True, window=windows["ads"]),
    ]


MANAGERS: dict[str, tuple[frozenset[int], int, tuple[str, ...]]] = {
    "Анна": (frozenset({0}), 1, ("cold", "papers", "ads")),
    "Борис": (frozenset({3}), 2, ("cold", "papers")),
}
"""By name: weekdays, half hours from ten in the morning, campaigns. So few that slots run out in a story."""
HALF_HOUR = timedelta(minutes=30)
SOONEST, FARTHEST = timedelta(hours=2, minutes=15), timedelta(days=14)
"""What is offered to who is dialed now."""


def zones_of(phone: str) -> Sequence[str]:
    """Where a lead of whom nothing is known but the number may be."""
    return ALL_RUSSIA if phone.startswith("+79") else ("Europe/Moscow",)


@dataclass(slots=True)
class Person:
    zones: Sequence[str]
    given: list[datetime] = field(default_factory=list)
    revoked: datetime | None = None
    cool_until: datetime | None = None

    @property
    def agreed(self) -> bool:
        return any(self.revoked is None or at > self.revoked for at in self.given)


@dataclass(frozen=True, slots=True)
class Job:
    """A task as it was last seen in the store."""

    id: int
    slug: str
    phone: str
    priority: int
    state: str
    owner: str | None
    lease_until: datetime | None
    due_at: datetime

    @property
    def open(self) -> bool:
        return self.state != "done"


@dataclass(slots=True)
class Dial:
    """An attempt. cost: what is reserved while it lasts."""

    task_id: int
    slug: str
    phone: str
    node: str
    at: datetime
    out: bool = True
    cost: int = RESERVED
    open: bool = True
    counts: bool = True
    answered_at: datetime | None = None
    reached: bool = False
    slot: Slot | None = None
    """What the client was promised last."""
    lost_at: datetime | None = None
    """When another node took the call for cut off."""


@dataclass(slots=True)
class Setting:
    """What the head of sales has set for a campaign."""

    campaign: Campaign
    quota: int
    state: CampaignState = CampaignState.RUNNING

    @property
    def hard(self) -> bool:
        return self.campaign.hard_quota


class Model:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, Person] = {}
        self.stops: set[str] = set()
        self.settings: dict[str, Setting] = {}
        self.jobs: dict[int, Job] = {}
        self.dials: dict[UUID, Dial] = {}
        self.slots: dict[UUID, tuple[str, date]] = {}
        """Held or booked, by attempt: campaign, and the day it counts toward."""
        self.offered: dict[UUID, set[Slot]] = {}
        """What clients in calls may choose from, by attempt."""
        self.managers: dict[str, int] = {}
        """Ids by name."""
        self.taken: list[Slot] = []
        """All slots that are held or booked, as they were last seen in the store."""

    # What the world is like

    @property
    def today(self) -> date:
        return self.now.astimezone(MOSCOW).date()

    def stopped(self, phone: str) -> bool:
        return any(
            re.fullmatch(re.escape(entry).replace(r"\?", "[0-9]").replace(r"\*", "[0-9]*"), phone)
            for entry in self.stops
        )

    def open_hours(self, slug: str, phone: str) -> bool:
        stretches, days = HOURS[slug]
        for zone in self.people[phone].zones:
            local = self.now + OFFSETS[zone] * HOUR
            if local.weekday() not in days or not any(a <= local.hour < b for a, b in stretches):
                return False
        return True

    def dialed(self, phone: str, since: timedelta | None = None) -> int:
        """Dials of ours that made the phone ring, or may still."""
        after = None if since is None else self.now - since
        dials = (one for one in self.dials.values() if one.phone == phone and one.out and one.counts)
        return sum(after is None or one.at > after for one in dials)

    def booked(self, slug: str, day: date | None = None) -> int:
        """Toward the campaign's quota of a day: slots held or booked on it, and goals reached without one."""
        day = day or self.today
        held = [attempt for attempt, (whose, on) in self.slots.items() if (whose, on) == (slug, day)]
        if self.settings[slug].campaign.goal is Goal.MEETING:
            return len(held)
        others = [one for key, one in self.dials.items() if one.slug == slug and one.reached and key not in self.slots]
        return len(held) + sum(one.at.astimezone(MOSCOW).date() == day for one in others)

    def spent(self, day: date) -> int:
        return sum(one.cost for one in self.dials.values() if one.out and one.at.astimezone(MOSCOW).date() == day)

    def under_way(self, task_id: int) -> bool:
        return any(one.open and one.task_id == task_id for one in self.dials.values())

    def lapsed(self, job: Job) -> bool:
        """Claimed by a node that has not prolonged its lease."""
        return job.lease_until is not None and job.lease_until < self.now

    def busy(self, phone: str) -> bool:
        """In a call, or claimed for one, by a lease that holds."""
        return any(job.phone == phone and job.owner and not self.lapsed(job) for job in self.jobs.values())

    def room(self, slug: str) -> int:
        """For how many more calls there are slots: when all have chosen, and while some are offered several."""
        return min(self.slots_left(slug, []) - self.slots_needed(slug, []), self.room_beside_offers(slug))

    def room_beside_offers(self, slug: str) -> int:
        offered = [slot for slots in self.offered.values() for slot in slots]
        return self.slots_left(slug, offered) - self.slots_needed(slug, list(self.offered))

    def slots_left(self, slug: str, beside: Sequence[Slot]) -> int:
        """Of the campaign's managers, for who is dialed now."""
        left = 0
        for name, (weekdays, halves, slugs) in MANAGERS.items():
            his = [slot for slot in (*self.taken, *beside) if slot.manager_id == self.managers[name]]
            for day in range(15):
                at = datetime.combine(self.today + timedelta(days=day), time(10), MOSCOW)
                for start in (at + half * HALF_HOUR for half in range(halves)):
                    end, free = (
                        start + HALF_HOUR,
                        not any(s.starts_at < start + HALF_HOUR and start < s.ends_at for s in his),
                    )
                    offered = self.now + SOONEST <= start and end <= self.now + FARTHEST
                    left += slug in slugs and start.weekday() in weekdays and offered and free
        return left

    def sharing(self, slug: str) -> set[str]:
        """Campaigns of meetings that share a manager with this one."""
        mine = [slugs for *_, slugs in MANAGERS.values() if slug in slugs]
        return {other for slugs in mine for other in slugs if self.settings[other].campaign.goal is Goal.MEETING}

    def slots_needed(self, slug: str, offered: Sequence[UUID]) -> int:
        """By calls of this campaign and of those that share a manager with it, claimed or under way, without a slot;
        but for these attempts."""
        has = {self.dials[attempt].task_id for attempt in (*self.slots, *offered) if self.dials[attempt].open}
        sharing = self.sharing(slug)
        return sum(job.slug in sharing and job.owner is not None and job.id not in has for job in self.jobs.values())

    def short_of_slots(self, slug: str) -> set[str]:
        """Campaigns of this one's managers with a call that is offered nothing and may find nothing."""
        waiting = {
            job.slug
            for job in self.jobs.values()
            if job.owner and not any(self.dials[a].task_id == job.id for a in (*self.slots, *self.offered))
        }
        return {other for other in self.sharing(slug) & waiting if self.room_beside_offers(other) < 0}

    # What must not be

    def forbidden(self, slug: str, phone: str, priority: int) -> list[str]:
        """Why this number may not ring now for this campaign."""
        person = self.people[phone]
        reasons = {
            "stopped": self.stopped(phone),
            "consent": slug == "ads" and not person.agreed,
            "hours": not self.open_hours(slug, phone),
        }
        if priority < ASKED_FOR:
            reasons |= {
                "day": self.dialed(phone, DAY) >= PER_DAY,
                "week": self.dialed(phone, 7 * DAY) >= PER_WEEK,
                "ever": self.dialed(phone) >= EVER,
                "cooling": person.cool_until is not None and person.cool_until > self.now,
            }
        return [reason for reason, holds in reasons.items() if holds]

    def closed(self, slug: str) -> list[str]:
        """Why nobody may be dialed for this campaign now."""
        setting = self.settings[slug]
        reasons = {
            "state": setting.state is not CampaignState.RUNNING,
            "quota": self.booked(slug) >= setting.quota,
            "ceiling": self.spent(self.today) + RESERVED > CEILING,
        }
        return [reason for reason, holds in reasons.items() if holds]

    def may_end(self, job: Job) -> bool:
        """Whether a task nobody finished may be closed by the store itself."""
        return (
            self.stopped(job.phone)
            or (job.slug == "ads" and not self.people[job.phone].agreed)
            or (job.priority < ASKED_FOR and self.dialed(job.phone) >= EVER)
        )

    def verdict_on_adding(self, slug: str, phone: str, priority: int) -> str:
        """The count of robot.crm.base.Added in which this lead belongs."""
        if self.stopped(phone):
            return "stopped"
        if slug == "ads" and not self.people[phone].agreed:
            return "no_consent"
        if priority < ASKED_FOR and self.dialed(phone) >= EVER:
            return "not_allowed"
        latest = self.latest(slug, phone)
        known = latest is not None and (priority < ASKED_FOR or latest.state == "claimed")
        return "known" if known else "queued"

    def latest(self, slug: str, phone: str) -> Job | None:
        """The latest task of the lead in the campaign."""
        own = (job for job in self.jobs.values() if (job.slug, job.phone) == (slug, phone))
        return max(own, key=lambda job: job.id, default=None)


def price(talked: timedelta) -> int:
    """Kopecks of an answered call at a rouble for each started minute."""
    return 100 * math.ceil(max(0.0, talked.total_seconds()) / 60)


def overlapping(slots: Iterable[tuple[int, datetime, datetime]]) -> bool:
    """Whether two slots of one manager share time. slots: manager, start, end."""
    ordered = sorted(slots)
    return any(a[0] == b[0] and b[1] < a[2] for a, b in pairwise(ordered))
