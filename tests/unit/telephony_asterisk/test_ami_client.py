"""The connection that keeps itself up: on a virtual clock, over a wire in memory."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from telephony.asterisk.ami.base import CONNECTED, DISCONNECTED
from telephony.asterisk.ami.client import AmiClient, AmiLogin, AmiTimings
from telephony.asterisk.ami.wire import NO_PACKET, Packet
from telephony.errors import AmiRefused, AmiTimeout, LineDown, UnsafeValue
from tests.unit.telephony_asterisk.ami_peers import MemoryAsterisk, success

pytestmark = [pytest.mark.unit, pytest.mark.looptime]

LOGIN = AmiLogin("127.0.0.1", 5038, "zvonar", "not-to-be-shown")


@asynccontextmanager
async def running(asterisk: MemoryAsterisk) -> AsyncIterator[AmiClient]:
    client = AmiClient(LOGIN, AmiTimings(), asterisk.open)
    work = asyncio.create_task(client.run())
    try:
        await client.connected(5.0)
        yield client
    finally:
        work.cancel()
        await asyncio.wait([work])


async def after(seconds: float) -> None:
    """Let the virtual clock run."""
    await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=seconds)


def silent(action: str, fields: Mapping[str, str]) -> list[Packet]:
    return success(action, fields) if action == "Login" else []


async def test_login_is_the_first_thing_sent_and_the_secret_is_in_no_text() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        action, fields = asterisk.wires[0].sent[0]
        assert action == "Login"
        assert fields["Secret"] == "not-to-be-shown"
        assert client.state.connected
        assert client.state.reconnects == 0
    assert "not-to-be-shown" not in repr(LOGIN)


async def test_a_refused_login_ends_it_with_a_remedy() -> None:
    def refuse(action: str, fields: Mapping[str, str]) -> list[Packet]:
        return [Packet("response", "Error", {"ActionID": fields["ActionID"], "Message": "Authentication failed"})]

    asterisk = MemoryAsterisk(answer=refuse)
    with pytest.raises(AmiRefused) as caught:
        await AmiClient(LOGIN, AmiTimings(), asterisk.open).run()
    assert "manager.conf" in caught.value.remedy
    assert asterisk.wires[0].closed


async def test_an_hour_of_silence_is_survived_by_pings_alone() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        await after(3600)
        assert client.state.connects == 1
        assert len(asterisk.wires) == 1
        assert {action for action, _ in asterisk.wires[0].sent} == {"Login", "Ping"}
        assert len(asterisk.wires[0].sent) == pytest.approx(361, abs=2)


async def test_an_asterisk_that_does_not_answer_a_ping_is_left_for_a_new_connection() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        seen: list[str] = []
        client.subscribe(lambda event: seen.append(event.name))
        asterisk.answer = silent
        await after(16)
        asterisk.answer = success
        await after(6)
        assert client.state.connected
        assert client.state.reconnects == 1
        assert seen == [DISCONNECTED, CONNECTED]
        assert asterisk.wires[0].closed


async def test_a_wire_that_nobody_reads_any_more_is_left() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.wires[0].alive = False
        await after(11)
        assert client.state.reconnects == 1


async def test_it_comes_back_by_itself_with_growing_pauses() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.refuse = True
        asterisk.wires[0].on_closed("Asterisk closed the connection")
        await after(30)
        assert not client.state.connected
        tried = asterisk.tried_s[1:]
        pauses = [later - before for before, later in itertools.pairwise(tried)]
        assert pauses[:5] == pytest.approx([0.5, 1.0, 2.0, 4.0, 5.0])
        assert max(pauses) == pytest.approx(5.0)
        with pytest.raises(LineDown, match="nobody listens"):
            await client.connected(1.0)
        asterisk.refuse = False
        await client.connected(5.5)
        assert client.state.reconnects == 1


async def test_an_answer_that_does_not_come_is_a_timeout_and_too_late_it_harms_nobody() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.answer = silent
        with pytest.raises(AmiTimeout):
            await client.action("CoreShowChannels")
        asterisk.answer = success
        _, late = asterisk.wires[0].sent[-1]
        asterisk.wires[0].on_packet(Packet("response", "Success", {"ActionID": late["ActionID"]}))
        assert (await client.action("Ping")).ok


async def test_actions_under_way_fail_at_once_when_the_connection_drops() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.answer = silent
        started_s = asyncio.get_running_loop().time()
        asking = [asyncio.create_task(client.action("CoreShowChannels")) for _ in range(3)]
        await after(0.1)
        asterisk.wires[0].on_closed("reset by peer")
        for task in asking:
            with pytest.raises(LineDown, match="reset by peer"):
                await task
        assert asyncio.get_running_loop().time() - started_s < 0.2


async def test_answers_and_lists_find_their_actions_in_any_order() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.answer = silent
        events: list[str] = []
        client.subscribe(lambda event: events.append(event.name))
        first = asyncio.create_task(client.action("CoreShowChannels"))
        second = asyncio.create_task(client.action("Getvar", Variable="X"))
        await after(0.1)
        wire = asterisk.wires[0]
        id_1, id_2 = (fields["ActionID"] for _, fields in wire.sent[-2:])
        wire.on_packet(Packet("response", "Success", {"ActionID": id_1, "EventList": "start"}))
        wire.on_packet(Packet("event", "CoreShowChannel", {"ActionID": id_1, "Uniqueid": "a"}))
        wire.on_packet(Packet("response", "Success", {"ActionID": id_2, "Value": "yes"}))
        wire.on_packet(Packet("event", "Hangup", {"Uniqueid": "b"}))
        wire.on_packet(Packet("event", "CoreShowChannel", {"ActionID": id_1, "Uniqueid": "c"}))
        assert not first.done()
        wire.on_packet(Packet("event", "CoreShowChannelsComplete", {"ActionID": id_1, "EventList": "Complete"}))
        assert [item.get("Uniqueid") for item in (await first).items] == ["a", "c"]
        assert (await second).fields["Value"] == "yes"
        assert events == ["Hangup"], "list events belong to their action alone"


async def test_what_became_of_an_action_is_told_though_it_comes_in_one_breath_with_its_answer() -> None:
    """Whoever asked has not gone on yet: an OriginateResponse carries his ActionID, and is no item of a list."""

    def at_once(action: str, fields: Mapping[str, str]) -> list[Packet]:
        return [*success(action, fields), Packet("event", "OriginateResponse", {"ActionID": fields["ActionID"]})]

    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.answer = at_once
        events: list[str] = []
        client.subscribe(lambda event: events.append(event.name))
        assert (await client.action("Originate", ActionID="a call")).ok
        assert events == ["OriginateResponse"]


async def test_a_missing_right_is_told_with_its_remedy() -> None:
    def forbid(action: str, fields: Mapping[str, str]) -> list[Packet]:
        return [Packet("response", "Error", {"ActionID": fields["ActionID"], "Message": "Permission denied"})]

    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        asterisk.answer = forbid
        with pytest.raises(AmiRefused) as caught:
            await client.action("Originate")
        assert "originate" in caught.value.remedy


async def test_an_unsafe_value_never_reaches_the_wire() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        sent = len(asterisk.wires[0].sent)
        for name, fields in (
            ("Originate", {"CallerID": "A\r\nAction: Originate"}),
            ("Ping\r\nAction: Originate", {}),
            ("Ping", {"ActionID": "1\r\n\r\n"}),
        ):
            with pytest.raises(UnsafeValue):
                await client.action(name, **fields)
        assert len(asterisk.wires[0].sent) == sent


async def test_packets_of_a_lost_connection_are_heard_no_more() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        events: list[str] = []
        asterisk.wires[0].on_closed("gone")
        await after(1)
        client.subscribe(lambda event: events.append(event.name))
        asterisk.wires[0].on_packet(Packet("event", "Hangup", {}))
        asterisk.wires[1].on_packet(Packet("event", "Newchannel", {}))
        assert events == ["Newchannel"]


async def test_what_asterisk_would_not_write_is_counted_over_all_connections() -> None:
    asterisk = MemoryAsterisk()
    async with running(asterisk) as client:
        events: list[str] = []
        client.subscribe(lambda event: events.append(event.name))
        asterisk.wires[0].on_packet(NO_PACKET)
        asterisk.wires[0].on_packet(Packet("event", "Hangup", {}, whole=False))
        assert (client.state.malformed, events) == (2, ["Hangup"])
        asterisk.wires[0].on_closed("gone")
        await after(1)
        asterisk.wires[1].on_packet(NO_PACKET)
        assert client.state.malformed == 3


async def test_before_it_is_up_an_action_is_refused_at_once() -> None:
    with pytest.raises(LineDown):
        await AmiClient(LOGIN, AmiTimings(), MemoryAsterisk().open).action("Ping")
