"""The cables between parts: what they carry, and what they do not when they are cut, slow or nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from robot.proving import trunk_cable
from robot.proving.cable import LOOPBACK, Cable
from robot.proving.trunk_cable import TrunkCable
from tests.conftest import HANGS_S
from tests.ports import free_port

pytestmark = pytest.mark.unit


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """A port that answers loudly; at the end everybody has left."""
    left = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(100):
                writer.write(data.upper())
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(answer, LOOPBACK, 0)
    yield server.sockets[0].getsockname()[1]
    async with asyncio.timeout(HANGS_S):
        await left.wait()
    server.close()


async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, word: bytes) -> bytes:
    writer.write(word)
    async with asyncio.timeout(HANGS_S):
        return await reader.read(100)


async def test_a_cable_carries_and_a_cut_one_breaks_off_and_lets_nobody_through() -> None:
    async with echo() as far, Cable(near := free_port(), far) as cable:
        joined = await asyncio.open_connection(LOOPBACK, near)
        assert await say(*joined, b"one") == b"ONE"
        cutting = asyncio.create_task(cable.cut(for_s=HANGS_S))
        assert await ended(joined[0])
        refused = await asyncio.open_connection(LOOPBACK, near)
        assert await ended(refused[0])
        cutting.cancel()
        await asyncio.wait([cutting])
        again = await asyncio.open_connection(LOOPBACK, near)
        assert await say(*again, b"two") == b"TWO"
        assert (cable.cuts, cable.refused) == (1, 1)
        await leave(joined[1], refused[1], again[1])


async def test_a_cable_of_unix_sockets_carries_too(tmp_path: Path) -> None:
    async with echo() as port, Cable(tmp_path / "far", port), Cable(tmp_path / "near", tmp_path / "far"):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "near")
        assert await say(reader, writer, b"three") == b"THREE"
        await leave(writer)


async def test_nonsense_is_heard_between_the_lines_and_instead_of_answers() -> None:
    async with echo() as far, Cable(near := free_port(), far) as cable:
        reader, writer = await asyncio.open_connection(LOOPBACK, near)
        assert await say(reader, writer, b"one") == b"ONE"
        assert cable.inject(b"noise") == 1
        assert await reader.readexactly(5) == b"noise"
        cable.babble = b"nonsense"
        other, asking = await asyncio.open_connection(LOOPBACK, near)
        assert await say(other, asking, b"two") == b"nonsense"
        await leave(writer, asking)


async def ended(reader: asyncio.StreamReader) -> bool:
    """Broken off or ended, with nothing said."""
    async with asyncio.timeout(HANGS_S):
        try:
            return await reader.read(1) == b""
        except ConnectionResetError:
            return True


async def leave(*writers: asyncio.StreamWriter) -> None:
    for one in writers:
        one.transport.abort()
        with contextlib.suppress(OSError):
            await one.wait_closed()


class Side:
    """A telephone exchange reduced to two sockets."""

    def __init__(self) -> None:
        self.sip, self.media = self._bound(), self._bound()

    @staticmethod
    def _bound() -> socket.socket:
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind((LOOPBACK, 0))
        one.setblocking(False)
        return one

    @property
    def ports(self) -> tuple[int, int]:
        return self.sip.getsockname()[1], self.media.getsockname()[1]

    def invite(self, to: int) -> None:
        ours, media = self.ports
        head = f"INVITE sip:1@{LOOPBACK}:{to} SIP/2.0\r\nContact: <sip:{LOOPBACK}:{ours}>\r\nCall-ID: c1\r\n\r\n"
        self.sip.sendto(f"{head}v=0\r\nm=audio {media} RTP/AVP 8\r\n".encode(), (LOOPBACK, to))

    @staticmethod
    async def hears(one: socket.socket) -> bytes:
        async with asyncio.timeout(HANGS_S):
            return await asyncio.get_running_loop().sock_recv(one, 65_536)


@asynccontextmanager
async def trunk() -> AsyncIterator[tuple[Side, Side, TrunkCable, tuple[int, int]]]:
    ours, theirs = Side(), Side()
    async with TrunkCable((0, 0), (ours.ports[0], theirs.ports[0]), Random(1)) as cable:
        yield ours, theirs, cable, cable.near
    for one in (ours.sip, ours.media, theirs.sip, theirs.media):
        one.close()


def announced(message: bytes) -> int:
    return int(message.partition(b"m=audio ")[2].split()[0])


async def test_a_call_over_the_trunk_finds_its_way_and_its_media_through_the_cable() -> None:
    async with trunk() as (ours, theirs, cable, near):
        ours.invite(near[0])
        heard = await theirs.hears(theirs.sip)
        assert f"sip:1@{LOOPBACK}:{theirs.ports[0]}".encode() in heard, "each knows himself by his own port"
        assert f"Contact: <sip:{LOOPBACK}:{near[1]}>".encode() in heard, "and finds the other at the cable"
        theirs.invite(near[1])
        answer = await ours.hears(ours.sip)
        assert announced(heard) != ours.ports[1]
        theirs.media.sendto(b"their sound", (LOOPBACK, announced(heard)))
        assert await ours.hears(ours.media) == b"their sound"
        ours.media.sendto(b"our sound", (LOOPBACK, announced(answer)))
        assert await theirs.hears(theirs.media) == b"our sound"
        assert (cable.carried, cable.lost) == (2, 0)


async def test_packets_are_lost_by_the_share_that_was_asked_for() -> None:
    async with trunk() as (ours, theirs, cable, near):
        ours.invite(near[0])
        way = announced(await theirs.hears(theirs.sip))
        cable.loss, sent = 0.3, 1000
        for number in range(1, sent + 1):
            theirs.media.sendto(b"x", (LOOPBACK, way))
            while cable.carried + cable.lost < number:
                await asyncio.sleep(0)
        assert 0.25 < cable.lost / sent < 0.35


async def test_nothing_gets_through_a_trunk_that_is_cut() -> None:
    async with trunk() as (ours, theirs, cable, near):
        cable.whole = False
        ours.invite(near[0])
        while not cable.lost:
            await asyncio.sleep(0)
        cable.whole = True
        ours.invite(near[0])
        assert announced(await theirs.hears(theirs.sip))
        with pytest.raises(BlockingIOError):
            theirs.sip.recv(100)


async def test_a_port_that_is_taken_is_told_and_the_other_one_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, made, bound = Side(), list[socket.socket](), trunk_cable._bound

    def noted(port: int) -> socket.socket:
        made.append(bound(port))
        return made[-1]

    monkeypatch.setattr(trunk_cable, "_bound", noted)
    with pytest.raises(OSError, match="in use"):
        async with TrunkCable((0, taken.ports[0]), taken.ports, Random(1)):
            pass
    assert [one.fileno() for one in made] == [-1], "closed"
    for one in (taken.sip, taken.media):
        one.close()
