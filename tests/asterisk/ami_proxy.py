"""A cable between the robot and AMI that can be cut, or go deaf, at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class AmiProxy:
    """deaf: what Asterisk says is swallowed. `cut` breaks every connection; new ones are taken."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._writers: set[asyncio.StreamWriter] = set()
        self.deaf = False
        self.sent_by_robot = bytearray()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._writers |= {writer, back}
        await asyncio.gather(self._carry(reader, back, True), self._carry(there, writer, False))
        self._writers -= {writer, back}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_robot: bool) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(4096):
                if from_robot:
                    self.sent_by_robot += data
                if from_robot or not self.deaf:
                    writer.write(data)
                    await writer.drain()
        writer.close()

    def cut(self) -> None:
        self.deaf = False
        for writer in tuple(self._writers):
            writer.transport.abort()


@asynccontextmanager
async def ami_proxy(target_port: int) -> AsyncIterator[tuple[AmiProxy, int]]:
    proxy = AmiProxy(target_port)
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
        yield proxy, server.sockets[0].getsockname()[1]
        proxy.cut()
