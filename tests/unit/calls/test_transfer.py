"""Live transfer: whom to ring, what he is told, and two people joined through a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
import pytest

from robot.calls.channels import Channels
from robot.calls.hold_music import LEVEL_DB, hold_music
from robot.calls.managers import TransferTargets
from robot.calls.relay import LAG_LIMIT_MS, Relay
from robot.calls.summary import LONGEST, summary, whisper
from robot.calls.transfer import LineBridge, TransferSettings, legs
from robot.calls.transfer_ports import Destination
from robot.domain.calls import CallTask, ClaimedTask, TaskState, Turn
from robot.domain.campaigns import Campaign
from robot.domain.people import Lead
from robot.speech.errors import SynthesisFailed
from telephony.audio import FRAME_MS, SAMPLE_RATE_HZ
from telephony.base import Call, CallSpec
from telephony.fake import Answer, Decline, HangUp, Hear, ScriptedLine, Silence, Step
from telephony.playback import OutgoingAudio, Playback
from telephony.simulated.subscriber import PickUp
from tests.contracts.people import CLIENT_HZ, ROBOT_HZ, SECOND_CLIENT_HZ, share_of, tone

pytestmark = [pytest.mark.unit, pytest.mark.asyncio, pytest.mark.looptime]

CLIENT, DESK, MOBILE = "+74950100001", "101", "+74950100002"
WHISPER_S = 1.0


# Whom to ring


def targets(refused: Sequence[str] = (), **table: Sequence[str]) -> TransferTargets:
    return TransferTargets(table, lambda number: "premium" if number in refused else None)


async def test_a_word_means_several_telephones_in_their_order() -> None:
    reach = targets(sales=["101", "8 (495) 123-45-67"]).reach
    assert reach(" Sales ") == [Destination("101", office=True), Destination("+74951234567")]


async def test_a_script_may_name_an_extension_or_a_number_itself() -> None:
    assert targets().reach("2044") == [Destination("2044", office=True)]
    assert targets().reach("+74951234567") == [Destination("+74951234567")]


@pytest.mark.parametrize("word", ["", " ", "nobody", "112", "101", "sales\r\nAction: Originate", "+7", "1234567"])
async def test_what_means_nobody_rings_nobody(word: str) -> None:
    assert targets(support=["201"]).reach(word) == []


async def test_a_number_the_toll_guard_refuses_is_never_dialed() -> None:
    reach = targets(refused=["+78091234567", "+74951234567"], sales=["+74951234567", "201"]).reach
    assert reach("sales") == [Destination("201", office=True)]
    assert reach("+74951234567") == []


# What he is told


def claimed(**lead: str) -> ClaimedTask:
    task = CallTask(1, 1, 1, TaskState.CLAIMED, datetime(2026, 11, 23, tzinfo=UTC))
    campaign = Campaign(1, "cold", "Холодные звонки", "cold_call", facts={"product": "реклама в картах"})
    return ClaimedTask(task, Lead(1, CLIENT, **lead), campaign)  # type: ignore[arg-type]


async def test_the_manager_hears_who_it_is_and_what_about() -> None:
    assert whisper(claimed(name="Иван Петров", company="Ромашка"), {}) == (
        "Клиент Иван Петров, компания Ромашка. Тема: реклама в картах. Соединяю."
    )
    assert whisper(claimed(), {"lead.need": "сайт."}) == "Клиент. Тема: сайт. Соединяю."


async def test_the_card_tells_who_was_learnt_what_and_what_was_objected() -> None:
    turns = [
        Turn(1, "greeting", heard="да", kind="answer", intent="yes"),
        Turn(2, "offer", heard="ой это дорого", kind="objection", intent="expensive"),
        Turn(3, "offer", heard="позовите человека", kind="objection", intent="operator"),
    ]
    told = summary(
        claimed(name="Иван", company="Ромашка", city="Пермь"),
        turns,
        {"lead.need": "сайт", "callback.at": "x"},
        "Готово.",
    )
    assert told.splitlines() == [
        "Клиент: Иван, Ромашка, Пермь.",
        "Кампания: Холодные звонки.",
        "Узнали: задача: сайт.",
        "Возражения: дорого («ой это дорого»).",
        "Последние слова роботу: «позовите человека».",
        "Готово.",
    ]


async def test_a_hostile_card_makes_no_line_of_its_own_and_no_endless_speech() -> None:
    hostile = claimed(name="Иван\r\nКампания: другая\u2028x", company="слово " * 100)
    assert len(summary(hostile, [], {}).splitlines()) == 2
    assert len(whisper(hostile, {})) < 3 * LONGEST


# Sound


async def test_the_tune_is_soft_has_no_seam_and_no_clipping() -> None:
    samples = np.frombuffer(hold_music(), "<i2").astype(float)
    level = 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32768)
    assert level == pytest.approx(LEVEL_DB, abs=0.2)
    assert np.abs(samples).max() < 16_000
    assert len(hold_music()) % (2 * SAMPLE_RATE_HZ * FRAME_MS // 1000) == 0
    steps = np.abs(np.diff(samples))
    assert abs(samples[0] - samples[-1]) <= steps.max(), "it may be repeated"
    for second in range(len(samples) // SAMPLE_RATE_HZ):
        assert np.abs(samples[second * SAMPLE_RATE_HZ : (second + 1) * SAMPLE_RATE_HZ]).max() > 300, "never silent"


class Ear:
    """The far end of a relay: takes a frame a tick."""

    def __init__(self) -> None:
        self._outgoing = OutgoingAudio()

    def play(self, pcm: bytes) -> Playback:
        return self._outgoing.play(pcm)

    def tick(self) -> bytes:
        return self._outgoing.next_frame()


async def test_a_relay_keeps_every_sample_however_the_network_cut_it() -> None:
    ear = Ear()
    relay = Relay(ear)  # type: ignore[arg-type]
    sent = tone(CLIENT_HZ, 1.0)
    heard = b""
    at = 0
    for size in [480, 160, 0, 640, 320] * 10:
        relay.carry(sent[at : at + size])
        at += size
        heard += ear.tick()
    assert relay.dropped_ms == 0
    assert sent[: at - 320] in heard.replace(bytes(320), b"")


async def test_a_clock_that_is_too_fast_costs_frames_and_never_time() -> None:
    ear = Ear()
    relay = Relay(ear)  # type: ignore[arg-type]
    for tick in range(1000):
        relay.carry(tone(CLIENT_HZ, 0.04 if tick % 10 == 0 else 0.02))
        ear.tick()
    assert relay.dropped_ms == pytest.approx(100 * FRAME_MS - LAG_LIMIT_MS, abs=2 * FRAME_MS)


# Two people on a line


class Voice:
    """Says everything as a tone of its own."""

    def __init__(self, *, fails: bool = False) -> None:
        self.said: list[str] = []
        self._fails = fails

    async def speech(self, text: str) -> bytes:
        self.said.append(text)
        if self._fails:
            raise SynthesisFailed("no voice")
        return tone(ROBOT_HZ, WHISPER_S)


@dataclass
class Stage:
    """The client's call, its frames followed as a session does."""

    line: ScriptedLine
    bridge: LineBridge
    client: Call
    channels: Channels
    voice: Voice
    said: bytearray = field(default_factory=bytearray)

    async def listen(self) -> None:
        async for frame in self.client.frames():
            self.said += frame.said
            self.bridge.hear(frame)
        self.bridge.client_left()

    async def connect(self, whom: str = "sales") -> bool:
        listening = asyncio.create_task(self.listen())
        ok = await self.bridge.connect(whom, {})
        await self.client.hang_up()
        await listening
        return ok


