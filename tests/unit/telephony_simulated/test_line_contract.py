"""The simulated line and the scripted fake keep the contract of a line, on a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from telephony.base import Call
from telephony.fake import Answer, Decline, HangUp, Hear, ScriptedLine, Step
from telephony.simulated.line import SimulatedLine, SimulatedLineSettings
from telephony.simulated.subscriber import PickUp
from tests.contracts import people
from tests.contracts.line_contract import LineContract
from tests.contracts.people import ContractDirectory, tone

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]


@dataclass
class Harness:
    line: SimulatedLine
    folder: Path

    async def heard_by_client(self, call: Call) -> bytes:
        samples, _ = soundfile.read(self.folder / f"{call.call_id}.wav", dtype="int16")
        return bytes(samples[:, 1].tobytes())


class TestSimulatedLine(LineContract):
    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[Harness]:
        line = SimulatedLine(ContractDirectory(), SimulatedLineSettings(record_dir=tmp_path))
        running = asyncio.create_task(line.run())
        yield Harness(line, tmp_path)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


LONG_S = 60.0
SCRIPTS: dict[str, list[Step]] = {
    people.LISTENER: [Answer(0.2)],
    people.TALKER: [Answer(0.2), Hear(tone(people.CLIENT_HZ, LONG_S))],
    people.SECOND_TALKER: [Answer(0.2), Hear(tone(people.SECOND_CLIENT_HZ, LONG_S))],
    people.DESK: [Answer(0.2), Hear(tone(people.SECOND_CLIENT_HZ, LONG_S))],
    people.SHORT_TALKER: [Answer(0.2), Hear(tone(people.CLIENT_HZ, people.SHORT_TALK_S)), HangUp()],
    people.SLOW: [Answer(10.0)],
    people.BUSY: [Decline(PickUp.BUSY, 0.2)],
    people.REJECTS: [Decline(PickUp.REJECT, 0.2)],
    people.CONGESTED: [Decline(PickUp.CONGESTION, 0.2)],
    people.FORBIDDEN: [Decline(PickUp.FORBIDDEN, 0.2)],
    people.NO_ANSWER: [Decline(PickUp.NO_ANSWER)],
}


class TestScriptedLine(LineContract):
    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[Harness]:
        line = ScriptedLine(SCRIPTS, SimulatedLineSettings(noise_rms=0.0, alaw=False, record_dir=tmp_path))
        running = asyncio.create_task(line.run())
        yield Harness(line, tmp_path)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
