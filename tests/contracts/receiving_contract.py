"""What every line that takes incoming calls must do. Subclass beside a line and give it a `reception` fixture."""

from __future__ import annotations

import asyncio
from typing import Protocol
from uuid import uuid4

import pytest

from telephony.audio import FRAME_S
from telephony.base import CallSpec, EndedBy, Incoming, Line, Receives
from telephony.errors import Busy
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.contracts.line_contract import eventually, first, heard
from tests.contracts.people import share_of, tone


class ReceivingLine(Line, Receives, Protocol):
    """Both ways."""


class Telephone(Protocol):
    @property
    def line(self) -> ReceivingLine:
        """Already run by the harness."""
        ...

    async def ring(self, number: str, *, caller: str | None = None) -> None:
        """Somebody of `tests.contracts.people` rings in; returns when he is answered. Raises Busy."""
        ...


class Desk:
    """Takes what comes in, in order."""

    def __init__(self, line: Receives, at_most: int = 5) -> None:
        self._came: asyncio.Queue[Incoming] = asyncio.Queue()
        self.close = line.on_call(self._came.put_nowait, at_most=at_most)

    async def next(self) -> Incoming:
        async with asyncio.timeout(HANGS_S):
            return await self._came.get()


class ReceivingContract:
    async def test_somebody_who_rings_in_is_known_and_both_hear_each_other(self, telephone: Telephone) -> None:
        desk = Desk(telephone.line)
        await telephone.ring(people.ECHO)
        incoming = await desk.next()
        assert incoming.caller == people.ECHO
        assert incoming.call.ended is None
        assert incoming.call.call_id in await telephone.line.live_calls()
        await first(incoming.call, 0.3)
        incoming.call.play(tone(people.ROBOT_HZ, 1.0))
        frames = await first(incoming.call, 1.2)
        await incoming.call.hang_up()
        desk.close()
        assert share_of(people.ROBOT_HZ, heard(frames[20:])) > 0.9
        assert incoming.call.ended is not None
        assert incoming.call.ended.by is EndedBy.ROBOT

    async def test_the_caller_hangs_up(self, telephone: Telephone) -> None:
        desk = Desk(telephone.line)
        await telephone.ring(people.SHORT_TALKER)
        call = (await desk.next()).call
        frames = [frame async for frame in call.frames()]
        desk.close()
        assert len(frames) * FRAME_S == pytest.approx(people.SHORT_TALK_S, abs=0.5)
        assert call.ended is not None
        assert (call.ended.by, call.ended.cause) == (EndedBy.CLIENT, "normal_clearing")

        async def gone() -> bool:
            return call.call_id not in await telephone.line.live_calls()

        await eventually(gone)

    async def test_one_caller_too_many_hears_the_busy_tone_until_a_place_is_free(self, telephone: Telephone) -> None:
        desk = Desk(telephone.line, at_most=1)
        await telephone.ring(people.TALKER)
        call = (await desk.next()).call
        with pytest.raises(Busy):
            await telephone.ring(people.SECOND_TALKER)
        await call.hang_up()

        async def is_taken() -> bool:
            try:
                await telephone.ring(people.SECOND_TALKER)
            except Busy:
                return False
            return True

        await eventually(is_taken, within_s=2 * HANGS_S)  # each try is a real dial, and takes a second or two
        second = await desk.next()
        assert second.caller == people.SECOND_TALKER
        await second.call.hang_up()
        desk.close()

    async def test_nobody_is_let_in_before_the_desk_opens_and_after_it_closes(self, telephone: Telephone) -> None:
        with pytest.raises(Busy):
            await telephone.ring(people.TALKER)
        desk = Desk(telephone.line)
        with pytest.raises(ValueError, match="already"):
            telephone.line.on_call(lambda _incoming: None, at_most=1)
        await telephone.ring(people.TALKER)
        call = (await desk.next()).call
        desk.close()
        with pytest.raises(Busy):
            await telephone.ring(people.SECOND_TALKER)
        frames = await first(call, 0.5)
        assert call.ended is None, "a call under way goes on"
        assert share_of(people.CLIENT_HZ, heard(frames[5:])) > 0.9
        await call.hang_up()

    @pytest.mark.parametrize(("shown", "number"), [("84951110001", people.TALKER), ("anonymous", ""), ("1", "")])
    async def test_the_number_shown_is_made_one_that_can_be_called(
        self, telephone: Telephone, shown: str, number: str
    ) -> None:
        desk = Desk(telephone.line)
        await telephone.ring(people.TALKER, caller=shown)
        incoming = await desk.next()
        await incoming.call.hang_up()
        desk.close()
        assert incoming.caller == number

    async def test_an_incoming_call_found_alive_can_be_ended(self, telephone: Telephone) -> None:
        desk = Desk(telephone.line)
        await telephone.ring(people.TALKER)
        call = (await desk.next()).call
        await telephone.line.end_call(call.call_id)
        async with asyncio.timeout(HANGS_S):
            async for _ in call.frames():
                pass
        desk.close()
        assert call.ended is not None

    async def test_calls_go_out_while_others_come_in(self, telephone: Telephone) -> None:
        desk = Desk(telephone.line)
        await telephone.ring(people.TALKER)
        came = (await desk.next()).call
        went = await telephone.line.dial(CallSpec(uuid4(), people.SECOND_TALKER, ring_timeout_s=8.0))
        one, two = await asyncio.gather(first(came, 1.0), first(went, 1.0))
        assert share_of(people.CLIENT_HZ, heard(one[30:])) > 0.9
        assert share_of(people.SECOND_CLIENT_HZ, heard(two[30:])) > 0.9
        assert {came.call_id, went.call_id} <= await telephone.line.live_calls()
        await asyncio.gather(came.hang_up(), went.hang_up())
        desk.close()
