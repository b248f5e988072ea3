"""What the reports in the browser read: sums out of the rollups, whose measures robot.analytics.tally defines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from robot.analytics.dropoff import PhraseCounts


@dataclass(frozen=True, slots=True)
class Cut:
    """Which calls a report is about. since, until: the campaigns' days, both included. script "": of any. campaigns:
    their ids, None for all. version: None for all. arm: PHRASE:VARIANT, only calls in which it was said; "" for all;
    only the reports of a script's phrases know it."""

    since: date
    until: date
    script: str = ""
    campaigns: Collection[int] | None = None
    version: str | None = None
    arm: str = ""


@dataclass(frozen=True, slots=True)
class PhraseSums:
    """`counts.went_on` is empty: see the edges. goal: of the calls that reached the phrase."""

    counts: PhraseCounts
    goal: int


@dataclass(frozen=True, slots=True)
class EdgeSums:
    """to "": the talk ended at `phrase`."""

    phrase: str
    to: str
    kind: str
    intent: str
    calls: int
    went_on: int


@dataclass(frozen=True, slots=True)
class ObjectionSums:
    objection: str
    raised: int
    returned: int
    hung_up: int
    refused: int
    goal: int


@dataclass(frozen=True, slots=True)
class ArmSums:
    """Calls in which the phrase was said in this variant, and those of them that reached the goal."""

    phrase: str
    variant: str
    version: str
    calls: int
    goal: int


class ScriptRollups(Protocol):
    """Of the calls that spoke one script; `cut.script` names it."""

    async def phrases(self, cut: Cut) -> Sequence[PhraseSums]:
        """By name."""
        ...

    async def edges(self, cut: Cut) -> Sequence[EdgeSums]: ...

    async def objections(self, cut: Cut) -> Sequence[ObjectionSums]:
        """By name."""
        ...

    async def arms(self, cut: Cut) -> Sequence[ArmSums]:
        """By phrase, variant and version."""
        ...


@dataclass(frozen=True, slots=True)
class Attempts:
    """Sums of attempts. calls: all of them; dials: ours, that reached the network."""

    calls: int = 0
    dials: int = 0
    answered: int = 0
    talked: int = 0
    engaged: int = 0
    goal: int = 0

    def __add__(self, other: Attempts) -> Attempts:
        return Attempts(
            self.calls + other.calls,
            self.dials + other.dials,
            self.answered + other.answered,
            self.talked + other.talked,
            self.engaged + other.engaged,
            self.goal + other.goal,
        )


@dataclass(frozen=True, slots=True)
class OutcomeSums:
    """direction: out or in. outcome "": under way."""

    direction: str
    outcome: str
    reason: str
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class DaySums:
    day: date
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class SpokenSums:
    """A version of a script, and the days between which something of it was said. version "": of calls that have not
    ended, or ended before the script was known."""

    script: str
    version: str
    first_day: date
    last_day: date
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class WeekSums:
    """Of our dials. weekday: Monday is 0."""

    weekday: int
    hour: int
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class HourSums:
    """Of our dials. hour: 0..23, on the clocks of the campaigns."""

    campaign_id: int
    day: date
    hour: int
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class ChannelSums:
    """Leads that came by one way in the period. waited: those of `called` whose wait is known, `waited_s` their waits
    together."""

    channel: str
    received: int
    called: int
    waited: int
    waited_s: int
    within_1m: int
    within_5m: int
    within_15m: int
    within_1h: int
    within_1d: int
    qualified: int
    goal: int


class AttemptRollups(Protocol):
    """Of all attempts, whether or not anything was said. `hours` and `week` do not ask for `cut.script` and
    `cut.version`."""

    async def outcomes(self, cut: Cut) -> Sequence[OutcomeSums]: ...

    async def days(self, cut: Cut) -> Sequence[DaySums]:
        """By day."""
        ...

    async def spoken(self, cut: Cut) -> Sequence[SpokenSums]:
        """The version spoken last first."""
        ...

    async def hours(self, cut: Cut) -> Sequence[HourSums]:
        """By day and hour."""
        ...

    async def week(self, cut: Cut) -> Sequence[WeekSums]:
        """By hour of the week."""
        ...


class LeadRollups(Protocol):
    async def channels(self, cut: Cut) -> Sequence[ChannelSums]:
        """The one that brought most first; `cut.script` and `cut.version` are not asked for here."""
        ...
