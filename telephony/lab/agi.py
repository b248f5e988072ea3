"""FastAGI, the little of it the telephone company needs: be asked about a call, set variables of its channel.

Asterisk connects, sends `agi_...: value` lines up to an empty one, then takes commands, one line each, and answers
each with a line that begins with 200. Source: res_agi.c.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from telephony.errors import LabError

MAX_LINES = 100
_VARIABLE = re.compile(r"[A-Z_]+\Z")
_VALUE = re.compile(r"[A-Za-z0-9._-]*\Z")


async def read_request(reader: asyncio.StreamReader) -> dict[str, str]:
    """What Asterisk tells of the call, without the agi_ prefix. Raises LabError for anything else."""
    request: dict[str, str] = {}
    for _ in range(MAX_LINES):
        try:
            line = (await reader.readline()).decode(errors="replace")
        except ValueError as error:
            raise LabError("an AGI line is too long") from error
        if line == "\n":
            return request
        key, colon, value = line.rstrip("\n").partition(":")
        if not colon or not key.startswith("agi_"):
            break
        request[key.removeprefix("agi_")] = value.strip()
    raise LabError("what asks for a route does not speak AGI")


async def set_variables(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, variables: Mapping[str, str]
) -> None:
    """Raises LabError when Asterisk does not take one."""
    for name, value in variables.items():
        if not _VARIABLE.match(name) or not _VALUE.match(value):
            raise LabError(f"{name} cannot be set to such a value over AGI")
        writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
        await writer.drain()
        if not (await reader.readline()).startswith(b"200"):
            raise LabError(f"Asterisk did not take the variable {name}")
