"""The simulated people on the simulated line, on a virtual clock."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from telephony.base import Call, CallSpec, EndedBy
from telephony.errors import Busy, DialError, NoAnswer, Rejected, UnknownNumber
from tests.unit.telephony_simulated.puppet import SALES, exchange, is_loud, sound

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime(noop_cycles=0)]


async def test_nobody_answers_a_hint_without_sound() -> None:
    async with exchange() as (line, directory, voices):
        call = await line.dial(CallSpec(uuid4(), directory.number_for("agrees", 0)))
        line.told(call.call_id, SALES[0])
        async for _ in call.frames():
            pass
    greeting, *others = [text for _, text in voices.said]
    assert greeting in {"Алло?", "Да, слушаю.", "Алло, слушаю вас."}
    assert set(others) <= {"Алло?", "Алло, вас не слышно.", "До свидания.", "Всё, до свидания."}


async def test_a_pause_inside_a_phrase_is_waited_out() -> None:
    offer = SALES[1]
    half = sound(offer)[: len(sound(offer)) // 4 * 2]
    async with exchange() as (line, directory, _):
        call = await line.dial(CallSpec(uuid4(), directory.number_for("agrees", 0)))
        started_s, spoken_s, playback = None, [], None
        async for frame in call.frames():
            if is_loud(frame.heard):
                spoken_s.append(frame.at_s)
            if started_s is None and spoken_s and frame.at_s - spoken_s[-1] > 1.0:
                started_s = frame.at_s
                line.told(call.call_id, offer)
                playback = call.play(half + bytes(16 * 600) + half)
            if playback is not None and playback.done and started_s is not None and spoken_s[-1] > started_s:
                await call.hang_up()
    assert playback is not None
    assert started_s is not None
    first_answer_s = next(at_s for at_s in spoken_s if at_s > started_s)
    assert first_answer_s - started_s >= playback.total_ms / 1000


async def test_voicemail_speaks_over_the_robot_beeps_and_records() -> None:
    async with exchange() as (line, directory, voices):
        call = await line.dial(CallSpec(uuid4(), directory.number_for("voicemail", 0)))
        line.told(call.call_id, SALES[0])
        call.play(sound(SALES[0]))
        frames = [frame async for frame in call.frames()]
    loud = [frame.at_s for frame in frames if is_loud(frame.heard)]
    assert len(voices.said) == 1
    assert loud[-1] - loud[0] > 4
    assert call.ended is not None
    assert call.ended.by is EndedBy.CLIENT
    assert frames[-1].at_s - loud[-1] > 5, "it goes on listening after the beep"


@pytest.mark.parametrize(
    ("persona", "error"),
    [("busy", Busy), ("no_answer", NoAnswer), ("rejects", Rejected), ("unknown_number", UnknownNumber)],
)
async def test_some_never_answer(persona: str, error: type[DialError]) -> None:
    with pytest.raises(error):
        async with exchange() as (line, directory, _):
            await line.dial(CallSpec(uuid4(), directory.number_for(persona, 0)))


async def test_a_number_outside_the_plan_is_unknown() -> None:
    async with exchange() as (line, _, _):
        for number in ("+74950991234", "+79161234567", "+749501012345", "+12025550123"):
            with pytest.raises(UnknownNumber):
                await line.dial(CallSpec(uuid4(), number))


async def test_clients_on_the_line_at_once_keep_apart() -> None:
    async with exchange() as (line, directory, voices):
        numbers = [directory.number_for(name, index) for name in ("agrees", "not_interested") for index in range(4)]
        calls = await asyncio.gather(*(line.dial(CallSpec(uuid4(), number)) for number in numbers))
        assert await line.live_calls() == {call.call_id for call in calls}
        for call in calls:
            line.told(call.call_id, SALES[0])
            call.play(bytes(16 * 1500) + sound(SALES[0]))
        await asyncio.gather(*(_until_answered(call) for call in calls))
        assert await line.live_calls() == frozenset()
    refusals = sum("интересно" in text or "не нужно" in text for _, text in voices.said)
    assert refusals == 4


async def _until_answered(call: Call) -> None:
    count = 0
    async for frame in call.frames():
        count += 1
        if count > 500 and is_loud(frame.heard):
            await call.hang_up()
