"""Ports of the triggers: what happened and what came of it, how far each CRM was read, what its webhooks told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from robot.crm.base import NewLead
from robot.crm.touched import Touched
from robot.domain.people import Lead

STALE = "stale"
"""A later stage of the lead was known when its happening was told."""
OWN = "own"
"""The robot made this lead in the CRM itself, after its call."""
NOTHING = "nothing"
"""No trigger fits."""
BAD_PHONE = "bad_phone"
"""The lead has no number that can be dialed."""
LATE = "late"
"""It was told when the time to call was over."""
TALKED = "talked"
"""A person of the company, or the robot itself, talked to the client since."""
POINTLESS = "pointless"
"""Reason of a task that was withdrawn: its stage was left, its lead won, lost or deleted, its meeting or end moved, its
document returned, its time over, or somebody talked to the client."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that a trigger asks for. until: from then on it has no point; None is never. stage: while the lead stands
    in it; "" whatever becomes of him. script: "" is the campaign's."""

    trigger: str
    campaign_id: int
    lead: NewLead
    due_at: datetime
    until: datetime | None = None
    stage: str = ""
    priority: int | None = None
    script: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """key: the same for the same happening, however often it is told. source: the CRM, "meetings" or "sent". fate: why
    nothing is wanted. meeting_of: the call in which the meeting was booked that the client is reminded of. phone:
    E.164, "" where none is known. closed: the lead was won or lost by it. sent_key: what was sent to the client.
    reply_to: who waits to be told what came of it."""

    key: str
    source: str
    kind: str
    lead_ref: str
    at: datetime
    stage: str = ""
    wanted: Wanted | None = None
    fate: str = NOTHING
    meeting_of: UUID | None = None
    phone: str = ""
    closed: bool = False
    sent_key: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """fate: as robot.crm.base.Fate, or a word of this module. again: it was told before, and nothing was done now.
    withdrawn: tasks that have no point since this."""

    fate: str
    again: bool = False
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The meeting that stands with a lead: the last one booked. attempt_id: the call it was booked in."""

    attempt_id: UUID
    lead: Lead
    starts_at: datetime
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class HasDocument:
    """A document that the client has. key: of what was sent. at: since when it is known to have gone."""

    key: str
    lead: Lead
    at: datetime


class Happenings(Protocol):
    """Raises StorageError."""

    async def note(self, happening: Happening, *, now: datetime) -> Noted:
        """Once for each key: queue the call that is wanted, and withdraw those that this leaves without a point, but
        for calls under way. One transaction."""
        ...

    async def withdraw_pointless(self, *, now: datetime) -> int:
        """Tasks of triggers whose time is over, whose meeting gave way to a later one, whose document came back, or
        whose client the robot talked to since he has it; how many."""
        ...

    async def upcoming(self, *, after: datetime, before: datetime, without: str) -> Sequence[Upcoming]:
        """Meetings that begin in between, for which the trigger named has told nothing yet; the next first."""
        ...

    async def documents(
        self, *, after: datetime, before: datetime, without: str, document: str = ""
    ) -> Sequence[HasDocument]:
        """Documents (of this name; "" any) that went out in between, for which the trigger named has told nothing yet;
        the oldest first."""
        ...

    async def withdraw_gone(self, source: str, trigger: str, *, still: Collection[str], now: datetime) -> int:
        """Tasks of this trigger whose happenings are not among those that still hold (keys); how many."""
        ...


NOT_CALLED = "not_called"
"""Outcome that is told of a client who was never dialed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a happening, for who waits to be told. key: the happening's. told: outcome, reason, talked_s,
    meeting_at, callback_at; those there are."""

    key: str
    source: str
    reply_to: str
    told: Mapping[str, str]


class Replies(Protocol):
    """Raises StorageError."""

    async def send_off(self, *, now: datetime) -> Sequence[Reply]:
        """To those who wait for what has come of their happening by now: by the outbox, once, in one transaction.
        Gives those whose client has no lead here: nothing can go out for nobody."""
        ...

    async def sent(self, key: str) -> None:
        """Such a one was told."""
        ...


class Cursors(Protocol):
    """How far each CRM was read. Raises StorageError."""

    async def take(self, source: str, *, owner: str, now: datetime, until: datetime) -> str | None:
        """Where to go on from ("" from the beginning), this owner's until `until`; None while it is another's."""
        ...

    async def keep(self, source: str, place: str, *, owner: str) -> bool:
        """Go on from there the next time. False, and nothing is kept, when it is another's by now."""
        ...


class Inbox(Protocol):
    """What CRMs' webhooks told and nobody has read yet. Raises StorageError."""

    async def put(self, source: str, told: Sequence[Touched], *, now: datetime) -> int:
        """Each thing once, however often it is told; how many wait now of those given."""
        ...

    async def waiting(self, source: str, *, limit: int) -> Sequence[tuple[Touched, datetime]]:
        """The longest told first, each with when it was told last."""
        ...

    async def done(self, source: str, touched: Touched, told_at: datetime) -> None:
        """Read; unless it was told once more meanwhile."""
        ...

    async def later(self, source: str, touched: Touched, *, now: datetime) -> None:
        """Could not be read: behind all others. Given up after some days."""
        ...
