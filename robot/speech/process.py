"""Ending the programs we start."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal


async def reap(process: asyncio.subprocess.Process) -> None:
    """Kill the session of a process that is still running and collect it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())
