"""The way between our Asterisk and the operator's: SIP and the media it announces, over UDP. It can be cut, lose part
of the media and delay it.

Both sides are told to find the other one here. SIP is carried with the addresses in it replaced, so that answers and
media come here, too; every port has five digits, so no length within a message changes.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
IDLE_S = 20.0
"""Media of a call that has been silent for so long is over."""

_MEDIA = re.compile(rb"(?<=\r\nm=audio )(\d{5})(?= )")
_CALL = re.compile(rb"\r\nCall-ID:[ \t]*([^\r\n]+)", re.IGNORECASE)


@dataclass(slots=True)
class _Media:
    """One call's: a socket that stands for each side, and the port where that side listens."""

    sockets: tuple[socket.socket, socket.socket]
    ports: list[int] = field(default_factory=lambda: [0, 0])
    heard_s: float = 0.0


class TrunkCable:
    """Between ours (side 0) and the operator's (side 1). `near`: where each side finds the other one, 0 for any port
    that is free (`near` tells it then); `far`: where it listens itself. loss: share of the media's packets, 0..1;
    delay_s: of the others, and up to as much again by chance.
    """

    def __init__(self, near: tuple[int, int], far: tuple[int, int], rng: Random) -> None:
        if any(not 10_000 <= port <= 65_535 for port in (*filter(None, near), *far)):
            raise ValueError("every port must have five digits")
        self.near = near
        self._far = far
        self._rng = rng
        self._signalling: tuple[socket.socket, ...] = ()
        self._media: dict[bytes, _Media] = {}
        self.whole = True
        self.loss = 0.0
        self.delay_s = 0.0
        self.carried = 0
        """Packets of media."""
        self.lost = 0
        """Those, and messages, that were not carried."""

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        with contextlib.ExitStack() as bound:  # where the second port is taken, the first is let go
            ours, theirs = (bound.enter_context(_bound(port)) for port in self.near)
            bound.pop_all()
        self._signalling = ours, theirs
        self.near = ours.getsockname()[1], theirs.getsockname()[1]
        for side, one in enumerate(self._signalling):
            loop.add_reader(one, self._read, one, lambda data, side=side: self._signal(side, data))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._signalling:
            _close(one)
        for media in self._media.values():
            for one in media.sockets:
                _close(one)

    async def cut(self, for_s: float) -> None:
        """Nothing gets through for so long, neither words nor sound."""
        self.whole = False
        try:
            await asyncio.sleep(for_s)
        finally:
            self.whole = True

    def _read(self, one: socket.socket, take: Callable[[bytes], None]) -> None:
        """All that waits."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                data = one.recv(65_536)
                if self.whole:
                    take(data)
                else:
                    self.lost += 1

    def _signal(self, side: int, data: bytes) -> None:
        """A message that `side` sent."""
        other = 1 - side
        # Where the sender is, the receiver must find us; of us, the receiver knows his own name.
        data = data.replace(_address(self._far[side]), _address(self.near[other]))
        data = data.replace(_address(self.near[side]), _address(self._far[other]))
        call, port = _CALL.search(data), _MEDIA.search(data)
        if call is not None and port is not None:
            stand_in = self._announced(call[1], side, int(port[1]))
            data = data[: port.start()] + b"%d" % stand_in + data[port.end() :]
        _send(self._signalling[other], data, self._far[other])

    def _announced(self, call: bytes, side: int, port: int) -> int:
        """The side listens at this port; where the other one is to send."""
        self._forget_idle()
        media = self._media.get(call)
        if media is None:
            media = self._media[call] = self._begin()
        media.ports[side] = port
        number: int = media.sockets[side].getsockname()[1]
        return number

    def _begin(self) -> _Media:
        media = _Media((_bound(0), _bound(0)), heard_s=_now_s())
        for side, one in enumerate(media.sockets):
            # What arrives at the socket that stands for a side comes from the other one.
            asyncio.get_running_loop().add_reader(
                one, self._read, one, lambda data, side=side: self._sound(media, side, data)
            )
        return media

    def _sound(self, media: _Media, to: int, data: bytes) -> None:
        if not media.ports[to]:
            return
        media.heard_s = _now_s()
        if self.loss and self._rng.random() < self.loss:
            self.lost += 1
            return
        self.carried += 1
        come_from, port = media.sockets[1 - to], media.ports[to]
        if self.delay_s:
            late_s = self.delay_s * (1 + self._rng.random())
            asyncio.get_running_loop().call_later(late_s, _send, come_from, data, port)
        else:
            _send(come_from, data, port)

    def _forget_idle(self) -> None:
        now_s = _now_s()
        for call, media in list(self._media.items()):
            if now_s - media.heard_s > IDLE_S:
                for one in media.sockets:
                    _close(one)
                del self._media[call]


def _bound(port: int) -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setblocking(False)
    try:
        one.bind((LOOPBACK, port))
    except OSError:
        one.close()
        raise
    return one


def _close(one: socket.socket) -> None:
    asyncio.get_running_loop().remove_reader(one)
    one.close()


def _send(one: socket.socket, data: bytes, port: int) -> None:
    with contextlib.suppress(OSError):  # as a network loses what nobody takes
        one.sendto(data, (LOOPBACK, port))


def _address(port: int) -> bytes:
    return b"%s:%d" % (LOOPBACK.encode(), port)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
