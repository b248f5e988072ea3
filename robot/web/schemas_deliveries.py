"""What goes out after calls, over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from robot.crm.outbox_desk import OPEN
from robot.crm.outbox_ports import Kind, State
from robot.web.schemas import In, NeededLong, Out
from robot.wording import Wrong

Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Ids = Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=500)]


class DeliveriesQuery(In):
    """state: by default what is open, waiting and parked. target: a CRM, `sending`, `messages`, `calendar`. code: of
    the problem. after: `next` of the page before."""

    state: list[State] = Field(default_factory=lambda: list(OPEN))
    target: Word | None = None
    kind: Kind | None = None
    code: Word | None = None
    lead_id: int | None = Field(default=None, ge=1, lt=2**63)
    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,18}$")] = ""
    limit: int = Field(default=50, ge=1, le=200)


class ProblemOut(Out):
    """Both sentences are in the language they happened in."""

    code: str
    text: str
    remedy: str


class DeliveryOut(Out):
    """lead_id: ours; lead_ref: the lead's id in that CRM, "" unless it is known. call: whose result it brings. done:
    what of it arrived already. next_try_at: of one that waits."""

    id: int
    target: str
    kind: str
    lead_id: int
    lead_ref: str
    call: str | None
    state: State
    under_way: bool
    tries: int
    created_at: datetime
    next_try_at: datetime | None
    ended_at: datetime | None
    done: list[str]
    problem: ProblemOut | None


class DeliveriesOut(Out):
    items: list[DeliveryOut]
    next: str = ""


class StandingOut(Out):
    """Of one target. oldest_s: age of the oldest that waits."""

    target: str
    waiting: int
    parked: int
    oldest_s: float


class StandingsOut(Out):
    """waiting, parked: of all of them. Targets where nothing is open are left out."""

    items: list[StandingOut]
    next: str = ""
    waiting: int
    parked: int


class UnheardOut(Out):
    """source: the CRM. lead_ref: the lead's id there. kind, stage: what happened to him."""

    source: str
    lead_ref: str
    kind: str
    stage: str
    at: datetime
    problem: ProblemOut


class UnheardsOut(Out):
    items: list[UnheardOut]
    next: str = ""


class RetryIn(In):
    """ids, or all open ones that fit the other fields. Those whose letter may have arrived (`unsure`) are sent again
    only where their ids are given, or the code is."""

    ids: Ids | None = None
    target: Word | None = None
    code: Word | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.ids is None and self.target is None and self.code is None:
            raise Wrong("назовите ids, target или code", "name ids, target or code")
        return self


class DropIn(In):
    ids: Ids
    reason: NeededLong


class ChangedOut(Out):
    """changed: how many; the others are not there, were delivered already, or are under way."""

    changed: int
