"""What every `Line` must do. Subclass `LineContract` beside a line and give it a `harness` fixture.

The harness dials into `tests.contracts.people`. Time is the loop's own, so the suite runs on a real and on a virtual
clock; it waits by reading frames, never by sleeping.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Protocol
from uuid import uuid4

import pytest

from telephony.audio import FRAME_BYTES, FRAME_S
from telephony.base import Call, CallSpec, EndedBy, Frame, Line
from telephony.errors import Busy, Congestion, DialError, NoAnswer, Rejected, UnknownNumber, UnsafeValue
from tests.conftest import HANGS_S
from tests.contracts import people
from tests.contracts.people import is_hushed, share_of, tone


class LineHarness(Protocol):
    @property
    def line(self) -> Line:
        """Already run by the harness."""
        ...

    async def heard_by_client(self, call: Call) -> bytes:
        """8 kHz PCM of what reached the client's ear in an ended call."""
        ...


async def first(call: Call, seconds: float) -> list[Frame]:
    """The ticks of the next so many seconds, fewer when the call ends before."""
    frames: list[Frame] = []
    async for frame in call.frames():
        frames.append(frame)
        if len(frames) >= round(seconds / FRAME_S):
            break
    return frames


async def eventually(condition: Callable[[], Awaitable[bool]], within_s: float = HANGS_S) -> None:
    """Ask again every tick until it holds; real exchanges need a moment to tear a call down."""
    async with asyncio.timeout(within_s):
        while not await condition():
            await asyncio.sleep(FRAME_S)


def heard(frames: list[Frame]) -> bytes:
    return b"".join(frame.heard for frame in frames)


def said(frames: list[Frame]) -> bytes:
    return b"".join(frame.said for frame in frames)


