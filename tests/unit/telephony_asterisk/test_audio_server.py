"""The AudioSocket server: over loopback against hostile peers, and its clock on a virtual one."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID, uuid4

import pytest

from telephony.asterisk.audio_server import (
    READ_BYTES,
    UUID_WAIT_S,
    AudioConnection,
    AudioLink,
    AudioSocketServer,
    LinkEnd,
)
from telephony.asterisk.audiosocket import HANG_UP, Decoder, Kind, encode
from telephony.audio import FRAME_BYTES, SILENCE
from telephony.errors import PortInUse
from tests.conftest import HANGS_S

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def patient_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("looptime") is None:
        monkeypatch.setattr("telephony.asterisk.audio_server.UUID_WAIT_S", HANGS_S)


class Handler:
    """Says a constant, keeps what it was told."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.digits = ""
        self.ticks: list[float] = []
        self.link: AudioLink | None = None
        self.says: bytes | None = SILENCE
        self.ended: asyncio.Future[LinkEnd] = asyncio.get_running_loop().create_future()

    def on_start(self, link: AudioLink) -> None:
        self.link = link

    def on_tick(self, at_s: float, heard: bytes, digits: str) -> bytes | None:
        self.ticks.append(at_s)
        self.heard += heard
        self.digits += digits
        return self.says

    def on_end(self, end: LinkEnd, /) -> None:
        self.ended.set_result(end)


class Desk:
    """Issues one id, once."""

    def __init__(self) -> None:
        self.token = uuid4()
        self.handler = Handler()
        self._issued = {self.token: self.handler}

    def admit(self, token: UUID) -> Handler | None:
        return self._issued.pop(token, None)


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[tuple[AudioSocketServer, asyncio.StreamReader, asyncio.StreamWriter]]:
    async with AudioSocketServer("127.0.0.1", 0, desk.admit) as server, asyncio.timeout(HANGS_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.bound_port)
        try:
            yield server, reader, writer
        finally:
            writer.close()


async def test_silence_comes_at_once_and_audio_is_taken() -> None:
    desk = Desk()
    async with served(desk) as (_, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes) + encode(Kind.AUDIO, b"\1\2" * 160) + encode(Kind.DTMF, b"7"))
        assert await reader.readexactly(3 + FRAME_BYTES) == encode(Kind.AUDIO, SILENCE)
        await reader.readexactly(3 + FRAME_BYTES)
        writer.write(HANG_UP)
        assert await desk.handler.ended is LinkEnd.PEER
    assert bytes(desk.handler.heard) == b"\1\2" * 160
    assert desk.handler.digits == "7"


@pytest.mark.parametrize(
    "opening",
    [
        encode(Kind.UUID, uuid4().bytes),
        encode(Kind.AUDIO, SILENCE),
        encode(Kind.HANG_UP),
        encode(Kind.DTMF, b"1"),
    ],
    ids=["not issued", "audio first", "hang-up first", "digit first"],
)
async def test_who_does_not_begin_with_an_issued_id_is_hung_up_on(opening: bytes) -> None:
    desk = Desk()
    async with served(desk) as (server, reader, writer):
        writer.write(opening)
        assert await reader.read() == HANG_UP
        assert server.refused == 1
    assert not desk.handler.ticks


async def test_an_id_opens_one_connection_only() -> None:
    desk = Desk()
    async with served(desk) as (server, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes))
        await reader.readexactly(3)
        thief_reader, thief = await asyncio.open_connection("127.0.0.1", server.bound_port)
        thief.write(encode(Kind.UUID, desk.token.bytes))
        assert await thief_reader.read() == HANG_UP
        thief.close()
        assert not desk.handler.ended.done(), "the call itself goes on"


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n" * 100, b"\xff" * 4000, b"\x01\x00\x03abc"])
async def test_garbage_is_cut_off(garbage: bytes) -> None:
    async with served(Desk()) as (server, reader, writer):
        writer.write(garbage)
        with suppress(ConnectionResetError):
            assert await reader.read() in (b"", HANG_UP)
        assert server.refused + server.malformed == 1


async def test_a_malformed_message_ends_the_call_as_lost() -> None:
    desk = Desk()
    async with served(desk) as (server, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes))
        await reader.readexactly(3)
        writer.write(encode(Kind.AUDIO, b"odd"))
        assert await desk.handler.ended is LinkEnd.LOST
        assert server.malformed == 1


async def test_a_second_id_on_one_connection_ends_it() -> None:
    desk = Desk()
    async with served(desk) as (_, _, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes) * 2)
        assert await desk.handler.ended is LinkEnd.LOST


async def test_what_has_piled_up_is_read_whole_and_in_order() -> None:
    """More than one tick reads, cut anywhere."""
    desk = Desk()
    said = bytes(range(256)) * 500
    wire = b"".join(encode(Kind.AUDIO, said[at : at + FRAME_BYTES]) for at in range(0, len(said), FRAME_BYTES))
    async with served(desk) as (_, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes) + wire[:7])
        await reader.readexactly(3)
        writer.write(wire[7:] + HANG_UP)
        assert await desk.handler.ended is LinkEnd.PEER
    heard = bytes(desk.handler.heard)
    assert said.startswith(heard)
    assert len(said) - len(heard) <= READ_BYTES, "only what came with the hang-up itself has no tick any more"