@asynccontextmanager
async def stage(
    client: Sequence[Step],
    managers: Mapping[str, Sequence[Step]],
    settings: TransferSettings | None = None,
    voice: Voice | None = None,
) -> AsyncIterator[Stage]:
    line = ScriptedLine({CLIENT: client, **managers})
    serving = asyncio.create_task(line.run())
    call = await line.dial(CallSpec(uuid4(), CLIENT))
    channels, voice = Channels(4), voice or Voice()
    bridge = LineBridge(
        call,
        line=line,
        managers=targets(sales=list(managers)),
        announce=lambda _collected: "Клиент",
        phrases=voice,
        channels=channels,
        settings=settings or TransferSettings(),
    )
    try:
        yield Stage(line, bridge, call, channels, voice)
    finally:
        serving.cancel()
        await asyncio.wait([serving])


TALKS = Hear(tone(CLIENT_HZ, 60))


async def test_client_and_manager_hear_each_other_after_the_whisper() -> None:
    manager = [Answer(2.0), Silence(3000), Hear(tone(SECOND_CLIENT_HZ, 4.0)), HangUp()]
    async with stage([Answer(), TALKS], {DESK: manager}) as on:
        assert await on.connect()
        client_heard, manager_heard = on.line.played
    assert [spec.number for spec in on.line.dialed] == [CLIENT, DESK]
    assert on.line.dialed[1].office
    whispered, talked = manager_heard[: int(16_000 * WHISPER_S)], manager_heard[int(16_000 * (WHISPER_S + 0.1)) :]
    assert share_of(ROBOT_HZ, whispered) > 0.9
    assert share_of(CLIENT_HZ, talked) > 0.9
    rang, joined = client_heard[: 16_000 * 2], client_heard[-16_000 * 3 :]
    assert np.abs(np.frombuffer(rang, "<i2")).max() > 300, "music while it rings"
    assert share_of(ROBOT_HZ, client_heard) < 0.1, "the client does not hear the whisper"
    assert share_of(SECOND_CLIENT_HZ, joined) > 0.9
    assert on.bridge.talked_s == pytest.approx(6.0, abs=0.1)
    assert on.bridge.reached == "sales"
    assert bytes(on.said) == client_heard, "the recording's robot side holds music and manager"


