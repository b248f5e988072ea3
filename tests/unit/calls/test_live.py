"""People at a talk under way: they listen in, take the client over, hang up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from robot.calls.live import LiveBoard, LiveCall
from robot.calls.monitor import MOST_WAITING, Tap
from robot.calls.summary import SUMMARY
from robot.domain.calls import CallResult
from robot.domain.outcomes import Outcome
from robot.domain.retry import HUNG_UP_BY_PERSON, RetryPolicy
from robot.speech.fake import decode, encode
from scripts_dialog import actions as act
from scripts_dialog import events as ev
from scripts_dialog import outcomes
from telephony.audio import FRAME_BYTES, SILENCE
from telephony.base import Frame
from telephony.fake import Answer, Decline, HangUp, Hear, Silence, Step, UntilSaid
from telephony.simulated.subscriber import PickUp
from tests.contracts.people import CLIENT_HZ, SECOND_CLIENT_HZ, share_of, tone
from tests.unit.calls.test_session_transfer import DESK, LISTEN, Script, Stage

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

ATTEMPT = UUID(int=7)


class Chatter(Script):
    """Asks again and again, whatever is answered."""

    def step(self, event: ev.Event, now: datetime) -> list[act.Action]:
        self.events.append(event)
        if isinstance(event, ev.HungUp):
            return [act.End(outcomes.Outcome.REFUSED, "hung_up")]
        return [act.Say("more", "расскажите ещё"), LISTEN]


TALKS: Sequence[Step] = [Answer(), UntilSaid(), Silence(300), Hear(encode("да")), UntilSaid(), Silence(300)]

Deed = Callable[[LiveCall], Awaitable[object]]


async def talked(
    tmp_path: Path, client: Sequence[Step], manager: Sequence[Step], deed: Deed
) -> tuple[Stage, CallResult]:
    """A talk in which somebody does something a second after it began."""
    stage, board = Stage(tmp_path, client, manager), LiveBoard()
    stage.script = Chatter()
    stage.caller._conversations._live = board
    calling = asyncio.create_task(stage.call())
    while (live := board.get(ATTEMPT)) is None:
        await asyncio.sleep(0.02)
    await asyncio.sleep(1)
    assert live is not None
    await deed(live)
    result = await calling
    assert board.get(ATTEMPT) is None, "it is no talk under way any more"
    assert await stage.line.live_calls() == frozenset()
    return stage, result


async def test_a_person_takes_the_client_over_while_the_talk_goes_on(tmp_path: Path) -> None:
    told: list[bool] = []

    async def take(live: LiveCall) -> None:
        told.append(await live.take_over(DESK))

    more = [Hear(encode("ещё вопрос")), Silence(1500), Hear(tone(CLIENT_HZ, 30))]
    manager = [Answer(3.0), Silence(4000), Hear(tone(SECOND_CLIENT_HZ, 3.0)), HangUp()]
    stage, result = await talked(tmp_path, [*TALKS, *more], manager, take)

    assert told == [True]
    assert (result.outcome, result.reason) == (Outcome.TRANSFERRED, "taken_over")
    assert ev.Heard("ещё вопрос", 1.0) in stage.script.events, "heard while the manager's telephone rang"
    assert decode(stage.line.played[1])[0].startswith("Клиент Иван.")
    assert share_of(CLIENT_HZ, stage.line.played[1][-8000:]) > 0.9, "the manager hears the client"
    assert share_of(SECOND_CLIENT_HZ, stage.line.played[0][-8000:]) > 0.9, "and the client hears him, and no robot"
    assert SUMMARY in result.collected


async def test_nobody_answers_and_the_talk_was_never_disturbed(tmp_path: Path) -> None:
    told: list[bool] = []

    async def take(live: LiveCall) -> None:
        told.append(await live.take_over(DESK))

    client = [*TALKS, Hear(encode("слушаю")), UntilSaid(), HangUp()]
    stage, result = await talked(tmp_path, client, [Decline(PickUp.NO_ANSWER)], take)

    assert told == [False]
    assert (result.outcome, result.reason) == (Outcome.REFUSED, "hung_up")
    assert stage.script.events[-1] == ev.HungUp(ev.Side.CLIENT)
    assert SUMMARY not in result.collected


async def test_a_client_who_leaves_meanwhile_stops_the_ringing(tmp_path: Path) -> None:
    told: list[bool] = []

    async def take(live: LiveCall) -> None:
        told.append(await live.take_over(DESK))

    _, result = await talked(tmp_path, [*TALKS, HangUp()], [Answer(20.0)], take)

    assert told == [False]
    assert result.ended_by == "client"


async def test_only_one_person_rings_at_a_time(tmp_path: Path) -> None:
    told: list[bool] = []

    async def take_twice(live: LiveCall) -> None:
        told.extend(await asyncio.gather(live.take_over(DESK), live.take_over(DESK)))

    stage, _ = await talked(tmp_path, [*TALKS, Silence(20_000)], [Answer(1.0), Silence(2000), HangUp()], take_twice)

    assert sorted(told) == [False, True]
    assert [spec.number for spec in stage.line.dialed].count(DESK) == 1


async def test_a_number_that_may_not_be_rung_changes_nothing(tmp_path: Path) -> None:
    told: list[bool] = []

    async def take(live: LiveCall) -> None:
        told.append(await live.take_over("112"))
        told.append(await live.take_over("не номер"))

    stage, _ = await talked(tmp_path, [*TALKS, HangUp()], [], take)

    assert told == [False, False]
    assert len(stage.line.dialed) == 1


async def test_a_person_hangs_up_and_the_robot_does_not_call_back(tmp_path: Path) -> None:
    _, result = await talked(tmp_path, [*TALKS, Silence(60_000)], [], lambda live: live.take_down())

    assert (result.outcome, result.reason, result.ended_by) == (Outcome.INTERRUPTED, HUNG_UP_BY_PERSON, "robot")
    assert RetryPolicy().next_due(result, attempts=1) is None


async def test_a_listener_hears_both_sides_to_the_end(tmp_path: Path) -> None:
    heard = bytearray()

    async def listen(live: LiveCall) -> None:
        with live.listening() as tap:
            while (chunk := await tap.chunk()) is not None:
                heard.extend(chunk)

    stage, _ = await talked(tmp_path, [*TALKS, Hear(tone(CLIENT_HZ, 3)), HangUp()], [], listen)

    both = np.frombuffer(bytes(heard), "<i2").reshape(-1, 2)
    client, robot = both[:, 0], both[:, 1]
    assert share_of(CLIENT_HZ, client[-16_000:].tobytes()) > 0.9
    assert robot[: 3 * 8000].tobytes() in stage.line.played[0], "sample by sample what the client heard"
    assert robot.any()


async def test_a_slow_listener_goes_on_with_what_is_said_now() -> None:
    tap = Tap()
    for number in range(MOST_WAITING + 10):
        tap.add(Frame(number / 50, bytes([number % 128, 0]) * (FRAME_BYTES // 2), SILENCE))
    first = await tap.chunk()
    assert first is not None
    assert first[0] == 10, "the oldest were dropped"


async def test_an_uneven_line_keeps_both_sides_aligned() -> None:
    tap, loud = Tap(), b"\x01\x00" * (FRAME_BYTES // 2)
    for heard in (b"", loud * 2, b"", loud * 30, b""):
        tap.add(Frame(0.0, heard, SILENCE))
    tap.close()
    sides = []
    while (chunk := await tap.chunk()) is not None:
        assert len(chunk) == 2 * FRAME_BYTES
        sides.append(bool(np.frombuffer(chunk, "<i2")[::2].any()))
    assert sides == [False, True, True, True, False], "what comes too late is lost, not late"
