"""What the tests of sending share: a company, a client, a talk, and a printer that computes in this process."""

from __future__ import annotations

import shutil
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from robot.crm.base import LeadCard
from robot.crm.outbox_ports import Delivery, Kind
from robot.crm.report import Booked, CallReport
from robot.crm.sent import Channel, Parcel, SentState
from robot.crm.writes import Journal
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from robot.sending.facts import Occasion
from robot.sending.kit import Kit, load_kit
from robot.sending.press import answer_to, decoded, order_of, trouble
from robot.sending.printing import LIBRARY, Job, Printed

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ATTEMPT = UUID(int=0x1234 << 112)
CLIENT = Lead(
    17, "+79161234567", "Ирина Петрова", "ООО «Василёк»", "Екатеринбург", "Asia/Yekaterinburg",
    fields={"email": "irina@vasilek.example"},
)  # fmt: skip
MEETING = Booked(
    Slot(1, AT + timedelta(days=1), AT + timedelta(days=1, minutes=30)), "Ольга Смирнова", "https://meet.example/abc"
)


def example() -> Kit:
    return load_kit(LIBRARY / "example")


def occasion(lead: Lead = CLIENT, **more: Any) -> Occasion:
    return Occasion(lead, AT, ATTEMPT, **{"email": "irina@vasilek.example", "meeting": MEETING, **more})


def folder(tmp_path: Path) -> Path:
    """A company's own, as `zvonar send init` makes it."""
    made = tmp_path / "sending"
    for part in ("templates", "files"):
        (made / part).mkdir(parents=True)
    shutil.copyfile(LIBRARY / "example" / "sending.yaml", made / "sending.yaml")
    return made


def report(lead: Lead = CLIENT, **more: Any) -> CallReport:
    given = {"meeting": MEETING, "collected": {"lead.email": lead.fields.get("email", "")}, **more}
    return CallReport(
        ATTEMPT, "cold", "Холодные", lead, inbound=False, outcome=Outcome.INFO_REQUESTED, reason="",
        started_at=AT - timedelta(minutes=2), talked_s=100, ended_at=AT, stage="info_requested", **given,
    )  # fmt: skip


def delivery(kind: Kind = Kind.DOCUMENT, *, number: int = 1, **payload: str) -> Delivery:
    key = f"{ATTEMPT}:sending:{kind}" + (f":{number}" if kind is Kind.DOCUMENT else "")
    return Delivery(1, key, "sending", kind, 17, ATTEMPT, payload, Journal())


class QuickPress:
    """Without the process and without PDFs: half a second each."""

    async def printed(self, job: Job, *, pdf: bool = True) -> Printed:
        answer = answer_to(order_of(job, pdf=False))
        made = decoded(answer)
        if made is None:
            raise trouble(job, answer)
        return made


class Kept:
    """The outbox's row."""

    def __init__(self) -> None:
        self.journal = Journal()

    async def keep(self, journal: Journal) -> None:
        self.journal = deepcopy(journal)


class Reports:
    def __init__(self, told: CallReport) -> None:
        self.told = told

    async def report(self, attempt_id: UUID) -> CallReport:
        assert attempt_id == self.told.attempt_id
        return self.told


class Cards:
    def __init__(self, card: LeadCard | None = None) -> None:
        self._card = card

    async def card(self, lead_id: int) -> LeadCard | None:
        return self._card


class Log:
    """A card's lines, by key."""

    def __init__(self) -> None:
        self.parcels: dict[str, Parcel] = {}
        self.states: dict[str, SentState] = {}
        self.problems: dict[str, str] = {}
        self.ids: list[str] = []
        self.receipts: list[tuple[str, SentState]] = []

    async def begun(self, parcel: Parcel, *, now: datetime) -> None:
        self.parcels[parcel.key] = parcel
        self.states.setdefault(parcel.key, SentState.SENDING)

    async def settled(self, key: str, state: SentState, *, now: datetime, problem: str = "") -> None:
        self.states[key], self.problems[key] = state, problem

    async def part_sent(self, key: str, channel: Channel, external_id: str, *, now: datetime) -> None:
        self.ids.append(external_id)

    async def receipt(self, channel: Channel, external_id: str, state: SentState, *, now: datetime) -> None:
        self.receipts.append((external_id, state))