async def test_a_peer_that_vanishes_ends_the_call() -> None:
    desk = Desk()
    async with served(desk) as (_, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes))
        await reader.readexactly(3)
        writer.transport.abort()
        assert await desk.handler.ended in (LinkEnd.PEER, LinkEnd.LOST)


async def test_hanging_up_tells_the_peer_and_twice_is_harmless() -> None:
    desk = Desk()
    async with served(desk) as (_, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes))
        await reader.readexactly(3)
        assert desk.handler.link is not None
        desk.handler.link.hang_up()
        desk.handler.link.hang_up()
        assert (await reader.read()).endswith(HANG_UP)
        assert await desk.handler.ended is LinkEnd.OURS


async def test_a_handler_without_a_frame_hangs_up() -> None:
    desk = Desk()
    desk.handler.says = None
    async with served(desk) as (_, reader, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes))
        assert await reader.read() == HANG_UP
        assert await desk.handler.ended is LinkEnd.OURS


async def test_a_handler_that_fails_takes_its_call_down_and_is_heard_of() -> None:
    desk, loop = Desk(), asyncio.get_running_loop()
    reported: asyncio.Future[Exception] = loop.create_future()
    loop.set_exception_handler(lambda _, context: reported.set_result(context["exception"]))

    def fail(at_s: float, heard: bytes, digits: str) -> bytes:
        raise ZeroDivisionError

    desk.handler.on_tick = fail  # type: ignore[method-assign]
    async with served(desk) as (_, _, writer):
        writer.write(encode(Kind.UUID, desk.token.bytes))
        assert await desk.handler.ended is LinkEnd.LOST
        assert isinstance(await reported, ZeroDivisionError)


async def test_closing_the_server_hangs_up_every_call() -> None:
    desk = Desk()
    async with AudioSocketServer("127.0.0.1", 0, desk.admit) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.bound_port)
        writer.write(encode(Kind.UUID, desk.token.bytes))
        await reader.readexactly(3)
    assert (await reader.read()).endswith(HANG_UP)
    assert await desk.handler.ended is LinkEnd.OURS
    writer.close()


async def test_a_taken_port_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortInUse) as caught:
            async with AudioSocketServer("127.0.0.1", taken.getsockname()[1], Desk().admit):
                pass
    assert caught.value.remedy


class FakeTransport(asyncio.Transport):
    """Keeps what is written, with the time."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[tuple[float, bytes]] = []
        self.closed = False

    def get_extra_info(self, name: str, default: object = None) -> socket.socket:
        return socket.socket()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def pause_reading(self) -> None: ...

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append((asyncio.get_running_loop().time(), bytes(data)))

    def close(self) -> None:
        self.closed = True

    abort = close


@pytest.fixture
def silent_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    silent, other_end = os.pipe2(os.O_NONBLOCK)

    class NoSocket:
        def setsockopt(self, *_: object) -> None: ...

        def fileno(self) -> int:
            return silent

    monkeypatch.setattr(FakeTransport, "get_extra_info", lambda *_: NoSocket())
    yield
    os.close(silent)
    os.close(other_end)


@pytest.mark.looptime
@pytest.mark.usefixtures("silent_sockets")
async def test_a_frame_leaves_every_20_ms_by_the_clock_and_lateness_is_told() -> None:
    desk, late = Desk(), list[float]()
    server = AudioSocketServer("127.0.0.1", 0, desk.admit, late.append)
    connection, transport = AudioConnection(server), FakeTransport()
    connection.connection_made(transport)
    started_s = asyncio.get_running_loop().time()
    connection.data_received(encode(Kind.UUID, desk.token.bytes))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(desk.handler.ended), 60.005)
    times = [at_s - started_s for at_s, _ in transport.written]
    assert len(times) == 60 * 50 + 1
    assert times == pytest.approx([0.02 * number for number in range(len(times))], abs=1e-6), "it does not drift"
    assert len(late) == len(times)
    assert max(late) < 0.001
    assert all(Decoder().feed(data)[0].kind is Kind.AUDIO for _, data in transport.written)
    connection.hang_up()


@pytest.mark.looptime
@pytest.mark.usefixtures("silent_sockets")
async def test_a_connection_that_never_says_who_it_is_is_closed() -> None:
    server = AudioSocketServer("127.0.0.1", 0, Desk().admit)
    connection, transport = AudioConnection(server), FakeTransport()
    connection.connection_made(transport)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.get_running_loop().create_future(), UUID_WAIT_S - 0.1)
    assert not transport.closed
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.get_running_loop().create_future(), 0.2)
    assert transport.closed


@pytest.mark.looptime
@pytest.mark.usefixtures("silent_sockets")
async def test_a_peer_that_takes_nothing_is_given_up() -> None:
    desk = Desk()
    connection, transport = AudioConnection(AudioSocketServer("127.0.0.1", 0, desk.admit)), FakeTransport()
    connection.connection_made(transport)
    connection.data_received(encode(Kind.UUID, desk.token.bytes))
    connection.pause_writing()
    assert await desk.handler.ended is LinkEnd.LOST
    assert transport.closed
