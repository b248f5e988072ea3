"""`zvonar bench meetings`: a town of all kinds of people is called in real time; how many meetings come of an hour.

Pure but for moving the town in. Gaps are those at the people's ears, whoever they are: from the last sound of a person
to the robot's next one.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time

from robot.calls.events import CallEnded, CallEvent
from robot.crm.base import NewLead
from robot.domain.campaigns import ALWAYS, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.proving.talks.notes import Heard
from robot.proving.talks.report import percentiles
from robot.storage.store import Storage
from telephony.simulated.directory import default_directory
from telephony.simulated.population import population

SEED = 11
CAMPAIGN = "cold"
SCRIPT = "cold_call"
MANAGERS = 30
LEADS_PER_MINUTE = 120
FEWEST_LEADS = 300
MOST_LEADS = 9_000
ENOUGH = 100_000
NO_ANSWER_S = 4.0
"""What comes later is no answer: the robot asks whether anybody is there, or waits to be connected."""
_OVER_S = 0.3
"""Of a person's sound before the robot's: less quiet is between his words."""


async def settle(storage: Storage, minutes: float, now: datetime) -> Campaign:
    """One campaign that may call at any hour, managers with more time than can be filled, and the town queued."""
    campaign = await storage.campaigns.ensure(Campaign(0, CAMPAIGN, CAMPAIGN, SCRIPT, window=ALWAYS, max_attempts=2))
    every_day = WorkingHours(opens=time(0), closes=time(23, 30), weekdays=frozenset(range(7)))
    for number in range(MANAGERS):
        await storage.managers.ensure(f"Менеджер {number + 1}", every_day, campaigns=[campaign.id])
    count = min(MOST_LEADS, max(FEWEST_LEADS, round(LEADS_PER_MINUTE * minutes)))
    people = population(default_directory(SEED), SEED, count)
    leads = [NewLead(one.number, one.name, one.company, one.city, "Europe/Moscow") for one in people]
    await storage.leads.add(campaign.id, leads, now=now)
    return await storage.campaigns.set_quota(campaign.slug, ENOUGH)


@dataclass(slots=True)
class Count:
    """What came of the calls that ended in the measured time. An observer of the robot."""

    outcomes: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    people: int = 0
    lateness: array[float] = field(default_factory=lambda: array("f"))
    open: bool = True

    def observe(self, event: CallEvent) -> None:
        if not self.open or not isinstance(event, CallEnded):
            return
        self.outcomes[event.result.outcome.value] += 1
        self.answered += event.result.answered_at is not None
        self.people += event.result.answered_as == "human"

    def frame(self, late_s: float) -> None:
        self.lateness.append(late_s)

    def report(self, seconds: float, heard: Iterable[Heard]) -> dict[str, object]:
        calls, hours = self.outcomes.total(), seconds / 3600
        gaps = [gap for one in heard for gap in person_gaps(one)]
        meetings = self.outcomes[Outcome.MEETING_BOOKED.value]
        return {
            "meetings_per_hour": round(meetings / hours),
            "calls_per_hour": round(calls / hours),
            "answered_share": round(self.answered / calls, 4) if calls else None,
            "gap_ms": percentiles(1000 * gap for gap in gaps),
            "meetings": meetings,
            "calls": calls,
            "talked_with_people": self.people,
            "minutes": round(seconds / 60, 2),
            "outcomes": dict(self.outcomes.most_common()),
            "frame_lateness_ms": percentiles((1000 * one for one in self.lateness), digits=2),
        }


def person_gaps(heard: Heard) -> list[float]:
    """Seconds, of every time the robot answered him: he had spoken since its last sound, and was silent when it began.
    What he said on taking the receiver is answered too, but it is the robot who listens then for who it is."""
    gaps = []
    for (_, before_s), (begins_s, _) in zip(heard.sounds, heard.sounds[1:], strict=False):
        between = [(start, end) for start, end in heard.voice if before_s - _OVER_S <= end and start < begins_s]
        if not between or begins_s - before_s < _OVER_S:
            continue
        last_s = max(end for _, end in between)
        answered_s = heard.answered(last_s, last_s + NO_ANSWER_S) if last_s <= begins_s else None
        if answered_s is not None:
            gaps.append(answered_s - last_s)
    return gaps
