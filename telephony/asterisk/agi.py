"""FastAGI, the little of it that is needed: be asked about a call, set variables of its channel.

Asterisk connects, sends `agi_...: value` lines up to an empty one, then takes commands, one line each, and answers
each with a line that begins with 200. Source: res_agi.c.
"""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from telephony.errors import MalformedAgi, PortInUse

MAX_LINES = 100
MAX_LINE_BYTES = 2048
AT_ONCE = 32
WITHIN_S = 3.0
_VARIABLE = re.compile(r"[A-Z_]+\Z|CHANNEL\(accountcode\)\Z")
_VALUE = re.compile(r"[A-Za-z0-9._:-]*\Z")

Request = Mapping[str, str]
"""What Asterisk tells of a call, without the agi_ prefix: extension, callerid, channel, … Written by strangers."""


async def read_request(reader: asyncio.StreamReader) -> dict[str, str]:
    """Raises MalformedAgi for anything that is no request."""
    request: dict[str, str] = {}
    for _ in range(MAX_LINES):
        try:
            line = (await reader.readline()).decode(errors="replace")
        except ValueError as error:
            raise MalformedAgi("an AGI line is too long") from error
        if line == "\n":
            return request
        key, colon, value = line.rstrip("\n").partition(":")
        name = key.removeprefix("agi_")
        if not colon or name == key or name in request:  # twice: a line break came in with a value
            break
        request[name] = value.strip()
    raise MalformedAgi("what asks about a call does not speak AGI")


async def set_variables(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, variables: Mapping[str, str]
) -> None:
    """Raises MalformedAgi when a variable cannot be set so, or Asterisk does not take it."""
    for name, value in variables.items():
        if not _VARIABLE.match(name) or not _VALUE.match(value):
            raise MalformedAgi(f"{name} cannot be set to such a value over AGI")
        writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
        await writer.drain()
        if not (await reader.readline()).startswith(b"200"):
            raise MalformedAgi(f"Asterisk did not take the variable {name}")


class AgiServer:
    """Answers requests while entered: `answer` gives the variables to set, or None for a call not to be taken.

    Bounded in time (each request) and number (at once); what is beyond is closed without an answer, which the dial
    plan takes for a refusal. `port` 0 takes any free one. refused: connections that got no answer. malformed: those of
    them that did not ask in AGI, or not in time.
    """

    def __init__(self, host: str, port: int, answer: Callable[[Request], Mapping[str, str] | None]) -> None:
        self._host = host
        self._port = port
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.refused = 0
        self.malformed = 0

    @property
    def bound_port(self) -> int:
        if self._server is None:
            raise RuntimeError("the AGI server has not been entered")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        """Start to listen. Raises PortInUse."""
        try:
            self._server = await asyncio.start_server(self._begin, self._host, self._port, limit=MAX_LINE_BYTES)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUse(
                f"port {self._host}:{self._port} for incoming calls is taken by another program",
                remedy="stop that program (ss -ltnp shows it) or set another AGI port, in Asterisk's dial plan too",
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in tuple(self._under_way):
            task.cancel()
        if self._under_way:
            await asyncio.wait(tuple(self._under_way))

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._under_way) >= AT_ONCE:
            self.refused += 1
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(WITHIN_S):
                variables = self._answer(await read_request(reader))
                if variables is None:
                    self.refused += 1
                else:
                    await set_variables(reader, writer, variables)
        except (MalformedAgi, TimeoutError):
            self.refused += 1
            self.malformed += 1
        except OSError:  # Asterisk has gone
            self.refused += 1
        finally:
            writer.close()
