"""Reviews recordings while the node has nothing else to do: a process of lowest priority, ended when calls begin."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Sequence

import structlog

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
"""What it does is in `robot.cli.calls_review`; it reads the same settings from the same environment."""
QUIET_S = 120.0
"""No call for so long: the pause between two rounds of dialing is no idleness."""
LOOK_S = 1.0
PAUSE_S = 600.0
"""Between two runs: a run that finds nothing loads no model."""
PATIENCE_S = 5.0


class IdleReview:
    """`run` until cancelled. busy: whether this node has calls under way, or is about to."""

    def __init__(
        self,
        busy: Callable[[], bool],
        *,
        command: Sequence[str] = COMMAND,
        quiet_s: float = QUIET_S,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._busy = busy
        self._command = command
        self._quiet_s = quiet_s
        self._pause_s = pause_s

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
        loop = asyncio.get_running_loop()
        since = loop.time()
        while loop.time() - since < self._quiet_s:
            await asyncio.sleep(LOOK_S)
            if self._busy():
                since = loop.time()

    async def _review(self) -> None:
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*self._command, stdin=nothing, stdout=nothing)
        ended = asyncio.create_task(process.wait())
        try:
            while not ended.done() and not self._busy():
                await asyncio.wait([ended], timeout=LOOK_S)
        finally:
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
