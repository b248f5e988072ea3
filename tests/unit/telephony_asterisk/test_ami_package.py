"""The guarded package over a real socket, against peers that behave as badly as they come."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from telephony.asterisk.ami.client import AmiClient, AmiLogin, AmiTimings
from telephony.asterisk.ami.package import PackageWire
from telephony.asterisk.ami.wire import NO_PACKET, Packet
from telephony.errors import LineDown
from tests.conftest import HANGS_S
from tests.ports import deaf_port
from tests.unit.telephony_asterisk.ami_peers import read_action, tcp_peer

pytestmark = pytest.mark.unit

GREETING = b"Asterisk Call Manager/10.0.0\r\n"


@pytest.fixture(autouse=True)
def patient_joining(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a reading thread ends is asked here, not how soon this machine lets it."""
    monkeypatch.setattr("telephony.asterisk.ami.package.JOIN_TIMEOUT_S", HANGS_S)


class Ears:
    def __init__(self) -> None:
        self.packets: asyncio.Queue[Packet] = asyncio.Queue()
        self.closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()


@asynccontextmanager
async def opened(port: int) -> AsyncIterator[tuple[PackageWire, Ears]]:
    ears = Ears()
    wire = await PackageWire.open("127.0.0.1", port, ears.packets.put_nowait, ears.closed.set_result)
    try:
        async with asyncio.timeout(HANGS_S):
            yield wire, ears
    finally:
        await wire.close()
        assert not wire.alive


async def test_packets_come_whole_however_they_were_cut() -> None:
    name = "Иванов\u2028Cause: 1"
    stream = GREETING + f"Event: Hangup\r\nCallerIDName: {name}\r\nCause: 16\r\n\r\nEvent: X\r\n\r\n".encode()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for at in range(len(stream)):
            writer.write(stream[at : at + 1])
            await writer.drain()

    async with tcp_peer(drip) as port, opened(port) as (_, ears):
        assert await ears.packets.get() == Packet("event", "Hangup", {"CallerIDName": name, "Cause": "16"})
        assert (await ears.packets.get()).value == "X"
        assert "closed" in await ears.closed


@pytest.mark.parametrize(
    "greeting",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff\xfe\r\n", b""],
    ids=["ssh", "http", "bytes", "nothing"],
)
async def test_what_is_no_asterisk_is_told_as_closed(greeting: bytes) -> None:
    async def other(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)

    async with tcp_peer(other) as port, opened(port) as (_, ears):
        assert await ears.closed
        assert ears.packets.empty()


async def test_bytes_that_are_no_text_and_packets_of_no_kind_harm_nothing() -> None:
    async def mad(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING + b"\xff\xfe\xfd\r\n\r\n\r\n\r\n: \r\n\r\nResponse\r\n\r\nEvent: OK\r\nA: \xff\r\n\r\n")

    async with tcp_peer(mad) as port, opened(port) as (_, ears):
        strange = [await ears.packets.get() for _ in range(3)]
        assert strange == [NO_PACKET] * 3, "each is noticed, and an empty one is nothing"
        assert (await ears.packets.get()).value == "OK"


async def test_sends_arrive_whole_and_in_order() -> None:
    received: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        while True:
            received.put_nowait(await read_action(reader))

    async with tcp_peer(slow) as port, opened(port) as (wire, _):
        await asyncio.gather(*(wire.send("Originate", {"ActionID": str(n), "Data": "я" * 400}) for n in range(200)))
        assert [(await received.get())["ActionID"] for _ in range(200)] == [str(n) for n in range(200)]


async def test_a_peer_that_reads_nothing_does_not_hold_the_loop_and_can_be_left() -> None:
    async def deaf(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        cast(asyncio.Transport, writer.transport).pause_reading()
        await asyncio.get_running_loop().create_future()

    async with tcp_peer(deaf) as port, opened(port) as (wire, _):
        stuck = [asyncio.create_task(wire.send("Ping", {"Data": "x" * 1_000_000})) for _ in range(60)]
        _, waiting = await asyncio.wait(stuck, timeout=0.2)
        assert waiting, "the socket's buffers are full, and yet the loop runs"
        await wire.close()
        results = await asyncio.gather(*stuck, return_exceptions=True)
        assert any(isinstance(result, OSError) for result in results)


async def test_closing_wakes_the_reading_thread() -> None:
    async def quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        await reader.read()

    async with tcp_peer(quiet) as port, opened(port) as (wire, ears):
        assert wire.alive
        await wire.close()
        await ears.closed
        assert not [thread for thread in threading.enumerate() if thread.name == "ami-listener"]


async def test_nobody_listening_is_an_os_error() -> None:
    with deaf_port() as port, pytest.raises(OSError):  # noqa: PT011 - the kind differs by system
        await PackageWire.open("127.0.0.1", port, lambda _: None, lambda _: None)


async def test_the_client_logs_in_over_a_real_socket_and_again_after_a_cut() -> None:
    logins = 0

    async def asterisk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal logins
        writer.write(GREETING)
        login = await read_action(reader)
        logins += 1
        writer.write(f"Response: Success\r\nActionID: {login['ActionID']}\r\n\r\n".encode())
        if logins == 1:
            return
        while True:
            action = await read_action(reader)
            writer.write(f"Response: Success\r\nActionID: {action['ActionID']}\r\nPing: Pong\r\n\r\n".encode())

    async with tcp_peer(asterisk) as port:
        client = AmiClient(AmiLogin("127.0.0.1", port, "u", "s"), AmiTimings(action_timeout_s=HANGS_S, back_off_s=0.01))
        again = asyncio.Event()
        client.subscribe(lambda _: again.set() if client.state.connects == 2 else None)
        work = asyncio.create_task(client.run())
        try:
            async with asyncio.timeout(HANGS_S):
                await again.wait()
                assert (await client.action("Ping")).fields["Ping"] == "Pong"
        finally:
            work.cancel()
            await asyncio.wait([work])
    with pytest.raises(LineDown):
        await client.action("Ping")
