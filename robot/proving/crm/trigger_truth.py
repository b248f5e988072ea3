"""What really happened to the leads of a trial, and which calls have a point at which moment. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    STALLED = "stalled"
    BUSY = "busy"
    WON = "won"
    ASKED = "asked"
    """By a task of a person's."""
    STARTED = "started"
    """By the CRM's automation."""
    TALKED = "talked"
    REMOVED = "removed"


ENDS = frozenset({Deed.WON, Deed.TALKED, Deed.REMOVED})
"""After these no call has a point that was wanted before."""
WISHES = {"revive": Deed.STALLED, "again": Deed.ASKED, "robot": Deed.STARTED}
"""Campaign -> what wants its calls."""


@dataclass(slots=True)
class Client:
    """dialed: times, by campaign."""

    ref: str
    phone: str
    deeds: list[tuple[datetime, Deed]] = field(default_factory=list)
    dialed: dict[str, list[datetime]] = field(default_factory=dict)

    @property
    def gone(self) -> bool:
        return any(deed is Deed.REMOVED for _, deed in self.deeds)

    def wishes(self, campaign: str, until: datetime) -> Sequence[datetime]:
        """When calls of this campaign were wanted."""
        return [at for at, deed in self.deeds if deed is WISHES[campaign] and at <= until]

    def standing(self, campaign: str, at: datetime) -> Sequence[datetime]:
        """Those of the wishes that have a point still."""
        ends = ENDS | {Deed.BUSY} if WISHES[campaign] is Deed.STALLED else ENDS
        last = max((when for when, deed in self.deeds if deed in ends and when <= at), default=None)
        return [when for when in self.wishes(campaign, at) if last is None or when > last]

    def has_point(self, campaign: str, *, known: datetime, now: datetime) -> bool:
        """Whether a call now is right for somebody who knows all that was done until `known`, and maybe more."""
        return bool(self.standing(campaign, known)) or any(at > known for at in self.wishes(campaign, now))

    def heard(self, campaign: str, now: datetime) -> bool:
        """Whether he was dialed since the last wish that stands."""
        standing = self.standing(campaign, now)
        return not standing or any(at >= max(standing) for at in self.dialed.get(campaign, []))

    def too_often(self, campaign: str, now: datetime) -> bool:
        return len(self.dialed.get(campaign, [])) > len(self.wishes(campaign, now))
