"""A disk that is full, a real one: what is said waits for room, and is stored."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from robot.proving.disk import disk
from robot.proving.errors import PartMissing
from tests.conftest import HANGS_S
from tests.e2e import full_disk_life

pytestmark = pytest.mark.e2e

TURNS = 3
MOST = 200
"""Some fit into pages that are there already."""


async def line_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(4 * HANGS_S):
        return (await process.stdout.readline()).decode().strip()


async def test_what_is_said_while_the_disk_is_full_is_stored_once_there_is_room(tmp_path: Path) -> None:
    try:
        async with disk(tmp_path / "disk") as own:
            command = (*own.prefix, sys.executable, "-m", full_disk_life.__name__, str(own.where))
            talk = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
            assert talk.stdin is not None
            assert await line_of(talk) == "ready"
            for _ in range(TURNS):
                talk.stdin.write(b"\n")
                assert await line_of(talk) == "stored"
            await own.fill()
            stored = TURNS
            while stored < MOST:
                talk.stdin.write(b"\n")
                told = await line_of(talk)
                stored += 1
                if told != "stored":
                    break
            assert "store_away" in told, "the disk was full at last"
            await own.free()
            assert "store_back" in await line_of(talk)
            assert await line_of(talk) == "stored"
            talk.stdin.close()
            assert await line_of(talk) == str(stored), "nothing that was said is lost"
            assert await talk.wait() == 0
    except PartMissing as missing:
        pytest.skip(f"{missing}: {missing.remedy}")
