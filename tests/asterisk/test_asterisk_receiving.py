"""Incoming calls over SIP: the telephone company dials our Asterisk, which asks the robot who may enter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from telephony.asterisk.line import AsteriskLine
from telephony.errors import Busy, PortInUse
from telephony.lab.ringing import ring_in
from telephony.lab.settings import LabSettings
from tests.asterisk.conftest import patient, running
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.contracts.receiving_contract import Desk, ReceivingContract
from tests.unit.telephony_asterisk.ami_peers import tcp_peer

pytestmark = pytest.mark.asterisk


@dataclass
class Telephone:
    line: AsteriskLine
    lab: LabSettings

    async def ring(self, number: str, *, caller: str | None = None) -> None:
        await ring_in(self.lab, number, caller=caller)


@asynccontextmanager
async def receiving(lab: LabSettings) -> AsyncIterator[AsteriskLine]:
    async with running(patient(lab, inbound=True)) as line:
        yield line


class TestAsteriskLine(ReceivingContract):
    @pytest.fixture
    async def telephone(self, lab: LabSettings) -> AsyncIterator[Telephone]:
        async with receiving(lab) as line:
            yield Telephone(line, lab)


async def test_without_the_robot_the_caller_hears_the_busy_tone_at_once(lab: LabSettings) -> None:
    started_s = asyncio.get_running_loop().time()
    with pytest.raises(Busy):
        await ring_in(lab, people.TALKER, wait_s=HANGS_S)
    assert asyncio.get_running_loop().time() - started_s < HANGS_S / 2, "he has not waited until the end"


async def test_a_robot_that_does_not_answer_the_question_keeps_nobody_waiting(lab: LabSettings) -> None:
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()

    async with tcp_peer(silent, lab.agi_port), asyncio.timeout(HANGS_S):
        with pytest.raises(Busy):
            await ring_in(lab, people.TALKER)
    assert asked.is_set()


async def test_one_robot_takes_the_calls_of_an_asterisk(lab: LabSettings) -> None:
    async with receiving(lab):
        settings = patient(lab, inbound=True)
        with pytest.raises(PortInUse):
            await AsteriskLine(settings, settings.ami_client()).run()


@pytest.mark.parametrize("dialed", ["robot", "+74950990000"])
async def test_whatever_name_the_trunk_calls_us_by_the_robot_is_reached(lab: LabSettings, dialed: str) -> None:
    async with receiving(lab) as line:
        desk = Desk(line)
        await ring_in(lab, people.TALKER, dialed=dialed)
        incoming = await desk.next()
        assert incoming.dialed == dialed
        await incoming.call.hang_up()


async def test_those_who_hung_up_free_their_places(lab: LabSettings) -> None:
    async with receiving(lab) as line:
        desk = Desk(line, at_most=1)
        for _ in range(3):
            await ring_in(lab, people.SHORT_TALKER)
            async for _frame in (await desk.next()).call.frames():
                pass
