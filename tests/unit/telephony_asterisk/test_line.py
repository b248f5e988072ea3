"""The Asterisk line when AMI misbehaves: answers lost, the connection gone at the worst moment, events in any order.

AMI is in the test's hands, the audio is real AudioSocket over loopback.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import pytest

from telephony.asterisk.ami.base import AmiEvent, AmiReply
from telephony.asterisk.audiosocket import HANG_UP, Decoder, Kind, encode
from telephony.asterisk.line import AsteriskLine, Refusal
from telephony.asterisk.media import Direction
from telephony.asterisk.settings import AsteriskSettings
from telephony.audio import FRAME_BYTES
from telephony.base import Call, CallSpec, EndedBy
from telephony.errors import AmiRefused, AmiTimeout, Busy, Congestion, LineDown, NoAnswer, UnsafeValue
from tests.conftest import HANGS_S
from tests.unit.telephony_asterisk.ami_peers import ScriptedAmi

pytestmark = pytest.mark.unit

OK = AmiReply(True, {})


@pytest.fixture(autouse=True)
def patient_audio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.asterisk.audio_server.UUID_WAIT_S", HANGS_S)


@pytest.fixture
def ami() -> ScriptedAmi:
    return ScriptedAmi()


@pytest.fixture
async def line(ami: ScriptedAmi) -> AsyncIterator[AsteriskLine]:
    line = AsteriskLine(AsteriskSettings(audio_port=0, trunk="telco", connect_wait_s=0.2), ami)
    work = asyncio.create_task(line.run())
    await until(lambda: ami.is_heard)
    try:
        yield line
    finally:
        work.cancel()
        await asyncio.wait([work])


def spec(ring_timeout_s: float = HANGS_S) -> CallSpec:
    return CallSpec(uuid4(), "+74951110001", ring_timeout_s=ring_timeout_s)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it holds."""
    async with asyncio.timeout(HANGS_S):
        while not condition():
            await asyncio.sleep(0)


def channels(*call_ids: UUID) -> AmiReply:
    items = [
        AmiEvent("CoreShowChannel", {"Channel": "PJSIP/telco-01", "Uniqueid": str(call_id)}) for call_id in call_ids
    ]
    return AmiReply(True, {}, tuple(items))


def hanging_up(ami: ScriptedAmi) -> Callable[[dict[str, str]], AmiReply]:
    """The reply to Hangup of an Asterisk that has the channel."""

    def reply(fields: dict[str, str]) -> AmiReply:
        ami.emit("Hangup", Uniqueid=fields["Channel"], Cause="16")
        return AmiReply(True, {})

    return reply


async def dialed(line: AsteriskLine, ami: ScriptedAmi, call: CallSpec) -> asyncio.Task[Call]:
    before = ami.count("Originate")
    dialing = asyncio.create_task(line.dial(call))
    await until(lambda: ami.count("Originate") > before)
    return dialing


@asynccontextmanager
async def audio_of_last_dial(ami: ScriptedAmi) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Asterisk's end of the audio, as the last Originate asked for it."""
    data = [fields for name, fields in ami.asked if name == "Originate"][-1]["Data"]
    token, _, address = data.partition(",")
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(encode(Kind.UUID, UUID(token).bytes))
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_the_audio_credential_is_not_the_call_id(line: AsteriskLine, ami: ScriptedAmi) -> None:
    call = spec()
    dialing = await dialed(line, ami, call)
    assert str(call.call_id) not in ami.asked[-1][1]["Data"]
    ami.emit("Hangup", Uniqueid=str(call.call_id), Cause="17")
    with pytest.raises(Busy):
        await dialing


@pytest.mark.parametrize("lost", [AmiTimeout("no answer"), LineDown("cut")])
async def test_a_lost_answer_to_the_dial_is_not_dialed_again_and_the_call_is_still_taken(
    line: AsteriskLine, ami: ScriptedAmi, lost: Exception
) -> None:
    call = spec()
    ami.replies = {"Originate": [lost], "CoreShowChannels": [channels(call.call_id)]}
    dialing = await dialed(line, ami, call)
    async with audio_of_last_dial(ami):
        assert (await dialing).call_id == call.call_id
    assert ami.count("Originate") == 1


