"""Reviews recordings while the node has nothing else to do: a process of lowest priority, ended when calls begin."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from uuid import UUID

import structlog

from robot.calls.events import CallEnded, CallEvent, Dialing

log = structlog.get_logger(__name__)

COMMAND = (
    sys.executable,
    "-c",
    "from robot.cli.main import main; main()",
    "calls",
    "review",
    "--limit",
    "20",
    "--json",
)
"""What it does is in `robot.cli.calls_review`; it reads the same settings from the same environment, and makes way for
the calls of other nodes by itself."""
QUIET_S = 120.0
"""No call for so long: the pause between two rounds of dialing is no idleness."""
PAUSE_S = 600.0
"""Between two runs: a run that finds nothing loads no model."""
PATIENCE_S = 5.0


class IdleReview:
    """`run` until cancelled. An `Observer` of the node's calls: it makes way before a number that is dialed rings, and
    when somebody rings in."""

    def __init__(self, *, command: Sequence[str] = COMMAND, quiet_s: float = QUIET_S, pause_s: float = PAUSE_S) -> None:
        self._command = command
        self._quiet_s = quiet_s
        self._pause_s = pause_s
        self._under_way: set[UUID] = set()
        self._called, self._calm = asyncio.Event(), asyncio.Event()
        self._calm.set()

    def __call__(self, event: CallEvent) -> None:
        match event:
            case Dialing(attempt_id=attempt_id):
                self._under_way.add(attempt_id)
                self._called.set()
                self._calm.clear()
            case CallEnded(attempt_id=attempt_id):
                self._under_way.discard(attempt_id)
                if not self._under_way:
                    self._called.clear()
                    self._calm.set()

    async def run(self) -> None:
        """A review that fails is told and tried again later: it is worth no call, and does not stop the service."""
        while True:
            await self._quiet()
            try:
                await self._review()
            except OSError as error:
                log.warning("review_failed", error=error.strerror)
            await asyncio.sleep(self._pause_s)

    async def _quiet(self) -> None:
        while True:
            await self._calm.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._quiet_s):
                    await self._called.wait()
                continue
            return

    async def _review(self) -> None:
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*self._command, stdin=nothing, stdout=nothing)
        ended = asyncio.create_task(process.wait())
        called = asyncio.create_task(self._called.wait())
        try:
            await asyncio.wait((ended, called), return_when=asyncio.FIRST_COMPLETED)
        finally:
            called.cancel()
            await asyncio.shield(_end(process, ended))
        if process.returncode and process.returncode > 0:
            log.warning("review_failed", error=f"exit code {process.returncode}")


async def _end(process: asyncio.subprocess.Process, ended: asyncio.Task[int]) -> None:
    """What it has not finished is reviewed another time: nothing is half kept."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await asyncio.wait([ended], timeout=PATIENCE_S)
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await ended
