"""A live transfer on real Asterisk: two legs over the trunk, two people who hear each other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import pytest

from robot.calls.channels import Channels
from robot.calls.managers import TransferTargets
from robot.calls.transfer import LineBridge, TransferSettings
from telephony.asterisk.line import AsteriskLine
from telephony.audio import FRAME_MS
from telephony.base import Call, CallSpec
from telephony.lab.recording import read_stereo
from telephony.lab.settings import LabSettings
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.contracts.line_contract import eventually
from tests.contracts.people import share_of, tone

pytestmark = pytest.mark.asterisk


class Voice:
    def get(self, text: str) -> bytes | None:
        return None

    async def speech(self, text: str) -> bytes:
        return tone(people.ROBOT_HZ, 1.0)


@dataclass
class Talk:
    """The client's call, followed as a session does."""

    client: Call
    bridge: LineBridge

    async def listen(self) -> None:
        async for frame in self.client.frames():
            self.bridge.hear(frame)
        self.bridge.client_left()


async def dialed(line: AsteriskLine, client: str, managers: Sequence[str], **settings: float) -> Talk:
    call = await line.dial(CallSpec(uuid4(), client, ring_timeout_s=8.0))
    bridge = LineBridge(
        call,
        line=line,
        managers=TransferTargets({"sales": managers}, lambda _number: None),
        announce=lambda _collected: "Клиент",
        phrases=Voice(),
        channels=Channels(4),
        settings=TransferSettings(**settings),
    )
    return Talk(call, bridge)


async def ear_of(lab: LabSettings, number: str, since: int) -> bytes:
    """What the person at a number heard in his last call."""
    found: list[Mapping[str, str]] = []

    async def ended() -> bool:
        lines = lab.call_log.read_text().splitlines()[since:] if lab.call_log.exists() else []
        found[:] = [entry for entry in map(json.loads, lines) if entry["number"] == number and "recording" in entry]
        return bool(found)

    await eventually(ended)
    return read_stereo(lab.recordings / found[-1]["recording"])[1]


def logged(lab: LabSettings) -> int:
    return len(lab.call_log.read_text().splitlines()) if lab.call_log.exists() else 0


async def nobody_talks(line: AsteriskLine) -> bool:
    """Of our own exchange: the other one may know of a call's end, and log it, before this one's channel is gone."""
    return await line.live_calls() == frozenset()


@pytest.mark.parametrize("manager", [people.SECOND_TALKER, people.DESK], ids=["number", "extension"])
async def test_client_and_manager_hear_each_other_through_two_exchanges(
    line: AsteriskLine, lab: LabSettings, manager: str
) -> None:
    before = logged(lab)
    talk = await dialed(line, people.TALKER, [people.BUSY, manager], talk_s=3.0)
    listening = asyncio.create_task(talk.listen())
    async with asyncio.timeout(HANGS_S):
        assert await talk.bridge.connect("sales", {})
    await talk.client.hang_up()
    await listening
    at_client = await ear_of(lab, people.TALKER, before)
    at_manager = await ear_of(lab, manager, before)
    assert share_of(people.SECOND_CLIENT_HZ, at_client[-16_000 * 2 :]) > 0.9
    assert share_of(people.ROBOT_HZ, at_client) < 0.1, "the whisper is the manager's alone"
    assert share_of(people.ROBOT_HZ, at_manager[:16_000]) > 0.8
    assert share_of(people.CLIENT_HZ, at_manager[-16_000 * 2 :]) > 0.9
    await eventually(lambda: nobody_talks(line))


async def test_the_delay_a_bridge_adds_is_small(
    line: AsteriskLine, lab: LabSettings, record_testsuite_property: Callable[[str, object], None]
) -> None:
    """The manager echoes: from the join on it takes so long until the client hears himself."""
    talk = await dialed(line, people.TALKER, [people.ECHO], talk_s=4.0)
    back: list[bytes] = []

    async def listen() -> None:
        async for frame in talk.client.frames():
            talk.bridge.hear(frame)
            if talk.bridge.joined:
                back.append(frame.said)

    listening = asyncio.create_task(listen())
    async with asyncio.timeout(HANGS_S):
        assert await talk.bridge.connect("sales", {})
    await talk.client.hang_up()
    await listening
    first = next(at for at, said in enumerate(back) if share_of(people.CLIENT_HZ, said) > 0.5)
    record_testsuite_property("bridge_round_trip_ms", first * FRAME_MS)
    assert first * FRAME_MS <= 1000, "from the client's mouth over the manager's telephone and back"


async def test_a_client_who_hangs_up_stops_the_managers_telephone(line: AsteriskLine) -> None:
    talk = await dialed(line, people.SHORT_TALKER, [people.SLOW])
    async with asyncio.timeout(HANGS_S):
        listening = asyncio.create_task(talk.listen())
        assert not await talk.bridge.connect("sales", {})
        await listening
    await eventually(lambda: nobody_talks(line))


async def test_nobody_is_there_and_the_client_is_still_on_the_line(line: AsteriskLine) -> None:
    talk = await dialed(line, people.TALKER, [people.NO_ANSWER, people.REJECTS], ring_s=2.0)
    listening = asyncio.create_task(talk.listen())
    async with asyncio.timeout(HANGS_S):
        assert not await talk.bridge.connect("sales", {})
    assert talk.client.ended is None
    assert await line.live_calls() == {talk.client.call_id}
    await talk.client.hang_up()
    await listening