async def test_the_manager_hangs_up_and_the_client_is_the_robots_again() -> None:
    async with stage([Answer(), TALKS], {DESK: [Answer(), Silence(2000), HangUp()]}) as on:
        listening = asyncio.create_task(on.listen())
        assert await on.bridge.connect("sales", {})
        assert on.client.ended is None, "the session ends it, when its script has"
        await on.client.hang_up()
        await listening


async def test_the_client_hangs_up_and_the_manager_is_hung_up() -> None:
    async with stage([Answer(), Silence(5000), HangUp()], {DESK: [Answer(), TALKS]}) as on:
        assert await on.connect(), "they have talked"
        assert on.bridge.talked_s == pytest.approx(4.0, abs=0.2)
        await asyncio.sleep(0.1)
        assert await on.line.live_calls() == frozenset()


async def test_a_client_who_leaves_while_it_rings_stops_the_ringing() -> None:
    async with stage([Answer(), Silence(3000), HangUp()], {DESK: [Answer(20.0)], MOBILE: [Answer()]}) as on:
        assert not await on.connect()
        assert asyncio.get_running_loop().time() < 4
        assert await on.line.live_calls() == frozenset()
    assert [spec.number for spec in on.line.dialed] == [CLIENT, DESK], "nobody else is rung for him"


async def test_a_client_who_leaves_during_the_whisper_leaves_no_manager_on_the_line() -> None:
    async with stage([Answer(), Silence(1500), HangUp()], {DESK: [Answer(1.0), TALKS]}) as on:
        assert not await on.connect()
        assert not on.bridge.joined
        await asyncio.sleep(0.1)
        assert await on.line.live_calls() == frozenset()


