"""Figures of the plan: the day's quota and how far it is, who waits to be called, what keeps the dialer back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from robot.dialer.decision import Limit
from robot.domain.priorities import KINDS
from robot.domain.waiting import Waiting

STEPS = ("dialed", "answered", "talked", "reached")
"""Of a call, each within the one before: talked is one answer of the client or more, reached is the campaign's goal."""

PROMISE_BUCKETS_S = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 900)


@dataclass(frozen=True, slots=True)
class CampaignFigures:
    """Of today. slots: free ones, None where the goal is no meeting. left_s: how long it may still dial today, 0 while
    it may not."""

    quota: int
    booked: int
    slots: int | None
    left_s: float


class Plan:
    """By campaign (its short name), and for the queue as a whole by urgency."""

    def __init__(self, registry: CollectorRegistry) -> None:
        by_campaign, r = ["campaign"], registry
        self._quota = Gauge("zvonar_quota_meetings", "Meetings wanted today.", by_campaign, registry=r)
        self._booked = Gauge("zvonar_booked_meetings", "Meetings booked today.", by_campaign, registry=r)
        self._slots = Gauge("zvonar_slots_left", "Free slots that calls could still offer.", by_campaign, registry=r)
        self._left = Gauge(
            "zvonar_calling_left_seconds", "How long it may dial today; 0 while it may not.", by_campaign, registry=r
        )
        self._breaker = Gauge(
            "zvonar_breaker_open",
            "1 while a campaign pauses since its calls fail by faults of ours.",
            by_campaign,
            registry=r,
        )
        self._limit = Gauge(
            "zvonar_pace_limit", "1 for what keeps a campaign from more calls now.", ["campaign", "limit"], registry=r
        )
        self._funnel = Counter("zvonar_funnel_calls", "Calls that came so far.", ["campaign", "step"], registry=r)
        self._tasks = Gauge("zvonar_queue_tasks", "Due tasks in open hours that wait.", ["priority"], registry=r)
        self._oldest = Gauge(
            "zvonar_queue_oldest_seconds", "How long the longest of them is due.", ["priority"], registry=r
        )
        self.request_to_ring = Histogram(
            "zvonar_request_to_ring_seconds", "New request to dial.", buckets=PROMISE_BUCKETS_S, registry=r
        )
        self.callback_lateness = Histogram(
            "zvonar_callback_lateness_seconds", "Promised time to dial.", buckets=PROMISE_BUCKETS_S, registry=r
        )
        self._known: set[str] = set()

    def campaigns(self, figures: Mapping[str, CampaignFigures]) -> None:
        """All that have a quota. Those not named any more are forgotten, but for what they have counted."""
        for slug in self._known - set(figures):
            for gauge in (self._quota, self._booked, self._slots, self._left, self._breaker):
                _forget(gauge, slug)
            for limit in Limit:
                _forget(self._limit, slug, limit.value)
        for slug, one in figures.items():
            self._meet(slug)
            self._quota.labels(slug).set(one.quota)
            self._booked.labels(slug).set(one.booked)
            self._left.labels(slug).set(one.left_s)
            if one.slots is not None:
                self._slots.labels(slug).set(one.slots)
        self._known = set(figures)

    def waiting(self, by_kind: Mapping[str, Waiting]) -> None:
        """By the names of robot.domain.priorities.KINDS; those not named have nobody."""
        for kind in KINDS.values():
            one = by_kind.get(kind, Waiting())
            self._tasks.labels(kind).set(one.tasks)
            self._oldest.labels(kind).set(one.oldest_s)

    def paced(self, campaign: str, limit: Limit) -> None:
        """The dialer has decided."""
        for one in Limit:
            self._limit.labels(campaign, one.value).set(one is limit)

    def breaker(self, campaign: str, *, open_: bool) -> None:
        self._breaker.labels(campaign).set(open_)

    def came(self, campaign: str, steps: Iterable[str]) -> None:
        """A dialed call has ended."""
        for step in steps:
            self._funnel.labels(campaign, step).inc()

    def _meet(self, slug: str) -> None:
        """From the first scrape on: what was never counted is 0, not absent."""
        if slug not in self._known:
            self._breaker.labels(slug)
            for step in STEPS:
                self._funnel.labels(slug, step)
            for limit in Limit:
                self._limit.labels(slug, limit.value)


def _forget(gauge: Gauge, *labels: str) -> None:
    try:
        gauge.remove(*labels)
    except KeyError:  # it had none: a goal without slots
        return