class LineContract:
    @staticmethod
    def spec(number: str, ring_timeout_s: float = 8.0, **more: str) -> CallSpec:
        return CallSpec(call_id=uuid4(), number=number, ring_timeout_s=ring_timeout_s, **more)

    async def test_an_answered_call_carries_our_id_and_is_live_until_it_ends(self, harness: LineHarness) -> None:
        spec = self.spec(people.LISTENER)
        call = await harness.line.dial(spec)
        assert call.call_id == spec.call_id
        assert call.ended is None
        assert spec.call_id in await harness.line.live_calls()
        await call.hang_up()
        await eventually(lambda: self._gone(harness, call))

    @staticmethod
    async def _gone(harness: LineHarness, call: Call) -> bool:
        return call.call_id not in await harness.line.live_calls()

    async def test_audio_crosses_both_ways(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.TALKER))
        call.play(tone(people.ROBOT_HZ, 1.5))
        frames = await first(call, 2.0)
        await call.hang_up()
        assert share_of(people.CLIENT_HZ, heard(frames[50:])) > 0.9
        client = await harness.heard_by_client(call)
        assert share_of(people.ROBOT_HZ, client) > 0.9
        loud = sum(
            share_of(people.ROBOT_HZ, client[at : at + FRAME_BYTES]) > 0.5 for at in range(0, len(client), FRAME_BYTES)
        )
        assert loud * FRAME_S == pytest.approx(1.5, abs=0.2), "the phrase arrived whole"

    async def test_a_tick_comes_every_20_ms_and_silence_is_said_when_nothing_is_played(
        self, harness: LineHarness
    ) -> None:
        call = await harness.line.dial(self.spec(people.LISTENER))
        frames = await first(call, 2.0)
        await call.hang_up()
        ten_ticks_s = [later.at_s - before.at_s for before, later in zip(frames, frames[10:], strict=False)]
        assert median(ten_ticks_s) == pytest.approx(10 * FRAME_S, abs=FRAME_S / 4), "some may be late, the pace is kept"
        assert all(is_hushed(frame.said) for frame in frames)
        assert all(later.at_s >= before.at_s for before, later in itertools.pairwise(frames))
        assert all(len(frame.heard) % 2 == 0 for frame in frames)

    async def test_phrases_are_said_in_order_and_exactly(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.LISTENER))
        one, two = tone(people.ROBOT_HZ, 0.2), tone(people.CLIENT_HZ, 0.2)
        playing = call.play(one), call.play(two)
        frames = await first(call, 1.0)
        await call.hang_up()
        assert one + two in said(frames)
        assert all(playback.done and not playback.cut_short for playback in playing)

    async def test_a_stopped_phrase_falls_silent_within_two_ticks(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.LISTENER))
        playback = call.play(tone(people.ROBOT_HZ, 5.0))
        silent_after = 0
        async for frame in call.frames():
            if playback.cut_short:
                silent_after += 1
                if is_hushed(frame.said):
                    break
            elif playback.played_ms >= 200:
                playback.stop()
        await call.hang_up()
        assert silent_after <= 2
        assert playback.cut_short

    async def test_two_calls_do_not_mix(self, harness: LineHarness) -> None:
        calls = await asyncio.gather(
            harness.line.dial(self.spec(people.TALKER)), harness.line.dial(self.spec(people.SECOND_TALKER))
        )
        one, two = await asyncio.gather(*(first(call, 1.5) for call in calls))
        await asyncio.gather(*(call.hang_up() for call in calls))
        assert share_of(people.CLIENT_HZ, heard(one[30:])) > 0.9
        assert share_of(people.SECOND_CLIENT_HZ, heard(two[30:])) > 0.9

    async def test_a_slow_consumer_delays_nothing_and_misses_nothing(self, harness: LineHarness) -> None:
        slow = await harness.line.dial(self.spec(people.LISTENER))
        clock = await harness.line.dial(self.spec(people.LISTENER))  # its second is not older than the other's
        phrase = tone(people.ROBOT_HZ, 0.5)
        playback = slow.play(phrase)
        await first(clock, 1.0)
        assert playback.done, "it was said while nobody read the ticks"
        await asyncio.gather(slow.hang_up(), clock.hang_up())
        frames = [frame async for frame in slow.frames()]
        assert phrase in said(frames)
        assert len(frames) >= 45

    @pytest.mark.parametrize(
        ("number", "error"),
        [
            (people.BUSY, Busy),
            (people.REJECTS, Rejected),
            (people.UNKNOWN, UnknownNumber),
            (people.CONGESTED, Congestion),
            (people.FORBIDDEN, Congestion),
        ],
        ids=["busy", "rejects", "unknown", "congested", "forbidden"],
    )
    async def test_a_call_not_taken_says_why(self, harness: LineHarness, number: str, error: type[DialError]) -> None:
        spec = self.spec(number)
        with pytest.raises(error) as caught:
            await harness.line.dial(spec)
        assert type(caught.value) is error
        assert spec.call_id not in await harness.line.live_calls()

    async def test_it_rings_until_the_ring_timeout(self, harness: LineHarness) -> None:
        started_s = asyncio.get_running_loop().time()
        spec = self.spec(people.NO_ANSWER, ring_timeout_s=2.0)
        with pytest.raises(NoAnswer):
            await harness.line.dial(spec)
        assert 1.8 <= asyncio.get_running_loop().time() - started_s <= HANGS_S
        assert spec.call_id not in await harness.line.live_calls()

    async def test_the_client_hangs_up(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.SHORT_TALKER))
        frames = [frame async for frame in call.frames()]
        assert share_of(people.CLIENT_HZ, heard(frames)) > 0.8
        assert people.SHORT_TALK_S - 0.5 <= len(frames) * FRAME_S < HANGS_S, "it ends with him"
        assert call.ended is not None
        assert call.ended.by is EndedBy.CLIENT
        assert call.ended.cause == "normal_clearing"
        await call.hang_up()
        assert call.ended.by is EndedBy.CLIENT, "hanging up an ended call changes nothing"
        assert call.play(tone(people.ROBOT_HZ, 0.1)).started is False

    async def test_the_robot_hangs_up_and_twice_is_harmless(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.TALKER))
        await first(call, 0.2)
        await call.hang_up()
        ended = call.ended
        await call.hang_up()
        assert ended is not None
        assert ended.by is EndedBy.ROBOT
        assert call.ended == ended
        await eventually(lambda: self._gone(harness, call))

    async def test_frames_end_when_the_robot_hangs_up(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.TALKER))
        count = 0
        async with asyncio.timeout(HANGS_S):
            async for _ in call.frames():
                count += 1
                if count == 10:
                    await call.hang_up()
        assert 10 <= count <= 15

    async def test_cancelling_a_dial_takes_the_ringing_call_down(self, harness: LineHarness) -> None:
        spec = self.spec(people.SLOW, ring_timeout_s=30.0)
        dialing = asyncio.create_task(harness.line.dial(spec))

        async def rings() -> bool:
            return spec.call_id in await harness.line.live_calls()

        await eventually(rings)
        dialing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialing

        async def gone() -> bool:
            return not await rings()

        await eventually(gone)

    async def test_a_call_cancelled_before_it_rings_never_rings_on(self, harness: LineHarness) -> None:
        spec = self.spec(people.SLOW, ring_timeout_s=30.0)
        dialing = asyncio.create_task(harness.line.dial(spec))
        clock = await harness.line.dial(self.spec(people.LISTENER)) if dialing.cancel() else None
        with pytest.raises(asyncio.CancelledError):
            await dialing
        assert clock is not None
        await first(clock, 1.0)
        assert spec.call_id not in await harness.line.live_calls()
        await clock.hang_up()

    async def test_end_call_takes_down_what_live_calls_found(self, harness: LineHarness) -> None:
        call = await harness.line.dial(self.spec(people.TALKER))
        assert call.call_id in await harness.line.live_calls()
        await harness.line.end_call(call.call_id)
        async with asyncio.timeout(HANGS_S):
            async for _ in call.frames():
                pass
        assert call.ended is not None
        await eventually(lambda: self._gone(harness, call))
        await harness.line.end_call(call.call_id)
        await harness.line.end_call(uuid4())

    @pytest.mark.parametrize(
        "number",
        [
            "",
            "+",
            "84951110001",
            "+7495111000a",
            "+74951110001\r\nAction: Originate",
            "+74951110001@evil.example",
            "+74951110001/n",
            "+٧٤٩٥١١١٠٠٠١",
            "+7" + "1" * 40,
            " +74951110001",
            "+74951110001\n",
        ],
    )
    async def test_what_is_no_e164_number_is_refused_before_it_rings(self, harness: LineHarness, number: str) -> None:
        spec = self.spec(number)
        with pytest.raises(UnsafeValue):
            await harness.line.dial(spec)
        assert spec.call_id not in await harness.line.live_calls()

    async def test_an_extension_of_the_office_is_dialed_where_it_is_said_to_be_one(self, harness: LineHarness) -> None:
        call = await harness.line.dial(CallSpec(uuid4(), people.DESK, ring_timeout_s=8.0, office=True))
        frames = await first(call, 0.8)
        await call.hang_up()
        assert share_of(people.SECOND_CLIENT_HZ, heard(frames[20:])) > 0.9
        with pytest.raises(UnsafeValue):
            await harness.line.dial(self.spec(people.DESK))

    @pytest.mark.parametrize("number", ["", "1", "1234567", "+101", "10a", "101@evil.example", "١٠١", people.LISTENER])
    async def test_what_is_no_extension_is_not_dialed_as_one(self, harness: LineHarness, number: str) -> None:
        with pytest.raises(UnsafeValue):
            await harness.line.dial(CallSpec(uuid4(), number, office=True))

    @pytest.mark.parametrize(
        "name", ["A\r\nAction: Originate", "A\nB", "A\x00B", "A\u2028Channel: B", "A\x85B", "\ud800"]
    )
    async def test_a_name_that_would_inject_is_refused(self, harness: LineHarness, name: str) -> None:
        with pytest.raises(UnsafeValue):
            await harness.line.dial(self.spec(people.LISTENER, caller_name=name))

    async def test_a_line_that_runs_is_healthy(self, harness: LineHarness) -> None:
        async def healthy() -> bool:
            return (await harness.line.health()).ok

        await eventually(healthy)
