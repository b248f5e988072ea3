"""The port of a CRM. One folder each: connector, mapping, fixtures, README; one line in `robot/crm/registry.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from robot.crm.report import CallReport
from robot.crm.writes import Write


@dataclass(frozen=True, slots=True)
class Named:
    """Something the CRM has, to be chosen in the settings: a stage, a user, a field."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What `zvonar crm check` found: who we are there, what there is to map to, and what will not work (one sentence
    each, with the remedy)."""

    account: str
    stages: Sequence[Named] = ()
    users: Sequence[Named] = ()
    may: Sequence[str] = ()
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of a manager's time that is taken in the CRM's or another calendar. `manager`: our manager's name."""

    manager: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a lead in the CRM, as read from it (never as a webhook claims). key: the same for the
    same happening, however often it is told. kind: stage, task, created, deleted; answered (a person of the company
    talked to the client or wrote to him); robot (the CRM's automation asks for a call); ends (a day on the card comes
    near, see KnowsEnds). stage: ours or the CRM's id. closed: the lead was won or lost by it. rule: the trigger that is
    asked for, by name. reply_to: who waits to be told what came of it (see TellsWaiting)."""

    key: str
    kind: str
    lead_ref: str
    phone: str
    at: datetime
    stage: str = ""
    name: str = ""
    company: str = ""
    city: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    due_at: datetime | None = None
    closed: bool = False
    rule: str = ""
    reply_to: str = ""


class Connector(Protocol):
    """Raises DeliveryError. Never repeats a write by itself; honours the vendor's limits."""

    @property
    def name(self) -> str: ...

    async def check(self) -> Findings:
        """Reads only."""
        ...

    def writes(self, report: CallReport) -> Sequence[Write]:
        """Everything a manager would have done after this call. The write "lead" finds or makes the lead by phone; what
        follows needs it."""
        ...

    async def changes(self, since: str) -> tuple[Sequence[Change], str]:
        """What happened since `since` ("" at first: nothing old is told), and where to go on from."""
        ...

    async def close(self) -> None: ...


class TellsWaiting(Protocol):
    """A connector whose CRM asks for calls by its own automation, and waits."""

    def reply(self, reply_to: str, told: Mapping[str, str]) -> Sequence[Write]:
        """told: as robot.crm.triggers.ports.Reply has it."""
        ...


class KnowsEnds(Protocol):
    """A connector that finds leads by a day on their cards."""

    async def ending(self, field: str, *, after: datetime, before: datetime) -> tuple[Sequence[Change], bool]:
        """Leads whose day in this field (our name) lies in between, as changes of the kind "ends" with that day in
        `due_at`; whether these are all of them."""
        ...


class KnowsBusy(Protocol):
    """A connector or a calendar that knows when managers are busy."""

    async def busy(self, *, after: datetime, before: datetime) -> Sequence[Busy]:
        """Of all mapped managers."""
        ...
