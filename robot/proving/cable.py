"""A cable between a robot and its Asterisk's AMI, which can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"


class Cable:
    """Carries everything between `port` and `target_port` of this machine while entered."""

    def __init__(self, port: int, target_port: int) -> None:
        self._port = port
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._whole = asyncio.Event()
        self._whole.set()
        self.cuts = 0
        """Connections that were broken."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._join, LOOPBACK, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self._break()

    async def cut(self, for_s: float) -> None:
        """Break every connection, and let none through for so long."""
        self._whole.clear()
        self.cuts += len(self._ends) // 2
        self._break()
        await asyncio.sleep(for_s)
        self._whole.set()

    def _break(self) -> None:
        for end in tuple(self._ends):
            end.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole.is_set():
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self._target_port)
        except OSError:  # nobody listens there now
            writer.transport.abort()
            return
        both = {writer, back}
        self._ends |= both
        try:
            await asyncio.gather(_carry(reader, back), _carry(there, writer))
        finally:
            self._ends -= both


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
