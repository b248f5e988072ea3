"""The programs we start: their place behind the calls, and their end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import Protocol, runtime_checkable

SPEAKING_NICE = 5
"""Of programs that render speech: the sound of the calls goes before phrases that will be played later."""


@runtime_checkable
class Mortal(Protocol):
    """An engine whose programs may die: how many of them ended, or hung and were ended, since it was made."""

    @property
    def deaths(self) -> int: ...


def deaths_of(engine: object) -> int:
    """0 for an engine that starts no programs."""
    return engine.deaths if isinstance(engine, Mortal) else 0


def behind_the_calls(process: asyncio.subprocess.Process) -> None:
    """Give the process less of the processor than the calls."""
    with contextlib.suppress(OSError):  # it may be gone already
        os.setpriority(os.PRIO_PROCESS, process.pid, max(SPEAKING_NICE, os.getpriority(os.PRIO_PROCESS, 0)))


def kill_session(process: asyncio.subprocess.Process) -> None:
    """Of a process that runs, or has left children behind: nobody else can have its number meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


async def reap(process: asyncio.subprocess.Process) -> None:
    """Kill the session of a process that is still running and collect it."""
    if process.returncode is None:
        kill_session(process)
        await asyncio.shield(process.wait())
