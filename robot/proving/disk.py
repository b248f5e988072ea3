"""A small disk of its own for one node: a file system in memory that only processes started on it see, which can be
made full. Needs no special rights where the system lets users have namespaces; nothing is left of it afterwards."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from robot.proving.errors import PartMissing

SIZE_MB = 4096
"""It takes what is written to it, no more."""
PAGE = 4096


class Disk:
    """prefix: of a command that is to see it, at `where`; `seen`: the same place as this process reaches it."""

    def __init__(self, where: Path, keeper: asyncio.subprocess.Process, prefix: Sequence[str]) -> None:
        self.where = where
        self.prefix = tuple(prefix)
        self.seen = Path(f"/proc/{keeper.pid}/root{where}")

    async def fill(self) -> int:
        """No byte more can be written; bytes that are on it."""
        state = os.statvfs(self.seen)
        used = (state.f_blocks - state.f_bfree) * state.f_frsize
        # What is written between the question and the answer keeps it from being made so small: ask for a little more.
        for spare in (0, 16, 64, 256, 1024):
            if await self._resize(f"{used + spare * PAGE}"):
                return used
        raise PartMissing("the disk cannot be made smaller")

    async def free(self) -> None:
        """Room again."""
        await self._resize(f"{SIZE_MB}m")

    async def _resize(self, size: str) -> bool:
        command = (*self.prefix, "mount", "-o", f"remount,size={size}", str(self.where))
        process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
        return await process.wait() == 0


@asynccontextmanager
async def disk(where: Path) -> AsyncIterator[Disk]:
    """Gone at the end, with everything on it. Raises PartMissing."""
    await asyncio.to_thread(where.mkdir, parents=True, exist_ok=True)
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    mount = f"mount -t tmpfs -o size={SIZE_MB}m none '{where}' && echo mounted && exec cat"
    try:
        keeper = await asyncio.create_subprocess_exec(
            "unshare", *user, "--mount", "sh", "-c", mount, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
    except OSError as error:
        raise PartMissing("unshare (util-linux) is not installed") from error
    assert keeper.stdin is not None  # noqa: S101 - pipes were asked for
    assert keeper.stdout is not None  # noqa: S101
    try:
        if await keeper.stdout.readline() != b"mounted\n":
            raise PartMissing(
                "a disk of one's own may not be mounted here", remedy="run it as root, outside containers"
            )
        as_user = ("--user", "--preserve-credentials") if user else ()
        yield Disk(where, keeper, ("nsenter", "-t", str(keeper.pid), "--mount", *as_user, "--"))
    finally:
        keeper.stdin.close()
        await keeper.wait()
