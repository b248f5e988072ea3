"""Who is let in from the trunk: what a request must carry, what callers may write, how much is taken at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.asterisk import inbound
from telephony.asterisk.agi import AT_ONCE, AgiServer
from telephony.asterisk.audiosocket import Kind, encode
from telephony.asterisk.config.inbound import inbound_context
from telephony.asterisk.inbound import FROM_TRUNK, FrontDoor, agi_path
from telephony.asterisk.line import AsteriskLine
from telephony.asterisk.settings import AsteriskSettings
from telephony.base import Ended, EndedBy, Incoming
from telephony.callers import caller_number
from telephony.errors import UnsafeValue
from tests.conftest import HANGS_S
from tests.unit.telephony_asterisk.ami_peers import ScriptedAmi

pytestmark = pytest.mark.unit

SECRET = "long-enough"
REQUEST = {
    "network": "yes",
    "network_script": agi_path(SECRET),
    "channel": "PJSIP/telco-00000001",
    "callerid": "84951110001",
    "callingpres": "0",
    "extension": "+74950990000",
    "context": FROM_TRUNK,
}


@pytest.fixture(autouse=True)
def patient_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """How soon this machine asks and answers is no matter here."""
    monkeypatch.setattr("telephony.asterisk.agi.WITHIN_S", HANGS_S)
    monkeypatch.setattr(inbound, "AUDIO_WAIT_S", HANGS_S)
    monkeypatch.setattr("telephony.asterisk.audio_server.UUID_WAIT_S", HANGS_S)


@dataclass
class Hall:
    """A door, and those who came through it."""

    came: list[Incoming] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = FrontDoor("telco", agi_path(SECRET), home="RU", audio_address=lambda: "127.0.0.1:9092")

    def open(self, at_most: int = 2) -> None:
        self.close = self.door.on_call(self.came.append, at_most=at_most)


class Link:
    def hang_up(self) -> None:
        """Nothing is behind it."""


def came_in(hall: Hall, **changes: str) -> Incoming:
    variables = hall.door.answer(REQUEST | changes)
    assert variables is not None
    call = hall.door.admit(UUID(variables["TOKEN"]))
    assert call is not None
    call.on_start(Link())
    return hall.came[-1]


async def test_a_caller_gets_a_token_that_is_good_once_and_is_taken_when_his_audio_comes() -> None:
    hall = Hall()
    hall.open()
    variables = hall.door.answer(REQUEST)
    assert variables is not None
    assert (variables["ADMIT"], variables["AUDIO"]) == ("yes", "127.0.0.1:9092")
    assert variables["TOKEN"] != variables["CHANNEL(accountcode)"]
    assert hall.came == [], "not before there is sound"
    token = UUID(variables["TOKEN"])
    call = hall.door.admit(token)
    assert call is not None
    assert hall.door.admit(token) is None
    call.on_start(Link())
    (incoming,) = hall.came
    assert str(incoming.call.call_id) == variables["CHANNEL(accountcode)"]
    assert (incoming.caller, incoming.dialed) == ("+74951110001", "+74950990000")
    await call.hang_up()
    assert hall.door.calls == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"network_script": ""},
        {"network_script": "incoming"},
        {"network_script": "ключ"},
        {"context": "closed"},
        {"channel": "PJSIP/other-00000001"},
        {"channel": "PJSIP/telco2-00000001"},
        {"channel": ""},
    ],
)
async def test_a_request_that_is_not_of_our_trunk_is_refused(changes: dict[str, str]) -> None:
    hall = Hall()
    hall.open()
    assert hall.door.answer(REQUEST | changes) is None
    assert hall.door.answer({}) is None
    assert hall.door.calls == {}


async def test_whoever_is_answered_and_never_brings_his_audio_frees_his_place() -> None:
    hall = Hall()
    hall.open(at_most=1)
    variables = hall.door.answer(REQUEST)
    assert variables is not None
    assert hall.door.answer(REQUEST) is None, "the place is taken"
    (call,) = hall.door.calls.values()
    call.abandon("caller_left")
    assert hall.door.admit(UUID(variables["TOKEN"])) is None
    assert hall.came == []
    assert came_in(hall)
    (call,) = hall.door.calls.values()
    call.abandon("line_closed")


@pytest.mark.looptime
async def test_that_place_is_freed_by_the_clock() -> None:
    hall = Hall()
    hall.open(at_most=1)
    assert hall.door.answer(REQUEST) is not None
    await asyncio.sleep(inbound.AUDIO_WAIT_S + 0.1)
    assert hall.door.calls == {}


async def test_a_withheld_number_is_not_looked_at() -> None:
    hall = Hall()
    hall.open()
    assert came_in(hall, callingpres="35").caller == ""
    for call in tuple(hall.door.calls.values()):
        call.abandon("over")


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("84951234567", "+74951234567"),
        ("74951234567", "+74951234567"),
        ("4951234567", "+74951234567"),
        ("+74951234567", "+74951234567"),
        ("8 (495) 123-45-67", "+74951234567"),
        ("89161234567", "+79161234567"),
        ("810442079460000", "+442079460000"),
        ("442079460000", "+442079460000"),
        ("+74950010001", "+74950010001"),
        ("anonymous", ""),
        ("unknown", ""),
        ("", ""),
        ("112", ""),
        ("+7495000", ""),
        ("\r\nAction: Originate", ""),
        ("٨٤٩٥١٢٣٤٥٦٧", ""),
    ],
)
def test_a_number_shown_is_made_e164(shown: str, number: str) -> None:
    assert caller_number(shown) == number


@given(st.text(max_size=40))
def test_whatever_is_shown_gives_a_number_that_can_be_dialed_or_none(shown: str) -> None:
    number = caller_number(shown)
    assert number == "" or (number[0] == "+" and number[1:].isascii() and number[1:].isdecimal())


@pytest.mark.parametrize(
    ("host", "port", "path"), [("a b", 1, "x"), ("127.0.0.1", 0, "x"), ("127.0.0.1", 1, "x,y"), ("h", 1, "")]
)
def test_hostile_values_stand_in_no_dial_plan(host: str, port: int, path: str) -> None:
    with pytest.raises(UnsafeValue):
        inbound_context(host, port, path)


@asynccontextmanager
async def agi_server(*, open_door: bool = True) -> AsyncIterator[tuple[Hall, AgiServer]]:
    hall = Hall()
    if open_door:
        hall.open()
    async with AgiServer("127.0.0.1", 0, hall.door.answer) as server:
        yield hall, server
    for call in tuple(hall.door.calls.values()):
        call.abandon("over")


async def ask(server: AgiServer, lines: list[str]) -> dict[str, str]:
    """What an Asterisk is told to set, until the connection closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.bound_port)
    told: dict[str, str] = {}
    with suppress(ConnectionError):
        writer.write("".join(f"{line}\n" for line in lines).encode() + b"\n")
        async with asyncio.timeout(HANGS_S):
            while line := (await reader.readline()).decode():
                _, _, name, value = line.split()
                told[name] = value.strip('"')
                writer.write(b"200 result=1\n")
    writer.close()
    return told


