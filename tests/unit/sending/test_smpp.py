"""SMS to a real SMPP peer: an SMSC made with another implementation of the protocol than ours."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from robot.crm.errors import DeliveryError, Limited, NoAddress, Refused, Unauthorized, Unreachable, Unsure
from robot.sending.smpp import SmppSms, Smsc
from robot.sending.smpp_session import receipt_of
from robot.sending.sms import MOST_PARTS, UCS2, UDH, Receipt, split
from tests.conftest import HANGS_S
from tests.ports import deaf_port, free_port

pytestmark = pytest.mark.unit

TO = "+79161234567"
SHORT, LONG = "Ромашка: ждём вас завтра в 12:00", "Очень длинное сообщение. " * 6


class Peer:
    """The SMSC's side: what came, who is bound. decide: what is done with a message; by default it is taken."""

    def __init__(self, server: smpp34.Server, decide: Callable[[Peer, smpp34.SubmitSmEvent], object]) -> None:
        self.server = server
        self.taken: list[smpp34.SubmitSmEvent] = []
        self.bound: asyncio.Queue[smpp34.Esme] = asyncio.Queue()
        self.left = asyncio.Event()
        self._decide = decide

    async def run(self) -> None:
        while True:
            event = await self.server.next()
            if isinstance(event, smpp34.Esme):
                self.bound.put_nowait(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self.taken.append(event)
                done = self._decide(self, event)
                if asyncio.iscoroutine(done):
                    await done
            else:
                self.left.set()


def take(peer: Peer, event: smpp34.SubmitSmEvent) -> None:
    event.accept(message_id=f"id-{len(peer.taken)}")


@asynccontextmanager
async def smsc(decide: Callable[[Peer, smpp34.SubmitSmEvent], object] = take) -> AsyncIterator[tuple[Peer, Smsc]]:
    port = free_port()
    server = smpp34.Server(host="127.0.0.1", port=port, system_id="SMSC")
    await server.start()
    peer = Peer(server, decide)
    running = asyncio.create_task(peer.run())
    try:
        yield peer, Smsc("127.0.0.1", port, "robot", "secret", "Romashka")
    finally:
        running.cancel()
        await asyncio.wait([running])
        await server.stop()


class Told:
    def __init__(self) -> None:
        self.receipts: asyncio.Queue[tuple[str, Receipt]] = asyncio.Queue()

    async def __call__(self, message_id: str, fate: Receipt) -> None:
        self.receipts.put_nowait((message_id, fate))


@asynccontextmanager
async def bound(there: Smsc, told: Told | None = None, **more: float) -> AsyncIterator[SmppSms]:
    sms = SmppSms(there, on_receipt=told or Told(), **more)
    try:
        yield sms
    finally:
        await sms.close()


async def test_a_message_is_taken_under_an_id() -> None:
    async with smsc() as (peer, there), bound(there) as sms:
        assert await sms.send("k", TO, SHORT, 0) == "id-1"
        assert await sms.send("k", TO, "only ASCII", 0) == "id-2"
        russian, ascii_only = peer.taken
        assert (russian.source_addr, russian.destination_addr) == ("Romashka", "79161234567")
        assert (russian.source_addr_ton, russian.dest_addr_ton, russian.registered_delivery) == (5, 1, 1)
        assert russian.short_message.decode("utf-16-be") == SHORT
        assert (ascii_only.data_coding, ascii_only.short_message) == (0, b"only ASCII")


async def test_a_long_text_goes_in_parts_that_telephones_join() -> None:
    async with smsc() as (peer, there), bound(there) as sms:
        count = sms.parts("k", LONG)
        assert count == 3
        assert [await sms.send("k", TO, LONG, part) for part in range(count)] == ["id-1", "id-2", "id-3"]
        assert joined([event.short_message for event in peer.taken]) == LONG
        assert {event.esm_class for event in peer.taken} == {0x40}


def joined(parts: list[bytes]) -> str:
    assert {part[:3] for part in parts} == {b"\x05\x00\x03"}
    assert len({part[3] for part in parts}) == 1
    assert [(part[4], part[5]) for part in parts] == [(len(parts), n) for n in range(1, len(parts) + 1)]
    return b"".join(part[UDH:] for part in parts).decode("utf-16-be")


@pytest.mark.parametrize(
    ("status", "error"), [(0x58, Limited), (0x14, Limited), (0x0B, NoAddress), (0x0A, Refused), (0x45, Refused)]
)
async def test_what_the_smsc_says_no_to_was_not_sent(status: int, error: type[DeliveryError]) -> None:
    async with smsc(lambda _peer, event: event.reject(status)) as (_, there), bound(there) as sms:
        with pytest.raises(error) as raised:
            await sms.send("k", TO, SHORT, 0)
        assert not raised.value.may_have_arrived
        assert raised.value.remedy
        assert "9161234567" not in str(raised.value)


@asynccontextmanager
async def cable(there: Smsc) -> AsyncIterator[tuple[Smsc, Callable[[], None]]]:
    """A way to the SMSC that can be cut."""
    ends: list[asyncio.StreamWriter] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        try:
            while data := await reader.read(4096):
                writer.write(data)
        finally:
            writer.close()

    async def plugged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(there.host, there.port)
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer), return_exceptions=True)

    listening = await asyncio.start_server(plugged, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield replace(there, port=port), lambda: [end.transport.abort() for end in ends] and None


async def test_an_answer_that_was_lost_leaves_doubt() -> None:
    cuts: list[Callable[[], None]] = []

    def vanish(peer: Peer, event: smpp34.SubmitSmEvent) -> None:
        cuts[0]()
        event.accept(message_id="nobody hears it")

    async with smsc(vanish) as (peer, there), cable(there) as (near, cut), bound(near) as sms:
        cuts.append(cut)
        with pytest.raises(Unsure) as raised:
            await sms.send("k", TO, SHORT, 0)
        assert len(peer.taken) == 1
        assert (raised.value.retryable, raised.value.may_have_arrived) == (False, True)


async def test_nobody_there_is_tried_again() -> None:
    with deaf_port() as port:
        async with bound(Smsc("127.0.0.1", port, "robot", "secret", "Romashka")) as sms:
            with pytest.raises(Unreachable) as raised:
                await sms.send("k", TO, SHORT, 0)
    assert (raised.value.retryable, raised.value.may_have_arrived) == (True, False)


async def test_a_smsc_that_does_not_answer_leaves_doubt_and_is_bound_anew() -> None:
    held: list[smpp34.SubmitSmEvent] = []

    def hold(peer: Peer, event: smpp34.SubmitSmEvent) -> None:
        held.append(event) if not held else take(peer, event)

    async with smsc(hold) as (_, there), bound(there, answer_s=0.05) as sms:
        with pytest.raises(Unsure):
            await sms.send("k", TO, SHORT, 0)
        sms._answer_s = HANGS_S
        assert await sms.send("k2", TO, SHORT, 0) == "id-2"


@pytest.mark.parametrize(("stat", "state", "fate"), [("DELIVRD", 2, "delivered"), ("UNDELIV", 5, "failed")])
async def test_receipts_come_meanwhile(stat: str, state: int, fate: str) -> None:
    told = Told()
    async with smsc() as (peer, there), bound(there, told) as sms:
        message_id = await sms.send("k", TO, SHORT, 0)
        client = await asyncio.wait_for(peer.bound.get(), HANGS_S)
        text = f"id:{message_id} sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:{stat} err:000"
        answer = await client.deliver_sm("Romashka", text.encode(), source_addr="79161234567", esm_class=0x04)
        assert answer.is_success
        assert await asyncio.wait_for(told.receipts.get(), HANGS_S) == (message_id, Receipt(fate))
        own = [smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, b"id-9\x00")]
        own.append(smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, bytes([state])))
        assert (await client.deliver_sm("Romashka", b"", esm_class=0x04, tlvs=own)).is_success
        assert await asyncio.wait_for(told.receipts.get(), HANGS_S) == ("id-9", Receipt(fate))
        answer = await client.deliver_sm("Romashka", "что за встреча?".encode("utf-16-be"), data_coding=8)
        assert answer.is_success  # a client's own words are no receipt
        assert told.receipts.empty()


