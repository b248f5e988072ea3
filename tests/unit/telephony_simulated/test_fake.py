"""The scripted line: keeps the contract of a line, follows its script, refuses what is not written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from uuid import uuid4

import pytest

from telephony.base import Call, CallSpec, EndedBy
from telephony.errors import Busy, Congestion
from telephony.fake import Answer, HangUp, Hear, Refuse, ScriptedLine, Silence, Step, UntilSaid
from tests.contracts.people import CLIENT_HZ, ROBOT_HZ, share_of, tone

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]

Start = Callable[[Sequence[Sequence[Step]]], ScriptedLine]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    running: list[asyncio.Task[None]] = []

    def start(calls: Sequence[Sequence[Step]]) -> ScriptedLine:
        line = ScriptedLine(calls)
        running.append(asyncio.create_task(line.run()))
        return line

    yield start
    for task in running:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def spec() -> CallSpec:
    return CallSpec(uuid4(), "+74950100000")


async def test_steps_are_followed_in_time_and_what_was_played_is_kept(start: Start) -> None:
    word, answer = tone(CLIENT_HZ, 0.4), tone(ROBOT_HZ, 0.5)
    line = start([[Answer(1.0), Silence(100), Hear(word), UntilSaid(200), Hear(word), HangUp()]])
    call: Call = await line.dial(spec())
    assert asyncio.get_running_loop().time() == pytest.approx(1.0, abs=0.01)
    frames = []
    async for frame in call.frames():
        frames.append(frame)
        if len(frames) == 100:
            call.play(answer)
    heard = b"".join(frame.heard for frame in frames)
    assert heard[:1600] == bytes(1600)
    assert heard[1600:][: len(word)] == word
    second = heard.rindex(word)
    assert second >= (100 + 25 + 10) * 320, "it waited for the robot to speak and to fall silent"
    assert share_of(ROBOT_HZ, line.played[0]) > 0.9
    assert answer in line.played[0]
    assert call.ended is not None
    assert call.ended.by is EndedBy.CLIENT


async def test_calls_are_taken_in_the_order_of_the_dials(start: Start) -> None:
    line = start([[Refuse(Busy())], [Answer(), HangUp()], [Refuse(Congestion("full"))]])
    with pytest.raises(Busy):
        await line.dial(spec())
    call = await line.dial(spec())
    assert len([frame async for frame in call.frames()]) == 0
    with pytest.raises(Congestion, match="full"):
        await line.dial(spec())
    with pytest.raises(LookupError, match="number 4"):
        await line.dial(spec())
    assert len(line.dialed) == 3


async def test_without_a_hang_up_the_client_stays_silent_on_the_line(start: Start) -> None:
    line = start([[Answer(), Hear(b"\x01\x02\x03\x04")]])
    call = await line.dial(spec())
    frames = call.frames()
    first = await anext(frames)
    assert first.heard == b"\x01\x02\x03\x04" + bytes(316)
    for _ in range(500):
        assert not any((await anext(frames)).heard)
    await call.hang_up()


@pytest.mark.parametrize("steps", [[], [HangUp()], [Hear(b"")]])
async def test_a_call_begins_with_an_answer_or_a_refusal(start: Start, steps: list[Step]) -> None:
    with pytest.raises(ValueError, match="begins with"):
        await start([steps]).dial(spec())
