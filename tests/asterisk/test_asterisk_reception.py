"""The client who calls back, over SIP: found by his number, spoken to, his attempt written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.reception import Receptionist
from robot.calls.scripts import ScriptShelf
from robot.domain.campaigns import CallingWindow
from robot.domain.outcomes import Outcome
from robot.speech.fake import FakeRecognizer
from telephony.errors import Busy
from telephony.lab.ringing import ROBOT_NUMBER, ring_in
from telephony.lab.settings import LabSettings
from tests.asterisk.conftest import patient, running
from tests.asterisk.test_asterisk_transfer import ear_of, logged
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.contracts.line_contract import eventually
from tests.contracts.people import share_of, tone
from tests.unit.calls.test_reception import Register

pytestmark = pytest.mark.asterisk

SENTENCE_S = 1.5


class Voice:
    def get(self, text: str) -> bytes | None:
        return None

    async def speech(self, text: str) -> bytes:
        return tone(people.ROBOT_HZ, SENTENCE_S)

    async def prepare(self, texts: Sequence[str]) -> None:
        """A tone is always ready."""


def _now() -> datetime:
    return datetime(2026, 11, 23, 20, tzinfo=UTC)


async def test_a_client_calls_back_at_night_hears_us_and_is_written_down(lab: LabSettings, tmp_path: Path) -> None:
    before, register, stop = logged(lab), Register(window=CallingWindow.every(time(9), time(18))), asyncio.Event()
    async with running(patient(lab, inbound=True)) as line:
        conversations = Conversations(
            recognizer=FakeRecognizer(),
            voice_detector=lambda: lambda _pcm: False,
            phrases=Voice(),
            calls=register,
            calendar=None,  # type: ignore[arg-type]
            recordings=tmp_path / "recordings",
            channels=Channels(4),
            now=_now,
        )
        receptionist = Receptionist(
            line=line,
            conversations=conversations,
            dialogs=ScriptShelf(_now, bytes).prepare,
            reception=register,
            carrier=register,
        )
        receiving = asyncio.create_task(receptionist.run(stop))
        await asyncio.sleep(0)
        await ring_in(lab, people.LISTENER)

        async def written() -> bool:
            return bool(register.results)

        await eventually(written, within_s=HANGS_S)
        stop.set()
        await receiving
        with pytest.raises(Busy):
            await ring_in(lab, people.LISTENER)
    heard = await ear_of(lab, people.LISTENER, before)
    assert register.arrivals == [(people.LISTENER, ROBOT_NUMBER)]
    assert (register.only.outcome, register.only.reason) == (Outcome.CALLBACK_SCHEDULED, "out_of_hours")
    assert share_of(people.ROBOT_HZ, heard) > 0.9
    begins = next(at for at in range(0, len(heard), 320) if share_of(people.ROBOT_HZ, heard[at : at + 320]) > 0.5)
    assert begins / 16 <= 5000, "he is greeted as soon as he is answered"