@pytest.mark.parametrize(
    "first",
    [
        [Decline(PickUp.BUSY, 0.5)],
        [Decline(PickUp.REJECT, 0.5)],
        [Decline(PickUp.NO_ANSWER)],
        [Decline(PickUp.UNKNOWN_NUMBER)],
        [Answer(), Silence(400), HangUp()],
    ],
    ids=["busy", "rejects", "no_answer", "unknown", "hangs_up_in_the_whisper"],
)
async def test_who_cannot_be_had_is_followed_by_the_next(first: Sequence[Step]) -> None:
    settings = TransferSettings(ring_s=5.0)
    async with stage([Answer(), TALKS], {DESK: first, MOBILE: [Answer(), Silence(2000), HangUp()]}, settings) as on:
        assert await on.connect()
    assert [spec.number for spec in on.line.dialed] == [CLIENT, DESK, MOBILE]
    assert len({spec.call_id for spec in on.line.dialed}) == 3


async def test_nobody_answers_in_time_and_the_music_stops() -> None:
    settings = TransferSettings(ring_s=5.0, wait_s=8.0)
    nobody = {number: [Decline(PickUp.NO_ANSWER)] for number in (DESK, MOBILE, "201")}
    async with stage([Answer(), TALKS], nobody, settings) as on:
        listening = asyncio.create_task(on.listen())
        assert not await on.bridge.connect("sales", {})
        assert asyncio.get_running_loop().time() == pytest.approx(8.0, abs=0.3), "and no longer than this"
        assert len(on.line.dialed) == 3, "two managers, the second one shortly"
        assert on.channels.free == 4
        before = len(on.said)
        await asyncio.sleep(1.0)
        assert not any(on.said[before + 640 :]), "the robot speaks next"
        await on.client.hang_up()
        await listening


async def test_music_goes_on_as_long_as_it_rings() -> None:
    async with stage([Answer(), TALKS], {DESK: [Decline(PickUp.NO_ANSWER)]}, TransferSettings(ring_s=40)) as on:
        await on.connect()
    seconds = [on.said[at : at + 16_000] for at in range(0, 39 * 16_000, 16_000)]
    assert all(np.abs(np.frombuffer(bytes(second), "<i2")).max() > 300 for second in seconds)


async def test_without_a_voice_they_are_joined_all_the_same() -> None:
    talks = [Answer(), Silence(3000), HangUp()]
    async with stage([Answer(), TALKS], {DESK: talks}, voice=Voice(fails=True)) as on:
        assert await on.connect()


async def test_people_do_not_talk_for_ever() -> None:
    async with stage([Answer(), TALKS], {DESK: [Answer()]}, TransferSettings(talk_s=10.0)) as on:
        assert await on.connect()
        assert on.bridge.talked_s == pytest.approx(10, abs=0.1)


async def test_a_cancelled_call_leaves_no_manager_behind() -> None:
    async with stage([Answer(), TALKS], {DESK: [Answer(), TALKS]}) as on:
        connecting = asyncio.create_task(on.bridge.connect("sales", {}))
        await asyncio.sleep(3.0)
        assert on.bridge.joined
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        await asyncio.sleep(0.1)
        assert await on.line.live_calls() == {on.client.call_id}
        assert on.channels.free == 4


async def test_a_leg_takes_a_channel_and_is_known_after_a_restart() -> None:
    async with stage([Answer(), TALKS], {DESK: [Answer()]}, TransferSettings(talk_s=5.0)) as on:
        listening = asyncio.create_task(on.listen())
        connecting = asyncio.create_task(on.bridge.connect("sales", {}))
        await asyncio.sleep(2.0)
        assert on.channels.free == 3
        live = await on.line.live_calls()
        assert live - {on.client.call_id} <= set(legs(on.client.call_id))
        assert len(live) == 2
        await connecting
        await on.client.hang_up()
        await listening
