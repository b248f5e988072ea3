"""Between the beginning of an attempt and the dial nothing slow may stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from robot.calls.caller import TelephoneCaller
from robot.calls.channels import Channels
from robot.calls.conversation import Conversations
from robot.calls.ports import Prepared
from robot.dialer.ports import Prepares
from robot.domain.calls import CallTask, ClaimedTask, TaskState
from robot.domain.campaigns import Campaign
from robot.domain.outcomes import Outcome
from robot.domain.people import Lead
from telephony.base import Call, CallSpec
from telephony.errors import Busy

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

ATTEMPT = UUID(int=7)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Engaged:
    """A voice and a line that note what they are asked, in its order. The line is always busy."""

    def __init__(self, *, broken: bool = False) -> None:
        self.asked: list[str] = []
        self.broken = broken

    async def prepare(self, texts: Sequence[str]) -> object:
        self.asked += texts
        if self.broken:
            raise RuntimeError("the voice is gone")
        return None

    async def speech(self, text: str) -> bytes:
        raise AssertionError(text)

    async def dial(self, spec: CallSpec) -> Call:
        self.asked.append(spec.number)
        raise Busy


def caller_of(world: Engaged, tmp_path: Path) -> TelephoneCaller:
    talks = Conversations(
        recognizer=None,  # type: ignore[arg-type]
        voice_detector=lambda: any,
        phrases=world,
        calls=None,  # type: ignore[arg-type]
        calendar=None,  # type: ignore[arg-type]
        recordings=tmp_path,
        channels=Channels(1),
        now=lambda: NOW,
    )
    dialog = Prepared(None, ["Здравствуйте", "До свидания"], "v", {})  # type: ignore[arg-type]
    return TelephoneCaller(line=world, conversations=talks, dialogs=lambda _claimed, _id: dialog)  # type: ignore[arg-type]


def claimed() -> ClaimedTask:
    campaign = Campaign(1, "cold", "Холодные", "cold_call")
    return ClaimedTask(CallTask(1, 1, 1, TaskState.CLAIMED, NOW), Lead(1, "+74950000001"), campaign)


@pytest.mark.parametrize("broken", [False, True])
async def test_phrases_are_rendered_before_the_call_and_the_call_dials_at_once(tmp_path: Path, *, broken: bool) -> None:
    world = Engaged(broken=broken)
    caller = caller_of(world, tmp_path)
    assert isinstance(caller, Prepares), "the dialer asks it to prepare before it writes the attempt"

    await caller.prepare(claimed(), ATTEMPT)
    assert world.asked == ["Здравствуйте", "До свидания"]
    world.asked.clear()
    assert (await caller.call(claimed(), ATTEMPT)).outcome is Outcome.BUSY
    assert world.asked == ["+74950000001"]
