"""Other ends of AMI for tests: a wire in memory, a TCP server that speaks the protocol, and a whole `Ami`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from telephony.asterisk.ami.base import CONNECTED, DISCONNECTED, AmiEvent, AmiReply, AmiState
from telephony.asterisk.ami.package import OnClosed, OnPacket
from telephony.asterisk.ami.wire import Packet
from telephony.errors import LineDown

Answer = Callable[[str, Mapping[str, str]], list[Packet]]


def success(_action: str, fields: Mapping[str, str]) -> list[Packet]:
    return [Packet("response", "Success", {"ActionID": fields["ActionID"]})]


@dataclass
class MemoryWire:
    """Answers actions by `answer`, on the loop, at once."""

    answer: Answer
    on_packet: OnPacket
    on_closed: OnClosed
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    alive: bool = True
    closed: bool = False

    async def send(self, action: str, fields: Mapping[str, str]) -> None:
        self.sent.append((action, dict(fields)))
        for packet in self.answer(action, fields):
            self.on_packet(packet)

    async def close(self) -> None:
        self.closed = True


@dataclass
class MemoryAsterisk:
    """Opens memory wires; `refuse` connections by raising, or answer otherwise from the next action on."""

    answer: Answer = success
    refuse: bool = False
    wires: list[MemoryWire] = field(default_factory=list)
    tried_s: list[float] = field(default_factory=list)

    async def open(self, host: str, port: int, on_packet: OnPacket, on_closed: OnClosed) -> MemoryWire:
        self.tried_s.append(asyncio.get_running_loop().time())
        if self.refuse:
            raise ConnectionRefusedError("nobody listens")
        wire = MemoryWire(self._answer, on_packet, on_closed)
        self.wires.append(wire)
        return wire

    def _answer(self, action: str, fields: Mapping[str, str]) -> list[Packet]:
        return self.answer(action, fields)


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def tcp_peer(script: Script, port: int = 0) -> AsyncIterator[int]:
    """A TCP server on loopback whose every connection is handled by `script(reader, writer)`; yields its port."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve(script, reader, writer))
        serving.add(task)
        await asyncio.wait([task])

    async def _serve(script: Script, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await script(reader, writer)
        finally:
            writer.transport.abort() if serving_is_over.is_set() else writer.close()

    serving_is_over = asyncio.Event()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            serving_is_over.set()
            for task in serving:
                task.cancel()
            if serving:
                await asyncio.wait(serving)


async def read_action(reader: asyncio.StreamReader) -> dict[str, str]:
    text = (await reader.readuntil(b"\r\n\r\n")).decode()
    return dict(line.split(": ", 1) for line in text.strip().split("\r\n"))


@dataclass
class ScriptedAmi:
    """An `Ami` in the test's hands. A reply may be an exception, or a function of the fields."""

    replies: dict[str, list[object]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    state: AmiState = field(default_factory=lambda: AmiState(connected=True, connects=1))
    _subscribers: list[Callable[[AmiEvent], None]] = field(default_factory=list)

    async def run(self) -> None:
        await asyncio.get_running_loop().create_future()

    async def connected(self, within_s: float) -> None:
        if not self.state.connected:
            raise LineDown("not connected")

    async def action(self, name: str, /, **fields: str) -> AmiReply:
        self.asked.append((name, fields))
        queue = self.replies.get(name, [])
        reply = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else AmiReply(True, {"Value": "Reachable"})
        if callable(reply):
            reply = reply(fields)
        if isinstance(reply, Exception):
            raise reply
        assert isinstance(reply, AmiReply)
        return reply

    def subscribe(self, on_event: Callable[[AmiEvent], None]) -> Callable[[], None]:
        self._subscribers.append(on_event)
        return lambda: self._subscribers.remove(on_event)

    @property
    def is_heard(self) -> bool:
        return bool(self._subscribers)

    def emit(self, name: str, **fields: str) -> None:
        for on_event in tuple(self._subscribers):
            on_event(AmiEvent(name, fields))

    def drop(self) -> None:
        self.state = AmiState(connected=False, connects=self.state.connects)
        self.emit(DISCONNECTED)

    def restore(self) -> None:
        self.state = AmiState(connected=True, connects=self.state.connects + 1)
        self.emit(CONNECTED)

    def count(self, name: str) -> int:
        return sum(asked == name for asked, _ in self.asked)
