"""Leads for people who look for one: found by what is known of them, each with all that ever happened to him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from robot.domain.calls import TaskState
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead


class ConsentState(StrEnum):
    """GIVEN permits advertising calls at the moment; REVOKED: there was one, and none holds."""

    GIVEN = "given"
    REVOKED = "revoked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LeadsWanted:
    """All conditions hold. words: all of them somewhere in the name or the company, or a part of the number.
    campaign: the short name of one that has a task for him; state, outcome: of his latest task there, or of any
    campaign's. stopped: only those on the stop list."""

    words: str = ""
    campaign: str = ""
    state: TaskState | None = None
    outcome: Outcome | None = None
    stopped: bool = False
    consent: ConsentState | None = None


@dataclass(frozen=True, slots=True)
class LeadTask:
    """A task of a lead. reason: why it was closed without a call, a code of robot.domain.rules; "" otherwise. due_at:
    not called before. source: where it came from (import, webhook, api, crm)."""

    campaign: str
    campaign_title: str
    state: TaskState
    outcome: Outcome | None
    reason: str
    due_at: datetime
    deadline_at: datetime | None
    attempts: int
    source: str


@dataclass(frozen=True, slots=True)
class LeadFound:
    """task: the latest one, of the campaign that was asked for; None without any."""

    lead: Lead
    score: int
    created_at: datetime
    cool_until: datetime | None
    stopped: bool
    consent: ConsentState
    task: LeadTask | None


@dataclass(frozen=True, slots=True)
class LeadsPage:
    """next: where the following page begins, "" at the end."""

    items: Sequence[LeadFound]
    next: str = ""


class Kind(StrEnum):
    """Of a line of a history. CAME: first heard of. TASK: a campaign wanted him called. STOPPED, UNSTOPPED: the stop
    list, by number or by pattern."""

    CAME = "came"
    TASK = "task"
    CALL = "call"
    MEETING = "meeting"
    MANAGER_TASK = "manager_task"
    SENT = "sent"
    DELIVERY = "delivery"
    HAPPENING = "happening"
    CONSENT = "consent"
    REVOKED = "revoked"
    STOPPED = "stopped"
    UNSTOPPED = "unstopped"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened at `at`. code, by kind: a source (TASK), an outcome, "" under way (CALL), a channel
    (SENT), what was done (DELIVERY), what happened in the CRM (HAPPENING), a kind (MANAGER_TASK). state: of the task,
    the message, the delivery; what became of a happening. title: the campaign, the manager, the document, the target,
    the source of a consent, the entry of the stop list. text: a reason or a wording, hostile. who: decided it. call: to
    be linked to. then: when the meeting is, when the task is due. length_ms: of a talk."""

    at: datetime
    kind: Kind
    code: str = ""
    state: str = ""
    title: str = ""
    text: str = ""
    who: str = ""
    call: UUID | None = None
    then: datetime | None = None
    length_ms: int | None = None


class LeadDesk(Protocol):
    """Raises StorageError."""

    async def find(self, wanted: LeadsWanted, *, after: str = "", limit: int = 50, now: datetime) -> LeadsPage:
        """The latest first. Raises BadPlace."""
        ...

    async def count(self, wanted: LeadsWanted, *, most: int, now: datetime) -> int:
        """Counting stops at `most`."""
        ...

    async def one(self, lead_id: int, *, now: datetime) -> LeadFound | None: ...

    async def history(self, lead_id: int, *, most: int) -> Sequence[HistoryLine]:
        """The latest first, of each kind at most so many."""
        ...


class BadPlace(ValueError):
    """The place in a list is none."""

    code = "bad_cursor"
    retryable = False