async def test_a_lost_answer_and_no_such_channel_is_the_lines_fault(line: AsteriskLine, ami: ScriptedAmi) -> None:
    ami.replies = {
        "Originate": [AmiTimeout("no answer")],
        "CoreShowChannels": [channels()],
        "Hangup": [AmiReply(False, {"Message": "No such channel"})],
    }
    with pytest.raises(LineDown):
        await line.dial(spec())
    assert ami.count("Originate") == 1


async def test_ami_lost_while_it_rings_and_back_the_call_goes_on(line: AsteriskLine, ami: ScriptedAmi) -> None:
    call = spec()
    dialing = await dialed(line, ami, call)
    ami.emit("Newchannel", Uniqueid=str(call.call_id))
    ami.drop()
    ami.replies = {"CoreShowChannels": [channels(call.call_id)]}
    ami.restore()
    await until(lambda: ami.count("CoreShowChannels") == 1)
    async with audio_of_last_dial(ami):
        assert (await dialing).call_id == call.call_id
    assert ami.count("Originate") == 1


async def test_ami_lost_while_it_rings_and_the_call_gone_meanwhile(line: AsteriskLine, ami: ScriptedAmi) -> None:
    dialing = await dialed(line, ami, spec())
    ami.drop()
    ami.replies = {"CoreShowChannels": [channels()], "Hangup": [AmiReply(False, {})]}
    ami.restore()
    with pytest.raises(LineDown):
        await dialing
    assert ami.count("Originate") == 1


async def test_a_dial_made_after_the_reconnection_is_not_taken_for_lost(line: AsteriskLine, ami: ScriptedAmi) -> None:
    ami.drop()
    ami.replies = {"CoreShowChannels": [channels()]}
    ami.restore()
    dialing = await dialed(line, ami, spec())
    await until(lambda: ami.count("CoreShowChannels") == 1)
    async with audio_of_last_dial(ami):
        assert await dialing


async def test_the_line_down_is_told_before_anything_rings(line: AsteriskLine, ami: ScriptedAmi) -> None:
    ami.drop()
    with pytest.raises(LineDown):
        await line.dial(spec())
    assert not ami.count("Originate")


@pytest.mark.parametrize("order", ["hangup first", "response first"])
async def test_the_cause_counts_in_whichever_order_the_events_come(
    line: AsteriskLine, ami: ScriptedAmi, order: str
) -> None:
    call = spec()
    dialing = await dialed(line, ami, call)
    ami.emit("Newchannel", Uniqueid=str(call.call_id))
    response = {"ActionID": f"dial-{call.call_id}", "Response": "Failure", "Reason": "0"}
    events = [("Hangup", {"Uniqueid": str(call.call_id), "Cause": "17"}), ("OriginateResponse", response)]
    for name, fields in events if order == "hangup first" else reversed(events):
        ami.emit(name, **fields)
    with pytest.raises(Busy):
        await dialing


async def test_a_dial_without_a_channel_blames_the_trunk_when_that_is_down(
    line: AsteriskLine, ami: ScriptedAmi
) -> None:
    for state, error in (("Unreachable", LineDown), ("Reachable", Congestion)):
        ami.replies = {"Getvar": [AmiReply(True, {"Value": state})]}
        call = spec()
        dialing = await dialed(line, ami, call)
        ami.emit("OriginateResponse", ActionID=f"dial-{call.call_id}", Response="Failure", Reason="0")
        with pytest.raises(error) as caught:
            await dialing
        assert caught.value.remedy


async def test_events_of_strangers_and_nonsense_are_passed_over(line: AsteriskLine, ami: ScriptedAmi) -> None:
    call = spec()
    dialing = await dialed(line, ami, call)
    for uniqueid in ("", "1700000000.1", "not-a-uuid", str(uuid4())):
        ami.emit("Hangup", Uniqueid=uniqueid, Cause="17")
        ami.emit("OriginateResponse", ActionID=f"dial-{uniqueid}", Response="Failure", Reason="5")
    ami.emit("Hangup", Uniqueid=str(uuid4()), Cause="seventeen")
    ami.emit("Newexten")
    async with audio_of_last_dial(ami):
        assert await dialing


