"""Asterisk's side as a stranger: AudioSocket, AMI, FastAGI and the numbers a network shows."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk.agi import read_request
from telephony.asterisk.ami.package import MAX_PACKET_BYTES, PackageWire, packets_of
from telephony.asterisk.ami.session import AmiSession
from telephony.asterisk.ami.wire import parse_packet
from telephony.asterisk.attempt import Attempt
from telephony.asterisk.audiosocket import MAX_PAYLOAD_BYTES, Decoder, Kind, encode
from telephony.asterisk.causes import dial_error, ended_by_peer
from telephony.asterisk.inbound import FROM_TRUNK, FrontDoor, agi_path
from telephony.callers import caller_number
from telephony.errors import DialError, MalformedAgi, MalformedAmi, MalformedAudio
from tests.conftest import HANGS_S
from tests.fuzz.bounds import bounded, fuzzed, mutated

pytestmark = pytest.mark.unit

TALK = encode(Kind.UUID, UUID(int=7).bytes) + 3 * encode(Kind.AUDIO, bytes(320)) + encode(Kind.DTMF, b"5")
EVENTS = [
    b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nActionID: 1\r\nMessage: Originate queued\r\n\r\n",
    b"Event: Hangup\r\nChannel: PJSIP/trunk-00000001\r\nUniqueid: 1\r\nCause: 16\r\nCause-txt: Normal Clearing\r\n\r\n",
    b"Event: OriginateResponse\r\nActionID: a\r\nResponse: Failure\r\nReason: 5\r\nUniqueid: <null>\r\n\r\n",
]
ASKED = (
    f"agi_network: yes\nagi_network_script: {agi_path('secret')}\nagi_channel: PJSIP/trunk-1\n"
    "agi_callerid: 84951234567\n"
    f"agi_callingpres: 0\nagi_context: {FROM_TRUNK}\nagi_extension: +74951234567\n\n"
).encode()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all examples."""
    with asyncio.Runner() as one:
        yield one


@fuzzed
@given(mutated([TALK]), st.integers(1, 700))
def test_audio_of_any_bytes_is_messages_or_refused_however_it_is_cut(data: bytes, step: int) -> None:
    decoder = Decoder()
    with bounded(len(data) + MAX_PAYLOAD_BYTES):
        try:
            messages = [one for at in range(0, len(data), step) for one in decoder.feed(data[at : at + step])]
        except MalformedAudio:
            return
    assert sum(len(message.payload) for message in messages) <= len(data)


@fuzzed
@given(mutated(EVENTS), st.integers(1, 300))
def test_ami_of_any_bytes_is_packets_or_refused_however_it_is_cut(
    runner: asyncio.Runner, data: bytes, step: int
) -> None:
    async def take() -> None:
        session = AmiSession(lambda _event: None)
        for text in packets_of(data[at : at + step] for at in range(0, len(data), step)):
            if (packet := parse_packet(text)) is not None:
                session.on_packet(packet)
        session.on_closed("the end")

    with bounded(len(data)):
        runner.run(take())


def test_ami_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    endless = (b"Event: X\r\n" + b"A" * 65_526 for _ in iter(int, 1))
    with bounded(MAX_PACKET_BYTES), pytest.raises(MalformedAmi):
        list(packets_of(endless))


def test_a_connection_that_babbles_is_told_to_be_closed(runner: asyncio.Runner) -> None:
    """Over a real socket, through the package's own thread."""

    async def talk() -> str:
        closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        left = asyncio.Event()

        async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"Asterisk Call Manager/9.0.0\r\nEvent: X\r\n" + b"y" * (MAX_PACKET_BYTES + 1))
            with contextlib.suppress(OSError):
                await reader.read()
            writer.close()
            left.set()

        server = await asyncio.start_server(babble, "127.0.0.1", 0, family=socket.AF_INET)
        port = server.sockets[0].getsockname()[1]
        wire = await PackageWire.open("127.0.0.1", port, lambda _packet: None, closed.set_result)
        async with asyncio.timeout(HANGS_S):
            reason = await closed
            await wire.close()
            await left.wait()
        server.close()
        return reason

    assert "no AMI" in runner.run(talk())


@fuzzed
@given(mutated([ASKED]))
def test_a_question_about_a_call_lets_nobody_in_without_the_secret(runner: asyncio.Runner, data: bytes) -> None:
    async def ask() -> bool:
        reader = asyncio.StreamReader(limit=2048)
        reader.feed_data(data)
        reader.feed_eof()
        door = FrontDoor("trunk", agi_path("secret"), home="RU", audio_address=lambda: "127.0.0.1:1")
        door.on_call(lambda _incoming: None, at_most=2)
        try:
            admitted = door.answer(await read_request(reader)) is not None
        except MalformedAgi:
            return False
        for call in tuple(door.calls.values()):
            call.abandon("the test is over")
        return admitted

    with bounded(len(data)):
        admitted = runner.run(ask())
    assert not admitted or agi_path("secret").encode() in data


@fuzzed
@given(st.text(max_size=200) | st.from_regex(r"[+0-9 ()\-]{0,30}", fullmatch=True))
def test_whoever_rings_is_a_number_or_nobody(shown: str) -> None:
    number = caller_number(shown)
    assert number == "" or (number.startswith("+") and number[1:].isascii() and number[1:].isdecimal())


@fuzzed
@given(st.none() | st.integers(-(2**40), 2**40), st.none() | st.integers(-9, 2**40), st.integers(-9, 10**6))
def test_every_cause_and_sip_answer_is_an_end_of_ours(cause: int | None, reason: int | None, sip: int) -> None:
    assert isinstance(dial_error(cause, reason, sip), DialError)
    ended_by_peer(cause)
    attempt = Attempt(UUID(int=1), lambda: None)
    attempt.originated(1.0, accepted=False, reason=reason or 0)
    attempt.hung_up(cause or 0, sip)
    assert isinstance(attempt.verdict(2.0), DialError)
