"""What the robot means, told to the lab's subscribers beside the audio: one JSON object a datagram, one way only."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from telephony.simulated.subscriber import Said

OnHint = Callable[[str, Said], None]


class Hints:
    """The robot's end."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def told(self, number: str, said: Said) -> bool:
        """Whoever answers that number now is told what the robot has begun to say. False: there was nobody to tell;
        a call never fails for that."""
        datagram = json.dumps({"number": number, "phrase": said.phrase, "text": said.text}).encode()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
            try:
                sender.sendto(datagram, str(self._path))
            except OSError:
                return False
        return True


class HintServer(asyncio.DatagramProtocol):
    """The subscribers' end, listening while entered. What is no hint is dropped."""

    def __init__(self, path: Path, on_hint: OnHint) -> None:
        self._path = path
        self._on_hint = on_hint
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        self._path.unlink(missing_ok=True)  # left by one that was killed
        loop = asyncio.get_running_loop()
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        receiver.bind(str(self._path))
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=receiver)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transport is not None:
            self._transport.close()
        self._path.unlink(missing_ok=True)

    def datagram_received(self, data: bytes, _address: object) -> None:
        try:
            hint = json.loads(data)
            number, said = hint["number"], Said(phrase=hint["phrase"], text=hint["text"])
        except (ValueError, TypeError, KeyError):
            return
        if all(isinstance(part, str) for part in (number, said.phrase, said.text)):
            self._on_hint(number, said)