async def test_nothing_heard_until_the_deadline_is_no_answer_and_the_channel_is_taken_down(
    line: AsteriskLine, ami: ScriptedAmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.asterisk.line.RING_GRACE_S", 0.05)
    call = spec(ring_timeout_s=0.1)
    ami.replies = {"Hangup": [hanging_up(ami)]}
    with pytest.raises(NoAnswer):
        await line.dial(call)
    assert ("Hangup", {"Channel": str(call.call_id)}) in ami.asked


async def test_a_cancelled_dial_is_hung_up_even_when_its_channel_comes_late(
    line: AsteriskLine, ami: ScriptedAmi
) -> None:
    call = spec()
    dialing = await dialed(line, ami, call)
    ami.replies = {"Hangup": [AmiReply(False, {"Message": "No such channel"}), OK]}
    dialing.cancel()
    await until(lambda: ami.count("Hangup") == 1)
    ami.emit("Newchannel", Uniqueid=str(call.call_id))
    await until(lambda: ami.count("Hangup") == 2)
    ami.emit("Hangup", Uniqueid=str(call.call_id), Cause="16")
    with pytest.raises(asyncio.CancelledError):
        await dialing
    async with audio_of_last_dial(ami) as (reader, _):
        assert await reader.read() == HANG_UP, "whoever answers now is not taken"


async def test_one_id_is_never_under_way_twice(line: AsteriskLine, ami: ScriptedAmi) -> None:
    call = spec()
    dialing = await dialed(line, ami, call)
    with pytest.raises(UnsafeValue):
        await line.dial(call)
    async with audio_of_last_dial(ami):
        await dialing
        with pytest.raises(UnsafeValue):
            await line.dial(call)
    assert ami.count("Originate") == 1


async def test_a_missing_right_is_the_line_down_with_its_remedy(line: AsteriskLine, ami: ScriptedAmi) -> None:
    ami.replies = {"Originate": [AmiRefused("not allowed", remedy="mend manager.conf")]}
    with pytest.raises(LineDown) as caught:
        await asyncio.wait_for(line.dial(spec()), HANGS_S)
    assert caught.value.remedy == "mend manager.conf"


async def test_the_audio_ends_and_ami_tells_the_cause_a_moment_later(line: AsteriskLine, ami: ScriptedAmi) -> None:
    dialing = await dialed(line, ami, call := spec())
    async with audio_of_last_dial(ami) as (_, writer):
        answered = await dialing
        ticks = answered.frames()
        await anext(ticks)
        writer.write(HANG_UP)
        ami.emit("Hangup", Uniqueid=str(call.call_id), Cause="16")
        async for _ in ticks:
            pass
    assert answered.ended is not None
    assert (answered.ended.by, answered.ended.cause) == (EndedBy.CLIENT, "normal_clearing")


async def test_hanging_up_on_a_client_who_has_just_hung_up_does_not_take_the_credit(
    line: AsteriskLine, ami: ScriptedAmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.asterisk.call.CAUSE_WAIT_S", HANGS_S)  # it does come, however late we are
    dialing = await dialed(line, ami, call := spec())
    async with audio_of_last_dial(ami) as (reader, writer):
        answered = await dialing
        writer.write(HANG_UP)
        await reader.read()
        hanging_up = asyncio.create_task(answered.hang_up())
        await asyncio.sleep(0)
        ami.emit("Hangup", Uniqueid=str(call.call_id), Cause="16")
        await hanging_up
    assert answered.ended is not None
    assert (answered.ended.by, answered.ended.cause) == (EndedBy.CLIENT, "normal_clearing")


async def test_without_a_cause_a_call_that_breaks_off_was_the_lines(line: AsteriskLine, ami: ScriptedAmi) -> None:
    dialing = await dialed(line, ami, spec())
    async with audio_of_last_dial(ami) as (_, writer):
        answered = await dialing
        writer.transport.abort()
        async for _ in answered.frames():
            pass
    assert answered.ended is not None
    assert (answered.ended.by, answered.ended.cause) == (EndedBy.LINE, "connection_lost")


async def test_digits_and_audio_reach_the_ticks(line: AsteriskLine, ami: ScriptedAmi) -> None:
    dialing = await dialed(line, ami, spec())
    async with audio_of_last_dial(ami) as (reader, writer):
        answered = await dialing
        answered.play(b"\5\0" * 160)
        writer.write(encode(Kind.AUDIO, b"\1\2" * 160) + encode(Kind.DTMF, b"5") + encode(Kind.DTMF, b"#"))
        heard, digits = b"", ""
        async for frame in answered.frames():
            heard += frame.heard
            digits += frame.digits
            if digits == "5#":
                break
        assert heard == b"\1\2" * 160
        assert encode(Kind.AUDIO, b"\5\0" * 160) in await reader.readexactly(5 * (FRAME_BYTES + 3))
        await answered.hang_up()


async def test_a_call_nobody_listens_to_is_given_up(
    line: AsteriskLine, ami: ScriptedAmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telephony.asterisk.call.UNREAD_LIMIT_FRAMES", 5)
    dialing = await dialed(line, ami, spec())
    async with audio_of_last_dial(ami) as (reader, _):
        answered = await dialing
        messages = Decoder().feed(await reader.read(-1))
    assert messages[-1].kind is Kind.HANG_UP
    assert answered.ended is not None
    assert answered.ended.cause == "nobody_listens"


async def test_closing_the_line_hangs_up_answered_and_ringing_calls(ami: ScriptedAmi) -> None:
    line = AsteriskLine(AsteriskSettings(audio_port=0, trunk="telco"), ami)
    ami.replies = {"Hangup": [hanging_up(ami)]}
    work = asyncio.create_task(line.run())
    await until(lambda: ami.is_heard)
    answered_dial = await dialed(line, ami, spec())
    async with asyncio.timeout(HANGS_S), audio_of_last_dial(ami) as (reader, _):
        answered = await answered_dial
        ringing = spec()
        dialing = await dialed(line, ami, ringing)
        work.cancel()
        await asyncio.wait([work])
        assert (await reader.read()).endswith(HANG_UP)
        with pytest.raises((LineDown, NoAnswer)):
            await dialing
    assert answered.ended is not None
    assert answered.ended.cause == "line_closed"
    assert ("Hangup", {"Channel": str(ringing.call_id)}) in ami.asked


async def test_live_calls_are_ours_on_our_trunk_alone(line: AsteriskLine, ami: ScriptedAmi) -> None:
    ours = uuid4()
    strangers = [
        AmiEvent("CoreShowChannel", {"Channel": "PJSIP/telco-02", "Uniqueid": "1700000000.12"}),
        AmiEvent("CoreShowChannel", {"Channel": "PJSIP/other-03", "Uniqueid": str(uuid4())}),
        AmiEvent("CoreShowChannel", {}),
    ]
    ami.replies = {"CoreShowChannels": [AmiReply(True, {}, (*channels(ours).items, *strangers))]}
    assert await line.live_calls() == {ours}
    ami.replies = {"CoreShowChannels": [AmiTimeout("no answer")]}
    with pytest.raises(LineDown):
        await line.live_calls()


async def test_what_the_trunk_loses_is_told(ami: ScriptedAmi) -> None:
    told: list[tuple[Direction, float]] = []
    line = AsteriskLine(
        AsteriskSettings(audio_port=0, trunk="telco"),
        ami,
        on_loss=lambda direction, share: told.append((direction, share)),
    )
    work = asyncio.create_task(line.run())
    await until(lambda: ami.is_heard)
    ami.emit("RTCPSent", Channel="PJSIP/telco-01", Report0FractionLost="128")
    ami.emit("RTCPReceived", Channel="PJSIP/office-01", Report0FractionLost="128")
    work.cancel()
    await asyncio.wait([work])
    assert told == [(Direction.HEARD, 0.5)]


async def test_who_is_turned_away_is_counted(line: AsteriskLine) -> None:
    assert set(line.refused.values()) == {0}
    host, port = line.audio_address.split(":")
    for opening in (encode(Kind.UUID, uuid4().bytes), b"\xff" * 4000):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(opening)
        async with asyncio.timeout(HANGS_S):
            with suppress(ConnectionResetError):
                await reader.read()
        writer.close()
    assert line.refused == {Refusal.STRANGER: 1, Refusal.NO_AUDIO: 1, Refusal.NO_AGI: 0}


async def test_health_names_what_is_wrong(line: AsteriskLine, ami: ScriptedAmi) -> None:
    assert (await line.health()).ok
    for value in ("Unreachable", "Removed", ""):
        ami.replies = {"Getvar": [AmiReply(True, {"Value": value})]}
        health = await line.health()
        assert not health.ok
        assert "telco" in health.detail
    ami.replies = {"Getvar": [LineDown("cut")]}
    assert (await line.health()).detail == "cut"
