"""Nothing of our Asterisk that dials can be reached from outside, by a stranger or by the trunk under names of ours."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import pytest

from telephony.asterisk.ami.base import AmiEvent
from telephony.lab.journal import Entry, Event, read_journal
from telephony.lab.settings import LabSettings
from tests.asterisk.conftest import patient
from tests.conftest import HANGS_S

pytestmark = pytest.mark.asterisk

HOME, STRANGER = "127.0.0.1", "127.0.0.9"
ABROAD = "00442012345678"
NAMES_OF_OURS = ("s", "i", "t", "h", "T", "busy", "closed", "from-trunk", "telco", "hangup", "failed", "o", "a")
DIAL_OUT = (ABROAD, f"+{ABROAD[2:]}", f"9{ABROAD}", f"PJSIP%2F{ABROAD}%40telco", "1000", "*72", "%2331%231", "")


class Caller:
    """A telephone of one's own making: it may say anything."""

    def __init__(self, address: str, pbx_port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.settimeout(HANGS_S)
        self._pbx = (HOME, pbx_port)
        self._from = f"{address}:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._socket.close()

    def invite(self, extension: str, *, user: str = "telco") -> int:
        """The final answer's code; on the way there a ringing or an answer is one, too."""
        call, branch = uuid4().hex, f"z9hG4bK{uuid4().hex}"
        body = (
            f"v=0\r\no=- 1 1 IN IP4 {HOME}\r\ns=-\r\nc=IN IP4 {HOME}\r\nt=0 0\r\n"
            "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )
        target = f"sip:{extension}@{HOME}:{self._pbx[1]}" if extension else f"sip:{HOME}:{self._pbx[1]}"
        self._send("INVITE", target, user=user, call=call, branch=branch, body=body)
        while True:
            code, tag = self._answer(call)
            if code > 100:
                if code >= 300:
                    self._send("ACK", target, user=user, call=call, branch=branch, body="", tag=tag)
                return code

    def _send(self, method: str, target: str, *, user: str, call: str, branch: str, body: str, tag: str = "") -> None:
        lines = (
            f"{method} {target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._from};rport;branch={branch}",
            "Max-Forwards: 70",
            f"From: <sip:{user}@{HOME}>;tag=1",
            f"To: <{target}>{';tag=' + tag if tag else ''}",
            f"Call-ID: {call}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{user}@{self._from}>",
            "Content-Type: application/sdp",
            f"Content-Length: {len(body)}",
        )
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self._pbx)

    def _answer(self, call: str) -> tuple[int, str]:
        while True:
            told = self._socket.recv(65_536).decode(errors="replace")
            if f"Call-ID: {call}" in told and told.startswith("SIP/2.0"):
                to = next(line for line in told.split("\r\n") if line.startswith("To:"))
                return int(told.split()[1]), to.partition(";tag=")[2]


@contextmanager
def calling_from(address: str, lab: LabSettings) -> Iterator[Caller]:
    caller = Caller(address, lab.pbx_sip_port)
    try:
        yield caller
    finally:
        caller.close()


@asynccontextmanager
async def watched(lab: LabSettings) -> AsyncIterator[list[str]]:
    """Every channel our Asterisk makes meanwhile, and what it is connected to."""
    ami = patient(lab).ami_client()
    made: list[str] = []

    def note(event: AmiEvent) -> None:
        if event.name == "Newchannel":
            made.append(event.get("Channel"))

    running = asyncio.create_task(ami.run())
    try:
        await ami.connected(HANGS_S)
        unsubscribe = ami.subscribe(note)
        yield made
        await ami.action("Ping")  # events of before come before its answer
        unsubscribe()
    finally:
        running.cancel()
        await asyncio.wait([running])


def rung(lab: LabSettings) -> list[Entry]:
    """Whom the telephone company was asked for. Not when calls ended: one of before may end meanwhile."""
    return [entry for entry in read_journal(lab.journal) if entry.event is Event.RING]


async def test_a_stranger_reaches_nothing_at_all(lab: LabSettings) -> None:
    before = rung(lab)
    async with watched(lab) as made:
        with calling_from(STRANGER, lab) as stranger:
            for extension in (*DIAL_OUT, *NAMES_OF_OURS):
                for user in ("telco", "anonymous"):
                    code = await asyncio.to_thread(stranger.invite, extension, user=user)
                    assert code >= 400, f"{extension} as {user}"
    assert made == []
    assert rung(lab) == before


async def test_from_the_trunk_no_extension_dials_out(lab: LabSettings) -> None:
    """Without a robot nobody is taken; so whoever gets further than a refusal got past it."""
    before = rung(lab)
    calls = 0
    async with watched(lab) as made:
        with calling_from(HOME, lab) as trunk:
            for extension in (*DIAL_OUT, *NAMES_OF_OURS):
                code = await asyncio.to_thread(trunk.invite, extension)
                assert code >= 400, extension
                calls += 1
    assert len(made) <= calls, "a call that comes in is one channel; one that went out would be another"
    assert all(channel.startswith("PJSIP/telco-") for channel in made)
    assert rung(lab) == before
