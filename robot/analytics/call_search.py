"""Finding calls: by what is known of them, what was said in them and where they ended; newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from robot.analytics.call_records import CallRecord
from robot.domain.outcomes import Outcome


class LostHow(StrEnum):
    """How a phrase lost the call, as robot.analytics.dropoff defines it."""

    HUNG_UP_DURING = "hung_up_during"
    HUNG_UP_AFTER = "hung_up_after"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Lost:
    """The phrase that lost the call; at_ms: where it began to be said, in the recording."""

    phrase: str
    how: LostHow
    at_ms: int


@dataclass(frozen=True, slots=True)
class CallsWanted:
    """Every condition holds; those that are not given are not asked. Periods are half-open, `since` <= start of the
    call < `until`. campaign: its short name. script: the one that was spoken. arm: "phrase:variant", as reports have
    it. outcomes: any of them, as corrected. passed: the call reached this phrase. ended_at: the phrase said last.
    lost_at: the phrase that lost it: those calls that a drop-off report counts. client_words, robot_words: every word,
    in any form and order, in calls that have ended. least_s, most_s: from the answer to the end. manager_id: whose
    meeting it booked. phrase names are as in turns."""

    campaign: str = ""
    script: str = ""
    arm: str = ""
    since: datetime | None = None
    until: datetime | None = None
    outcomes: frozenset[Outcome] = frozenset()
    reason: str = ""
    ended_at: str = ""
    lost_at: str = ""
    passed: str = ""
    client_words: str = ""
    robot_words: str = ""
    least_s: int | None = None
    most_s: int | None = None
    manager_id: int | None = None
    script_version: str = ""
    lead_id: int | None = None
    not_understood: bool = False
    talked: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class CallFound:
    """length_ms: from the answer to the end, None without an answer or while it goes on. last_phrase: said last, ""
    when nothing was or the call goes on. manager: whom the meeting booked in it is with. comments:
    how many people wrote."""

    record: CallRecord
    campaign_title: str
    lead_id: int
    length_ms: int | None = None
    last_phrase: str = ""
    last_ms: int = 0
    lost: Lost | None = None
    not_understood: int = 0
    manager: str = ""
    corrected: bool = False
    comments: int = 0


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A call that has not ended, and the node it is on."""

    found: CallFound
    node: str


@dataclass(frozen=True, slots=True)
class CallsPage:
    """next: to be given back as `after`; "" at the end. Calls that arrive meanwhile are before the first page: nothing
    is shown twice or left out."""

    items: Sequence[CallFound]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by, as it occurs in the latest calls; managers by id."""

    phrases: Sequence[str] = ()
    reasons: Sequence[str] = ()
    script_versions: Sequence[str] = ()
    managers: Sequence[tuple[int, str]] = field(default_factory=tuple)


class BadCursor(Exception):
    """`after` is none that this search has given."""

    code = "bad_cursor"
    retryable = False


class CallSearch(Protocol):
    async def find(self, wanted: CallsWanted, *, after: str = "", limit: int = 50) -> CallsPage:
        """Newest first. Raises BadCursor."""
        ...

    async def one(self, call: UUID) -> CallFound | None: ...

    async def count(self, wanted: CallsWanted, *, most: int) -> int:
        """How many there are, `most` at most: counting on would take long and tell nobody anything."""
        ...

    async def choices(self, *, campaign: str = "") -> Choices: ...
