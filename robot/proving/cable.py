"""A cable between two parts that talk over TCP or a Unix socket: it can be cut, be slow, and carry nonsense."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"

End = int | Path
"""A port of this machine, or a Unix socket."""


class Cable:
    """Carries everything between `near`, where one part is told the other to be, and `far`, where that is, while
    entered. far may be asked for anew with each connection, for a part that moves.

    delay_s: each piece of data waits so long, in both directions. babble: instead of joining anybody to the other
    part, answer with these bytes and hang up."""

    def __init__(self, near: End, far: End | Callable[[], End]) -> None:
        self._near = near
        self._far: Callable[[], End] = far if callable(far) else lambda: far
        self._server: asyncio.Server | None = None
        self._joined: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._served: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}
        self._whole = asyncio.Event()
        self._whole.set()
        self.delay_s = 0.0
        self.babble = b""
        self.cuts = 0
        """Connections that were broken."""
        self.refused = 0
        """Those that were not let through."""
        self.babbled = 0
        """Those that nonsense was told to."""

    @property
    def connections(self) -> int:
        return len(self._joined)

    async def __aenter__(self) -> Self:
        if isinstance(self._near, Path):
            self._server = await asyncio.start_unix_server(self._serve, self._near)
            self._near.chmod(0o777)  # as PostgreSQL's own
        else:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, self._near)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.break_off()
        for writer in self._served.values():
            writer.transport.abort()
        await asyncio.gather(*filter(None, self._served), return_exceptions=True)

    async def cut(self, for_s: float) -> None:
        """Break every connection, and let none through for so long."""
        self._whole.clear()
        self.break_off()
        try:
            await asyncio.sleep(for_s)
        finally:
            self._whole.set()

    def break_off(self) -> None:
        """Every connection at once; the next ones are let through."""
        self.cuts += len(self._joined)
        for ends in tuple(self._joined):
            for end in ends:
                end.transport.abort()

    def inject(self, data: bytes) -> int:
        """Let everybody who has connected read this from the other part, in between; how many there are."""
        for near, _far in self._joined:
            near.write(data)
        return len(self._joined)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._served[task] = writer
        try:
            await self._join(reader, writer)
        finally:
            del self._served[task]
            await _gone(writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole.is_set():
            self.refused += 1
            writer.transport.abort()
            return
        if self.babble:
            self.babbled += 1
            await _answer(reader, writer, self.babble)
            return
        try:
            there, back = await _connect(self._far())
        except OSError:  # nobody listens there now
            writer.transport.abort()
            return
        both = (writer, back)
        self._joined.add(both)
        try:
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        finally:
            self._joined.discard(both)
            await _gone(back)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(data)
                await writer.drain()
        writer.close()


async def _gone(writer: asyncio.StreamWriter) -> None:
    """Until its transport is closed: it is on its way there."""
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _connect(end: End) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if isinstance(end, Path):
        return await asyncio.open_unix_connection(end)
    return await asyncio.open_connection(LOOPBACK, end)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(OSError):
        await reader.read(65_536)
        writer.write(data)
        await writer.drain()
    writer.close()
