"""Compresses the recordings of ended calls, one after the other, while the node works."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import structlog

from robot.calls.recordings import KEPT, RAW

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "robot.calls.archive_worker")
BATCH = 50
"""Recordings for one process: few starts of an interpreter, and no process that stays in memory for the night."""
LEFT_S = 60.0
"""A recording nobody has written to for so long is of no call under way; it was left by a crash, or by a call that was
cut off."""
SWEEP_S = 3600.0
"""How often it is looked for such recordings."""
PATIENCE_S = 20.0


class Archive:
    """Used as a context: what earlier lives left is compressed too. At the end it is waited for what is still to do,
    `patience_s` at most; the rest stays as it is and is taken up by the next life."""

    def __init__(self, folder: Path, *, command: Sequence[str] = COMMAND, patience_s: float = PATIENCE_S) -> None:
        self._folder = folder
        self._command = command
        self._patience_s = patience_s
        self._waiting: asyncio.Queue[Path | None] = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    def add(self, raw: Path) -> None:
        """A call has ended, and this is its recording; it need not exist. Returns at once."""
        self._waiting.put_nowait(raw)

    async def __aenter__(self) -> Archive:
        self._running = asyncio.create_task(self._run(), name="archive")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._running is not None  # noqa: S101 - entered
        self._waiting.put_nowait(None)
        if kind is not asyncio.CancelledError:
            await asyncio.wait([self._running], timeout=self._patience_s)
        self._running.cancel()
        await asyncio.wait([self._running])
        if not self._running.cancelled() and (fault := self._running.exception()) is not None:
            raise fault

    async def _run(self) -> None:
        batch = await asyncio.to_thread(_left, self._folder, time.time() - LEFT_S)
        over = False
        while not over or batch:
            if batch:
                await self._compress(batch[:BATCH])
                batch = batch[BATCH:]
                continue
            try:
                told = [await asyncio.wait_for(self._waiting.get(), SWEEP_S)]
            except TimeoutError:
                batch = await asyncio.to_thread(_left, self._folder, time.time() - LEFT_S)
                continue
            while not self._waiting.empty():
                told.append(self._waiting.get_nowait())
            over = None in told
            batch = await asyncio.to_thread(_there, told)

    async def _compress(self, batch: Sequence[Path]) -> None:
        """What fails is told and stays as it is: a recording is worth no call."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe)
        except OSError as error:
            log.warning("archive_failed", error=error.strerror)
            return
        try:
            told, _ = await process.communicate("".join(f"{raw}\n" for raw in batch).encode())
        finally:
            if process.returncode is None:
                process.kill()
                await asyncio.shield(process.wait())
        for line in told.splitlines():
            answer = json.loads(line)
            if "error" in answer:
                log.warning("recording_not_compressed", attempt=Path(answer["file"]).stem, error=answer["error"])
        if process.returncode:
            log.warning("archive_failed", error=f"exit code {process.returncode}")


def _left(folder: Path, before: float) -> list[Path]:
    """Recordings of ended calls that are not compressed; halves of compressed ones are removed."""
    for part in folder.glob(f"*/*{KEPT}.part"):
        if _older(part, before):
            part.unlink(missing_ok=True)
    return [raw for raw in sorted(folder.glob(f"*/*{RAW}")) if _older(raw, before)]


def _there(told: Sequence[Path | None]) -> list[Path]:
    return [raw for raw in told if raw is not None and raw.is_file()]


def _older(file: Path, moment: float) -> bool:
    """Another node that works on the same folder may take it away meanwhile."""
    try:
        return file.stat().st_mtime < moment
    except FileNotFoundError:
        return False