async def test_a_session_that_ended_is_bound_anew() -> None:
    async with smsc() as (peer, there), bound(there) as sms:
        await sms.send("k", TO, SHORT, 0)
        await (await peer.bound.get()).unbind()
        await asyncio.wait_for(peer.left.wait(), HANGS_S)
        assert await sms.send("k2", TO, SHORT, 0) == "id-2"


async def test_receipts_are_listened_for_without_a_message() -> None:
    told, stop = Told(), asyncio.Event()
    async with smsc() as (peer, there), bound(there, told) as sms:
        listening = asyncio.create_task(sms.listen(stop))
        client = await asyncio.wait_for(peer.bound.get(), HANGS_S)
        await client.deliver_sm("Romashka", b"id:7 stat:DELIVRD err:000", esm_class=0x04)
        assert await asyncio.wait_for(told.receipts.get(), HANGS_S) == ("7", Receipt.DELIVERED)
        stop.set()
        await asyncio.wait_for(listening, HANGS_S)


async def test_a_wrong_password_is_told_and_nothing_is_sent() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        header = struct.unpack(">IIII", await reader.readexactly(16))
        writer.write(struct.pack(">IIII", 16, header[1] | 0x80000000, 0x0E, header[3]))
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with listening:
        there = Smsc("127.0.0.1", listening.sockets[0].getsockname()[1], "robot", "wrong", "Romashka")
        async with bound(there) as sms:
            with pytest.raises(Unauthorized) as raised:
                await sms.send("k", TO, SHORT, 0)
    assert not raised.value.may_have_arrived


async def test_garbage_from_the_other_side_ends_in_an_error_not_in_silence() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(16)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with listening:
        there = Smsc("127.0.0.1", listening.sockets[0].getsockname()[1], "robot", "x", "Romashka")
        async with bound(there) as sms:
            with pytest.raises(Unreachable):
                await sms.check()


@given(text=st.text(max_size=900), key=st.text(max_size=20))
def test_parts_joined_again_are_the_text(text: str, key: str) -> None:
    parts = split(key, text)
    assert parts == split(key, text)
    assert all(len(part.content) <= (140 if part.coding == UCS2 else 160) for part in parts)
    whole = b"".join(part.content[UDH if part.joined else 0 :] for part in parts)
    encoded = text.encode("utf-16-be", "surrogatepass") if parts[0].coding == UCS2 else text.encode("ascii")
    assert whole == encoded if len(parts) < MOST_PARTS else encoded.startswith(whole)
    for part in parts:
        if part.coding == UCS2:
            part.content[UDH if part.joined else 0 :].decode("utf-16-be")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"id:AB12 sub:001 dlvrd:001 stat:DELIVRD err:000 text:hello", ("AB12", Receipt.DELIVERED)),
        (b"id:AB12 sub:001 stat:ACCEPTD err:000", None),
        (b"id:AB12 stat:REJECTD", ("AB12", Receipt.FAILED)),
        (b"my id: none, stat:DELIVRD", None),
        (b"", None),
        (b"\xff\xfe id:" + b"9" * 70 + b" stat:DELIVRD", None),
    ],
)
def test_a_receipts_text(text: bytes, told: tuple[str, Receipt] | None) -> None:
    assert receipt_of(text, "", None) == told
