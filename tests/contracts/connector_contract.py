"""What every CRM connector must do. Subclass `ConnectorContract` beside a connector and give it a `stand` fixture.

The stand is the other side: a real CRM or a fake, and a person in it who enters leads and looks at what has come.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import pytest

from robot.crm.connector import Connector
from robot.crm.errors import DeliveryError, NotThere, TooLarge, Unauthorized, Unreachable
from robot.crm.http import Answer, Request, Wire
from robot.crm.report import Booked, CallReport, Said, Wish
from robot.crm.stages import Stage, TaskKind
from robot.crm.writes import Journal, carry_out
from robot.domain.meetings import Slot
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead

MANAGER = "Ольга Петрова"
"""Mapped to a user in every stand's settings."""
FIELD = "need"
"""A field that talks collect (lead.need), mapped to one of theirs."""
SOUND = b"OggS" + bytes(range(256)) * 8
HOSTILE = 'ООО "Рога & <script>alert(1)</script>" {{7*7}} %s \'; DROP TABLE leads; -- ${jndi:x} 😀'

Tap = Callable[[Wire], Wire]


def untouched(wire: Wire) -> Wire:
    return wire


class Broken(StrEnum):
    REVOKED = "revoked"
    STAGE_DELETED = "stage_deleted"
    FIELD_RENAMED = "field_renamed"


@dataclass(frozen=True)
class SeenMeeting:
    """manager: our name of him."""

    manager: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class SeenTask:
    """due_at: midnight UTC of the day where the CRM keeps days alone."""

    text: str
    manager: str
    due_at: datetime


@dataclass(frozen=True)
class SeenCall:
    """text: everything a person reads of the call, as he reads it (no markup). recording: what he would hear."""

    text: str
    recording: bytes | None = None


@dataclass(frozen=True)
class SeenLead:
    """stage: ours where it is mapped. fields: under our names, those that are mapped."""

    id: str
    stage: str
    name: str
    company: str
    fields: dict[str, str]
    meetings: Sequence[SeenMeeting]
    tasks: Sequence[SeenTask]
    calls: Sequence[SeenCall]


class Stand(Protocol):
    """Maps MANAGER, FIELD, and the stages NEW, CONTACTED, MEETING and REFUSED at least."""

    @property
    def data_dir(self) -> Path:
        """Where recordings lie."""
        ...

    def connector(self, tap: Tap = untouched) -> Connector:
        """A new one, whose wire is put through `tap`. It takes recordings of up to one megabyte."""
        ...

    async def broken(self, how: Broken) -> Connector:
        """One whose settings were right once."""
        ...

    async def enter(self, phone: str) -> str:
        """A person enters a lead, the number written just like this. Its id."""
        ...

    async def seen(self, phone: str) -> Sequence[SeenLead]:
        """All leads of this E.164 number, however it is written there."""
        ...


class Losing:
    """Delivers every request, and loses the answer to one of them (counted from 0; -1: to none)."""

    def __init__(self, lost: int) -> None:
        self._wire: Wire | None = None
        self._lost = lost
        self.sent = 0

    def before(self, wire: Wire) -> Wire:
        self._wire = wire
        return self

    async def send(self, request: Request) -> Answer:
        assert self._wire is not None
        answer = await self._wire.send(request)
        self.sent += 1
        if self.sent - 1 == self._lost:
            raise Unreachable("the answer was lost")
        return answer

    async def close(self) -> None:
        assert self._wire is not None
        await self._wire.close()


class Died(Exception):
    """The process ended here."""


