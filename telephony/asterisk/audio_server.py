"""The AudioSocket server: Asterisk connects here with the audio of one call each.

The UUID a connection starts with is its only credential: it is shown to `admit`, which gives the handler of that call
or None. From then on a connection owns the 20 ms clock: at every deadline it reads what has arrived and asks the
handler for a frame, so the line carries sound (or silence) from the first moment, whatever comes from the other side.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self, cast
from uuid import UUID

from telephony.asterisk.audiosocket import HANG_UP, Decoder, Kind, Message, encode
from telephony.asterisk.pacer import Pacer
from telephony.audio import SAMPLE_BYTES, SAMPLE_RATE_HZ
from telephony.clock import Tick
from telephony.errors import MalformedAudio, PortInUse

UUID_WAIT_S = 5.0
UNSENT_LIMIT_BYTES = 32 * 1024  # two seconds of audio that the peer does not take: it has stalled
READ_BYTES = 16 * 1024  # a second of audio: what has piled up is read within a few ticks
UNHEARD_LIMIT_BYTES = 10 * SAMPLE_RATE_HZ * SAMPLE_BYTES
DEAD_PEER_MS = 10_000


class LinkEnd(StrEnum):
    """Who or what ended an audio connection."""

    PEER = "peer"
    OURS = "ours"
    LOST = "lost"


class AudioLink(Protocol):
    """What a handler may do with its connection."""

    def hang_up(self) -> None:
        """Tell the peer and close. Idempotent."""
        ...


class AudioHandler(Protocol):
    """Our end of one call. Everything is called on the event loop and must return at once."""

    def on_start(self, link: AudioLink) -> None: ...

    def on_tick(self, at_s: float, heard: bytes, digits: str) -> bytes | None:
        """What arrived since the last tick -> the 20 ms to send now, or None to hang up."""
        ...

    def on_end(self, end: LinkEnd, /) -> None:
        """Called once; no tick follows."""
        ...


Admit = Callable[[UUID], AudioHandler | None]
OnLateness = Callable[[float], None]


def ignore_lateness(seconds: float) -> None:
    """For who does not measure how late frames leave."""


class AudioConnection(asyncio.Protocol):
    """One connection from Asterisk, from its first byte to its end."""

    def __init__(self, server: AudioSocketServer) -> None:
        self._server = server
        self._decoder = Decoder()
        self._heard = bytearray()
        self._digits = ""
        self._transport: asyncio.Transport | None = None
        self._socket = -1
        self._handler: AudioHandler | None = None
        self._pacer: Pacer | None = None
        self._uuid_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        sock: socket.socket = transport.get_extra_info("socket")
        self._socket = sock.fileno()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MS)
        self._transport.set_write_buffer_limits(high=UNSENT_LIMIT_BYTES)
        self._server.joined(self)
        self._uuid_timer = asyncio.get_running_loop().call_later(UUID_WAIT_S, self._refuse)

    def data_received(self, data: bytes) -> None:
        if self._closed():
            return
        try:
            messages = self._decoder.feed(data)
        except MalformedAudio:
            self._break_off()
            return
        for message in messages:
            if self._closed():
                return
            self._take(message)
        if len(self._heard) > UNHEARD_LIMIT_BYTES:
            del self._heard[:-UNHEARD_LIMIT_BYTES]

    def eof_received(self) -> None:
        self._end(LinkEnd.PEER)

    def pause_writing(self) -> None:
        self._end(LinkEnd.LOST)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(LinkEnd.LOST if exc else LinkEnd.PEER)
        self._server.left(self)

    def hang_up(self) -> None:
        """Tell the peer and close. Idempotent."""
        self._end(LinkEnd.OURS)

    def _closed(self) -> bool:
        return self._transport is None

    def _take(self, message: Message) -> None:
        if self._handler is None:
            self._admit(message)
        elif message.kind is Kind.AUDIO:
            self._heard += message.payload
        elif message.kind is Kind.DTMF:
            self._digits += message.payload.decode("ascii")
        elif message.kind is Kind.HANG_UP:
            self._end(LinkEnd.PEER)
        elif message.kind is Kind.UUID:
            self._break_off()

    def _admit(self, message: Message) -> None:
        handler = self._server.admit(UUID(bytes=message.payload)) if message.kind is Kind.UUID else None
        if handler is None:
            self._refuse()
            return
        if self._uuid_timer is not None:
            self._uuid_timer.cancel()
        self._handler = handler
        if self._transport is not None:
            self._transport.pause_reading()  # a tick follows anyway, and waking up costs more than reading
        handler.on_start(self)
        self._pacer = Pacer(self._tick)

    def _read(self) -> None:
        """Take what has arrived since the last tick."""
        try:
            data = os.read(self._socket, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._end(LinkEnd.LOST)
            return
        if data:
            self.data_received(data)
        else:
            self._end(LinkEnd.PEER)

    def _break_off(self) -> None:
        self._server.malformed += 1
        self._end(LinkEnd.LOST)

    def _refuse(self) -> None:
        if self._handler is None and self._transport is not None:
            self._server.refused += 1
            self._end(LinkEnd.OURS)

    def _tick(self, tick: Tick) -> None:
        """Send the frame of this deadline. A handler that fails takes its call down with it, never leaves it mute."""
        if self._handler is None or self._transport is None:
            return
        self._server.on_lateness(tick.late_s)
        self._read()
        if self._closed():
            return
        heard, digits = bytes(self._heard), self._digits
        self._heard.clear()
        self._digits = ""
        try:
            frame = self._handler.on_tick(tick.at_s, heard, digits)
        except BaseException:
            self._end(LinkEnd.LOST)
            raise  # to the loop's exception handler, which tells of it
        if frame is None:
            self._end(LinkEnd.OURS)
        elif not self._closed():
            self._transport.write(encode(Kind.AUDIO, frame))

    def _end(self, end: LinkEnd) -> None:
        transport, self._transport = self._transport, None
        if transport is None:
            return
        if self._uuid_timer is not None:
            self._uuid_timer.cancel()
        if end is LinkEnd.LOST:
            transport.abort()
        else:
            if end is LinkEnd.OURS:
                transport.write(HANG_UP)
            transport.close()
        if self._pacer is not None:
            self._pacer.stop()
        if self._handler is not None:
            self._handler.on_end(end)


class AudioSocketServer:
    """Listens for the audio of calls while entered. `port` 0 takes any free one; `bound_port` tells which.

    refused, malformed: connections turned away for their UUID, and those that broke the protocol.
    """

    def __init__(self, host: str, port: int, admit: Admit, on_lateness: OnLateness = ignore_lateness) -> None:
        self._host = host
        self._port = port
        self.admit = admit
        self.on_lateness = on_lateness
        self.refused = 0
        self.malformed = 0
        self._connections: set[AudioConnection] = set()
        self._server: asyncio.Server | None = None

    @property
    def bound_port(self) -> int:
        if self._server is None:
            raise RuntimeError("the audio server has not been entered")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        """Start to listen. Raises PortInUse."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: AudioConnection(self), self._host, self._port, backlog=512)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUse(
                f"audio port {self._host}:{self._port} is taken by another program",
                remedy="stop that program (ss -ltnp shows it) or set another audio port",
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and hang up every call."""
        if self._server is not None:
            self._server.close()
            for connection in tuple(self._connections):
                connection.hang_up()
            await self._server.wait_closed()

    def joined(self, connection: AudioConnection) -> None:
        self._connections.add(connection)

    def left(self, connection: AudioConnection) -> None:
        self._connections.discard(connection)
