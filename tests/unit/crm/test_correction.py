"""A person corrects what a call came to: whoever was told of the call is told so, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import pytest

from robot.crm.call_text import heading
from robot.crm.errors import Unreachable
from robot.crm.report import CallReport
from robot.crm.stages import Stage
from robot.crm.webhook import payload
from robot.crm.writes import Write
from robot.domain.call_remarks import Author, Correction, Verdict
from robot.domain.outcomes import Outcome
from tests.unit.crm.outbox_office import Office, now

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

ANNA = Author("Анна", 1)
REFUSED = Verdict(Outcome.REFUSED, "дорого")


async def corrected(office: Office, call: UUID, verdict: Verdict = REFUSED) -> Correction | None:
    return await office.store.corrections.correct(call, verdict, author=ANNA, now=now())


async def test_the_crm_is_told_once_and_nothing_of_the_call_is_made_again() -> None:
    office = await Office.open()
    call = await office.call(booked=False)
    await office.work_for(60)
    before = office.crm.count()
    assert await corrected(office, call) is not None
    assert await corrected(office, call) is None, "nothing changed"
    await office.work_for(60)
    assert office.crm.count() - before == Counter(stage=1, note=1)
    assert len({mark for what, mark in office.crm.there if what == "note"}) == 2, "its mark is its own"
    assert office.mail.count() == Counter(), "the client hears nothing of it"
    await office.work_for(600)
    assert office.crm.count() - before == Counter(stage=1, note=1)


async def test_each_correction_is_told() -> None:
    office = await Office.open()
    call = await office.call(booked=False)
    for verdict in (REFUSED, Verdict(Outcome.INFO_REQUESTED), REFUSED):
        await corrected(office, call, verdict)
    await office.work_for(60)
    assert office.crm.count() == Counter(lead=1, stage=4, note=4)


async def test_a_crm_that_is_down_is_told_when_it_is_back() -> None:
    office = await Office.open()
    call = await office.call(booked=False)
    await office.work_for(60)
    office.crm.fails = lambda _what, _mark: Unreachable("down")
    await corrected(office, call)
    await office.work_for(60)
    office.crm.fails = lambda _what, _mark: None
    await office.work_for(3600)
    assert office.crm.count() == Counter(lead=1, stage=2, note=2)


async def test_the_report_says_who_decided_and_keeps_the_id_of_the_call() -> None:
    office = await Office.open()
    seen: list[CallReport] = []
    told = office.crm.writes

    def writes(report: CallReport) -> Sequence[Write]:
        seen.append(report)
        return told(report)

    office.crm.writes = writes  # type: ignore[method-assign]
    call = await office.call(booked=False)
    await corrected(office, call)
    await office.work_for(60)
    first, second = seen
    assert (first.corrects, second.corrects) == (None, call)
    assert heading(second) == "Итог звонка исправил человек: отказ"
    bodies = [payload.call(report, "Europe/Moscow") for report in seen]
    assert [(body["id"], body["corrected"]) for body in bodies] == [(str(call), False), (str(call), True)]
    assert bodies[1]["lead"]["stage"] == Stage.REFUSED, "the card stands where the correction left it"
    assert first.attempt_id != second.attempt_id, "receivers know the second by a key of its own"