class Kept:
    """Where a delivery's journal outlives the process, which may die just before the n-th time it is kept."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.journal = Journal()
        self.times = 0
        self._dies_at = dies_at

    async def keep(self, journal: Journal) -> None:
        if self.times == self._dies_at:
            self._dies_at = None
            raise Died
        self.times += 1
        self.journal = deepcopy(journal)


_PHONES = itertools.count(1)


def phone() -> str:
    """One nobody has yet."""
    return f"+7999{next(_PHONES):07d}"


def of_phone(number: str, **more: Any) -> Lead:
    return Lead(1, number, **({"name": "Пётр Иванов", "company": "Ромашка", "city": "Омск"} | more))


def call(number: str, **more: Any) -> CallReport:
    """A talk that ended in a meeting tomorrow."""
    started = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    base: dict[str, Any] = {
        "attempt_id": uuid4(),
        "campaign": "cold_call",
        "campaign_title": "Холодный обзвон",
        "lead": of_phone(number),
        "inbound": False,
        "outcome": Outcome.MEETING_BOOKED,
        "reason": "",
        "started_at": started,
        "talked_s": 95,
        "ended_at": started + timedelta(seconds=95),
        "stage": Stage.MEETING,
        "collected": {f"lead.{FIELD}": "реклама в картах"},
        "meeting": booked(started + timedelta(days=1)),
        "task": (TaskKind.MEETING, started + timedelta(days=1)),
        "said": (Said(False, 400, 2600, "Здравствуйте!"), Said(True, 3000, 4200, "Да, слушаю.")),
    }
    return CallReport(**(base | more))


def booked(starts_at: datetime, **more: Any) -> Booked:
    return Booked(Slot(1, starts_at, starts_at + timedelta(minutes=30)), MANAGER, **more)


def refusal(number: str, reason: str = "price") -> CallReport:
    return call(number, outcome=Outcome.REFUSED, reason=reason, stage=Stage.REFUSED, meeting=None, task=None)


def recorded(report: CallReport, data_dir: Path, content: bytes = SOUND) -> CallReport:
    """With a recording on the disk."""
    path = Path("recordings") / f"{report.attempt_id}.ogg"
    (data_dir / path).parent.mkdir(parents=True, exist_ok=True)
    (data_dir / path).write_bytes(content)
    return replace(report, recording=str(path))


async def deliver(connector: Connector, report: CallReport, kept: Kept | None = None) -> None:
    """One try, as the outbox does it: with the journal that was kept, and no other memory."""
    kept = kept or Kept()
    try:
        await carry_out(connector.writes(report), deepcopy(kept.journal), kept.keep)
    finally:
        await connector.close()


class ConnectorContract:
    cannot_break: ClassVar[frozenset[Broken]] = frozenset()
    """What does not exist there."""
    knows_stages: ClassVar[bool] = True
    """Whether `check` can name stages and users."""
    every: ClassVar[int] = 1
    """Every n-th moment is disturbed: real systems are slow."""

    async def only(self, stand: Stand, number: str) -> SeenLead:
        leads = await stand.seen(number)
        assert len(leads) == 1
        return leads[0]

    def once(self, lead: SeenLead, *, recordings: int = 0) -> None:
        """One of everything that `call` leaves behind."""
        assert len(lead.meetings) == 1
        assert len(lead.tasks) == 1
        assert len(lead.calls) == 1
        assert sum(one.recording is not None for one in lead.calls) == recordings

    async def test_a_check_tells_who_we_are_and_what_there_is_to_map(self, stand: Stand) -> None:
        connector = stand.connector()
        try:
            found = await connector.check()
        finally:
            await connector.close()
        assert found.account
        assert not found.problems
        if self.knows_stages:
            assert found.stages
            assert found.users

    async def test_a_call_leaves_all_that_a_manager_would_have_entered(self, stand: Stand) -> None:
        number = phone()
        report = recorded(call(number), stand.data_dir)
        await deliver(stand.connector(), report)

        lead = await self.only(stand, number)
        assert report.meeting is not None
        slot = report.meeting.slot
        assert (lead.stage, lead.company) == (Stage.MEETING, "Ромашка")
        assert lead.fields[FIELD] == "реклама в картах"
        assert list(lead.meetings) == [SeenMeeting(MANAGER, slot.starts_at, slot.ends_at)]
        (task,) = lead.tasks
        assert task.manager == MANAGER
        assert task.due_at.date() == slot.starts_at.date()
        assert "11:00" in task.text, "the time of the meeting in Moscow"
        (note,) = lead.calls
        assert "Да, слушаю." in note.text
        assert "1:35" in note.text
        assert note.recording == SOUND

    @pytest.mark.parametrize("written", ["{0}", "8 ({1}) {2}-{3}-{4}", "7{1}{2}{3}{4}", "+7 {1} {2} {3}{4}"])
    async def test_the_lead_that_a_person_entered_is_found(self, stand: Stand, written: str) -> None:
        number = phone()
        parts = (number, number[2:5], number[5:8], number[8:10], number[10:])
        entered = await stand.enter(written.format(*parts))
        await deliver(stand.connector(), call(number))

        lead = await self.only(stand, number)
        assert lead.id == entered
        self.once(lead)

    async def test_a_second_call_adds_to_the_same_lead(self, stand: Stand) -> None:
        number = phone()
        unreached = call(number, outcome=Outcome.NO_ANSWER, stage=Stage.NEW, meeting=None, task=None, talked_s=0)
        await deliver(stand.connector(), unreached)
        await deliver(stand.connector(), call(number))

        lead = await self.only(stand, number)
        assert len(lead.calls) == 2
        assert len(lead.meetings) == 1

    async def test_who_was_not_reached_stays_where_he_was(self, stand: Stand) -> None:
        number = phone()
        await deliver(stand.connector(), call(number))
        unreached = call(number, outcome=Outcome.NO_ANSWER, stage=Stage.NEW, meeting=None, task=None, talked_s=0)
        await deliver(stand.connector(), unreached)

        assert (await self.only(stand, number)).stage == Stage.MEETING

    async def test_a_refusal_is_recorded_with_its_reason(self, stand: Stand) -> None:
        number = phone()
        await deliver(stand.connector(), refusal(number, "has_supplier"))

        lead = await self.only(stand, number)
        assert lead.stage == Stage.REFUSED
        assert not lead.meetings
        assert "has_supplier" in lead.calls[0].text

    async def test_a_task_that_the_script_asked_for_is_made(self, stand: Stand) -> None:
        number = phone()
        wish = Wish("create_task", {"title": "Ответить на вопрос о сроках", "due": "2026-11-25T15:00:00+03:00"})
        await deliver(stand.connector(), replace(refusal(number), wishes=(wish,)))

        (task,) = (await self.only(stand, number)).tasks
        assert "Ответить на вопрос о сроках" in task.text
        assert task.due_at.date() == datetime(2026, 11, 25, tzinfo=UTC).date()

    async def test_a_meeting_is_moved_and_not_doubled(self, stand: Stand) -> None:
        number = phone()
        first = call(number)
        await deliver(stand.connector(), first)
        later = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
        moved = booked(later, moves=first.attempt_id)
        await deliver(stand.connector(), call(number, meeting=moved, task=(TaskKind.MEETING, later)))

        lead = await self.only(stand, number)
        assert list(lead.meetings) == [SeenMeeting(MANAGER, later, later + timedelta(minutes=30))]

    async def test_a_meeting_that_is_moved_again_is_still_one_with_one_task(self, stand: Stand) -> None:
        number = phone()
        at, before = datetime(2026, 11, 26, 9, 30, tzinfo=UTC), call(number)
        await deliver(stand.connector(), before)
        tasks = len((await self.only(stand, number)).tasks)
        for _ in range(3):
            at += timedelta(hours=1)
            moved = call(number, meeting=booked(at, moves=before.attempt_id), task=(TaskKind.MEETING, at))
            await deliver(stand.connector(), moved)
            before = moved

        lead = await self.only(stand, number)
        assert list(lead.meetings) == [SeenMeeting(MANAGER, at, at + timedelta(minutes=30))]
        assert len(lead.tasks) == tasks

    async def test_an_answer_lost_after_any_request_doubles_nothing(self, stand: Stand) -> None:
        undisturbed = Losing(-1)
        await deliver(stand.connector(undisturbed.before), recorded(call(phone()), stand.data_dir))
        assert undisturbed.sent > 1
        for lost in range(0, undisturbed.sent, self.every):
            number = phone()
            report = recorded(call(number), stand.data_dir)
            kept = Kept()
            with pytest.raises(Unreachable):
                await deliver(stand.connector(Losing(lost).before), report, kept)
            await deliver(stand.connector(), report, kept)
            self.once(await self.only(stand, number), recordings=1)

    async def test_dying_between_any_two_steps_doubles_nothing(self, stand: Stand) -> None:
        dies_at, times = 0, 1
        while dies_at < times:
            number = phone()
            report = recorded(call(number), stand.data_dir)
            kept = Kept(dies_at)
            with pytest.raises(Died):
                await deliver(stand.connector(), report, kept)
            await deliver(stand.connector(), report, kept)
            self.once(await self.only(stand, number), recordings=1)
            if dies_at == 0:
                times = kept.times
            dies_at += self.every

    async def test_a_revoked_key_is_told_and_nothing_is_tried_again(self, stand: Stand) -> None:
        connector = await stand.broken(Broken.REVOKED)
        with pytest.raises(Unauthorized) as told:
            await deliver(connector, call(phone()))
        assert told.value.remedy
        assert not told.value.retryable

    async def test_a_deleted_stage_is_named_and_the_rest_is_done(self, stand: Stand) -> None:
        await self._rest_is_done(stand, Broken.STAGE_DELETED)

    async def test_a_renamed_field_is_named_and_the_rest_is_done(self, stand: Stand) -> None:
        await self._rest_is_done(stand, Broken.FIELD_RENAMED)

    async def _rest_is_done(self, stand: Stand, how: Broken) -> None:
        if how in self.cannot_break:
            pytest.skip("there is no such thing there")
        number = phone()
        with pytest.raises(NotThere) as told:
            await deliver(await stand.broken(how), recorded(call(number), stand.data_dir))
        assert told.value.remedy
        self.once(await self.only(stand, number), recordings=1)

    async def test_a_recording_that_is_too_large_is_told_and_the_rest_is_done(self, stand: Stand) -> None:
        number = phone()
        with pytest.raises(TooLarge) as told:
            await deliver(stand.connector(), recorded(call(number), stand.data_dir, bytes(1_100_000)))
        assert told.value.remedy
        self.once(await self.only(stand, number))

    async def test_a_recording_that_was_deleted_since_keeps_nothing_back(self, stand: Stand) -> None:
        number = phone()
        await deliver(stand.connector(), call(number, recording="recordings/long-gone.ogg"))
        self.once(await self.only(stand, number))

    async def test_hostile_texts_arrive_as_they_are_and_do_nothing(self, stand: Stand) -> None:
        number = phone()
        report = call(
            number,
            lead=of_phone(number, name=HOSTILE, company=HOSTILE),
            said=(Said(True, 0, 900, HOSTILE),),
            collected={f"lead.{FIELD}": HOSTILE},
        )
        await deliver(stand.connector(), report)

        lead = await self.only(stand, number)
        self.once(lead)
        assert lead.company == HOSTILE
        assert lead.fields[FIELD] == HOSTILE
        assert HOSTILE in lead.calls[0].text

    async def test_a_lead_about_whom_nothing_is_known_is_one_too(self, stand: Stand) -> None:
        number = phone()
        await deliver(stand.connector(), call(number, lead=of_phone(number, name="", company="", city="")))
        self.once(await self.only(stand, number))

    async def test_errors_hold_no_personal_data(self, stand: Stand) -> None:
        number = phone()
        with pytest.raises(DeliveryError) as told:
            await deliver(await stand.broken(Broken.REVOKED), call(number))
        assert number[-10:] not in f"{told.value} {told.value.remedy}"
        assert "Иванов" not in f"{told.value} {told.value.remedy}"