def lines(**changes: str) -> list[str]:
    return [f"agi_{key}: {value}" for key, value in (REQUEST | changes).items()]


async def test_asterisk_is_answered_in_variables() -> None:
    async with agi_server() as (hall, server):
        told = await ask(server, lines())
        assert told["ADMIT"] == "yes"
        assert UUID(told["CHANNEL(accountcode)"]) in hall.door.calls


@pytest.mark.parametrize(
    "hostile",
    [
        ["GET / HTTP/1.1"],
        ["agi_extension"],
        ["agi_x: " + "y" * 100_000],
        [f"agi_{number}: 1" for number in range(200)],
        [*lines(), "agi_context: from-trunk"],
        lines(network_script="wrong"),
    ],
)
async def test_what_is_no_request_of_ours_is_told_nothing(hostile: list[str]) -> None:
    async with agi_server() as (hall, server):
        assert await ask(server, hostile) == {}
        assert hall.door.calls == {}
        assert server.refused == 1
        assert server.malformed == (hostile != lines(network_script="wrong")), "that one speaks AGI"


async def test_more_questions_than_can_be_answered_are_closed_at_once() -> None:
    async with agi_server() as (_, server):
        waiting = [await asyncio.open_connection("127.0.0.1", server.bound_port) for _ in range(AT_ONCE)]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.bound_port)
        async with asyncio.timeout(HANGS_S):
            assert await reader.read() == b""
        assert not any(patient.at_eof() for patient, _ in waiting), "long before those who were first"
        writer.close()
        for _, other in waiting:
            other.close()


async def test_a_line_takes_the_call_asterisk_asked_about_and_learns_why_it_ended() -> None:
    ami, came = ScriptedAmi(), asyncio.Queue[Incoming]()
    settings = AsteriskSettings(ami_secret=SECRET, audio_port=0, agi_port=0, trunk="telco")
    line = AsteriskLine(settings, ami)
    work = asyncio.create_task(line.run())
    while not ami.is_heard:
        await asyncio.sleep(0)
    line.on_call(came.put_nowait, at_most=1)
    told = await ask(line._agi, lines())
    host, _, port = told["AUDIO"].rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(encode(Kind.UUID, UUID(told["TOKEN"]).bytes))
    async with asyncio.timeout(HANGS_S):
        call = (await came.get()).call
        ami.emit("Hangup", Uniqueid="1700000000.7", AccountCode=str(call.call_id), Cause="16")
        writer.close()
        async for _ in call.frames():
            pass
    assert call.ended == Ended(EndedBy.CLIENT, "normal_clearing")
    work.cancel()
    await asyncio.wait([work])
