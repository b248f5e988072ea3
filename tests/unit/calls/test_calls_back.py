"""A client of the database rings in on a line: reception, store, dialer and talk together."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from robot.analytics.ports import Selection
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.reception import Receptionist
from robot.calls.scripts import ScriptShelf
from robot.crm.base import NewLead
from robot.dialer.worker import Dialer, DialerSettings
from robot.domain.campaigns import CallingWindow, Campaign
from robot.domain.meetings import WorkingHours
from robot.domain.outcomes import Outcome
from robot.speech.fake import FakeRecognizer, FakeVoice, decode
from robot.speech.phrases import PhraseCache
from robot.storage.memory import MemoryStorage
from robot.storage.reception import Desk
from telephony.fake import Answer, ScriptedLine
from tests.unit.dialer.office import Phone

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

CALLER, STRANGER = "+74950100001", "+74950100002"
NIGHT = datetime(2026, 11, 23, 20, tzinfo=UTC)
OPENING = datetime(2026, 11, 24, 6, tzinfo=UTC)


def now() -> datetime:
    return NIGHT + timedelta(seconds=asyncio.get_running_loop().time())


async def test_at_night_a_client_and_a_stranger_are_promised_a_call_that_waits_in_the_queue(tmp_path: Path) -> None:
    storage = MemoryStorage()  # in the loop's own thread: a file's would be waited for while the virtual clock runs on
    office_hours = CallingWindow.every(time(9), time(18))
    facts = {"company.name": "Геометка"}
    made = Campaign(0, "cold", "Cold", "cold_call", window=office_hours, facts=facts)
    campaign = await storage.campaigns.ensure(made)
    await storage.campaigns.set_quota("cold", 1)
    await storage.managers.ensure("Ольга", WorkingHours(), campaigns=[campaign.id])
    await storage.leads.add(campaign.id, [NewLead(CALLER, "Иван", timezone="Europe/Moscow")], now=now())
    line = ScriptedLine({CALLER: [Answer()], STRANGER: [Answer()]})
    phone, stop = Phone(), asyncio.Event()
    dialer = Dialer(
        storage.queue, storage.progress, storage.attempts, phone, DialerSettings("n"), wake=storage.wake, now=now
    )
    conversations = Conversations(
        recognizer=FakeRecognizer(),
        voice_detector=lambda: any,
        phrases=PhraseCache(FakeVoice(), tmp_path / "phrases"),
        calls=storage.calls,
        calendar=storage.calendar,
        recordings=tmp_path / "recordings",
        channels=Channels(4),
        now=now,
    )
    receptionist = Receptionist(
        line=line,
        conversations=conversations,
        dialogs=ScriptShelf(now, bytes).prepare,
        reception=storage.reception(Desk("n", timedelta(minutes=1), "cold")),
        carrier=dialer,
    )
    serving, dialing = asyncio.create_task(line.run()), asyncio.create_task(dialer.run(stop))
    await dialer.recovered.wait()
    receiving = asyncio.create_task(receptionist.run(stop))
    await asyncio.sleep(0)
    for number in (CALLER, STRANGER):
        call = await line.ring(number)
        while call.ended is None or receptionist._under_way:
            await asyncio.sleep(0.02)
        assert "Геометка" in decode(line.played[-1])[0]
    stop.set()
    await asyncio.wait([receiving, dialing])
    serving.cancel()
    await asyncio.wait([serving])
    assert (receiving.exception(), dialing.exception()) == (None, None)

    assert await storage.attempts.unfinished("n") == []
    assert phone.called == [], "it is night"
    outcomes = await storage.reports.outcomes(Selection(campaign.id, NIGHT - timedelta(days=1), OPENING))
    assert outcomes == {Outcome.CALLBACK_SCHEDULED: 2}
    campaign = await storage.campaigns.get("cold")
    lease = timedelta(minutes=1)
    before = await storage.queue.claim(campaign, limit=5, now=OPENING - lease, node="n", lease=lease)
    at_nine = await storage.queue.claim(campaign, limit=5, now=OPENING + lease, node="n", lease=lease)
    assert list(before) == []
    assert {claimed.lead.phone for claimed in at_nine} == {CALLER, STRANGER}
