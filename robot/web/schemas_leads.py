"""Leads, imports and lists on the wire. Telephone numbers are masked, except where somebody asked for one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from robot.crm.import_jobs import Phase
from robot.crm.import_report import RowKind
from robot.crm.lead_desk import ConsentState, Kind
from robot.domain.calls import TaskState
from robot.domain.outcomes import Outcome
from robot.web.schemas import In, Needed, Out, Short, StopOut

Place = Annotated[str, StringConstraints(max_length=40)]
ImportName = Annotated[str, StringConstraints(max_length=200)]


class LeadsFilter(In):
    """All conditions hold. words: each stands somewhere in the name or the company; or a part of the number. state,
    outcome: of his latest task in the campaign, or in any. stopped: only those on the stop list."""

    words: Short = ""
    campaign: Short = ""
    state: TaskState | None = None
    outcome: Outcome | None = None
    stopped: bool = False
    consent: ConsentState | None = None


class LeadsQuery(LeadsFilter):
    """after: `next` of the page before."""

    after: Place = ""
    limit: int = Field(default=50, ge=1, le=200)


class LeadTaskOut(Out):
    """The latest task. reason: why he is not called, in words, "" when he is."""

    campaign: str
    campaign_title: str
    state: TaskState
    outcome: Outcome | None
    reason: str
    due_at: datetime
    deadline_at: datetime | None
    attempts: int
    source: str


class LeadRow(Out):
    """cool_until: nobody calls him before, after a refusal."""

    id: int
    name: str
    company: str
    city: str
    phone: str
    score: int
    created_at: datetime
    cool_until: datetime | None
    stopped: bool
    consent: ConsentState
    task: LeadTaskOut | None


class LeadsOut(Out):
    items: list[LeadRow]
    next: str = ""


class LeadsCount(Out):
    """more: there are more than so many; counting stops there."""

    count: int
    more: bool


class LeadEventOut(Out):
    """kind says what the others mean. code: a source (task), an outcome, "" under way (call), a channel (sent), what is
    done (delivery, happening, manager_task). state: of the task, the message, the delivery; direction of a call. title:
    the campaign, the manager, the document, the system, the source of a consent, the pattern of the stop list. call:
    number of the call. then: when the meeting is, when to call again."""

    at: datetime
    kind: Kind
    code: str
    state: str
    title: str
    text: str
    who: str
    call: UUID | None
    then: datetime | None
    length_ms: int | None


class LeadCardOut(Out):
    """fields: what lists, the CRM and talks told beside. stage: in the CRM. history: the latest first."""

    lead: LeadRow
    timezone: str
    stage: str
    fields: dict[str, str]
    stops: list[StopOut]
    history: list[LeadEventOut]


class PhoneOut(Out):
    phone: str


class ImportQuery(In):
    """campaign: whose list it is. name: of the file."""

    campaign: Needed
    name: ImportName = ""


class ImportColumn(Out):
    """header: in the file. meaning: phone, name, company, city, region, timezone, score, consent_source, consent_date,
    consent_text; "" for a nameless one, which is left out; anything else is a field of the lead."""

    header: str
    meaning: str


class ImportOut(Out):
    """done, total: leads gone through in this phase. rows: of the file. kinds: rows by what becomes of them, once all
    were tried out (ready), and by what became (done). can_start: this may be imported now."""

    id: str
    name: str
    campaign: str
    campaign_title: str
    phase: Phase
    done: int
    total: int
    rows: int
    encoding: str
    columns: list[ImportColumn]
    kinds: dict[RowKind, int]
    problem: str
    can_start: bool


class ImportRowsQuery(In):
    """kind: only rows of this one."""

    kind: RowKind | None = None
    after: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,9}$")] = ""
    limit: int = Field(default=100, ge=1, le=500)


class ImportRow(Out):
    line: int
    phone: str
    name: str
    kind: RowKind
    why: str


class ImportRowsOut(Out):
    items: list[ImportRow]
    next: str = ""


class StopImportQuery(In):
    """dry_run: only look, write nothing."""

    dry_run: bool = False


class RefusedRow(Out):
    line: int
    phone: str
    why: str


class StopImportOut(Out):
    """entries: numbers and patterns in the file. refused: the first thousand of `refused_rows`. closed: calls that were
    taken off the queue."""

    dry_run: bool
    entries: int
    patterns: int
    refused_rows: int
    refused: list[RefusedRow]
    closed: int


class RemovalOut(Out):
    entry: str
    at: datetime
    by: str
    reason: str


class RemovalsOut(Out):
    items: list[RemovalOut]
    next: str = ""


class ConsentLine(Out):
    lead_id: int
    phone: str
    source: str
    given_at: datetime
    text: str
    revoked_at: datetime | None


class ConsentsQuery(In):
    after: Place = ""
    limit: int = Field(default=100, ge=1, le=500)


class ConsentsOut(Out):
    items: list[ConsentLine]
    next: str = ""
