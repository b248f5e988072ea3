"""The `asterisk-ami` package behind a guard: a socket with its reading thread, and nothing else of it.

What the guard keeps out (0.1.7): the thread dies silently after three seconds without traffic; a greeting that is not
Asterisk's kills it before anyone is told; `send` may write half an action; closing the socket does not wake the
thread; packets are cut at every line separator Unicode has; one that never ends fills the memory; its futures block,
and fail under Python's warnings.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from asterisk.ami import Action, AMIClient

from telephony.asterisk.ami.wire import NO_PACKET, Packet, parse_packet
from telephony.errors import MalformedAmi

CONNECT_TIMEOUT_S = 5.0
JOIN_TIMEOUT_S = 2.0
MAX_PACKET_BYTES = 256 * 1024
"""Asterisk's longest are some kilobytes."""

OnPacket = Callable[[Packet], None]
OnClosed = Callable[[str], None]


class Wire(Protocol):
    """One open connection that carries packets."""

    async def send(self, action: str, fields: Mapping[str, str]) -> None:
        """Raises OSError when the connection is gone."""
        ...

    @property
    def alive(self) -> bool:
        """Somebody reads what Asterisk sends."""
        ...

    async def close(self) -> None: ...


def packets_of(pieces: Iterable[bytes]) -> Iterator[str]:
    """The greeting, which is a line, and the packets after it, without their last empty line. Raises MalformedAmi for
    what never ends."""
    data, end = bytearray(), AMIClient.asterisk_line_regex
    for piece in pieces:
        searched = max(0, len(data) - len(b"\r\n\r\n"))
        data += piece
        while (found := end.search(data, searched)) is not None:
            yield data[: found.start()].decode("utf-8", errors="replace")
            del data[: found.end()]
            searched, end = 0, AMIClient.asterisk_pack_regex
        if len(data) > MAX_PACKET_BYTES:
            raise MalformedAmi("what answers on the manager's port speaks no AMI")


class _GuardedClient(AMIClient):  # type: ignore[misc]
    finished: threading.Event | None

    def __init__(self, host: str, port: int, on_packet: OnPacket, on_closed: OnClosed) -> None:
        super().__init__(address=host, port=port, buffer_size=64 * 1024)
        self._on_packet = on_packet
        self._on_closed = on_closed

    def connect(self) -> None:
        self._socket = socket.create_connection((self._address, self._port), timeout=CONNECT_TIMEOUT_S)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.finished = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(self.finished,), name="ami-listener", daemon=True)
        self._thread.start()

    def _listen(self, finished: threading.Event) -> None:
        reason = "Asterisk closed the connection"
        try:
            packets = packets_of(iter(lambda: self._socket.recv(self._buffer_size), b""))
            greeting = next(packets, "")
            if self.asterisk_start_regex.match(greeting):
                for packet in packets:
                    self.fire_recv_pack(packet)
            elif greeting:
                reason = "what listens there is not an Asterisk manager"
        except (OSError, MalformedAmi) as error:
            reason = str(error)
        finally:
            finished.set()
            self._socket.close()
            self._on_closed(reason)

    def fire_recv_pack(self, pack: str) -> None:
        if pack.strip():
            self._on_packet(parse_packet(pack) or NO_PACKET)

    def send(self, pack: Any) -> None:
        self._socket.sendall(f"{pack}\r\n".encode())

    def disconnect(self) -> None:
        if self.finished is None:
            return  # it never connected
        self.finished.set()
        with contextlib.suppress(OSError):  # the peer may have been faster
            self._socket.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the reading thread
        self._thread.join(JOIN_TIMEOUT_S)

    def is_reading(self) -> bool:
        return self._thread is not None and self._thread.is_alive()


class PackageWire:
    """A connection made with the package. Its blocking calls run in one thread, which also keeps sends in order."""

    def __init__(self, client: _GuardedClient) -> None:
        self._client = client
        self._sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ami-sender")

    @classmethod
    async def open(cls, host: str, port: int, on_packet: OnPacket, on_closed: OnClosed) -> PackageWire:
        """Connect; both callbacks are called on the running loop, `on_closed` last and once. Raises OSError."""
        loop = asyncio.get_running_loop()

        def on_loop(callback: Callable[[Any], None]) -> Callable[[Any], None]:
            def hand_over(argument: Any) -> None:
                with contextlib.suppress(RuntimeError):  # the loop has been closed: nobody is left to be told
                    loop.call_soon_threadsafe(callback, argument)

            return hand_over

        wire = cls(_GuardedClient(host, port, on_loop(on_packet), on_loop(on_closed)))
        try:
            await loop.run_in_executor(wire._sender, wire._client.connect)
        except BaseException:
            wire._sender.submit(wire._client.disconnect)  # a connection that still comes up is closed again
            wire._sender.shutdown(wait=False)
            raise
        return wire

    @property
    def alive(self) -> bool:
        return self._client.is_reading()

    async def send(self, action: str, fields: Mapping[str, str]) -> None:
        await asyncio.get_running_loop().run_in_executor(
            self._sender, self._client.send, Action(action, keys=dict(fields))
        )

    async def close(self) -> None:
        """End the connection and its threads."""
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, self._client.disconnect))
        self._sender.shutdown(wait=False)
