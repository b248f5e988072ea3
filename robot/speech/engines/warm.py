"""Speech programs that stay running between phrases: what takes them long is their start, not their work.

One reads requests on its standard input and tells by a line of output that one is done. A program that hangs, dies, or
is asked by somebody who gives up is replaced before the next phrase.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from robot.speech.errors import SynthesisFailed, VoiceDied
from robot.speech.process import behind_the_calls, reap


class WarmProgram:
    """Up to `at_once` processes of one program, each started when it is first needed."""

    def __init__(
        self,
        argv: Sequence[str],
        is_done: Callable[[bytes], bool],
        *,
        greeting: bytes = b"",
        at_once: int,
        deadline_s: float,
    ) -> None:
        """is_done: of a line of output (complaints included), that the request is done. greeting: written to each
        process before its first request. deadline_s: for a phrase, the start of its process included."""
        self._argv = tuple(argv)
        self._is_done = is_done
        self._greeting = greeting
        self._deadline_s = deadline_s
        self._slots = asyncio.Semaphore(at_once)
        self._idle: list[asyncio.subprocess.Process] = []
        self._died = 0

    @property
    def deaths(self) -> int:
        """Processes that ended while they waited for a phrase, or failed one; those that hung, too."""
        return self._died + sum(process.returncode is not None for process in self._idle)

    async def ask(self, request: bytes) -> bytes:
        """The line that told that it is done. Raises SynthesisFailed."""
        async with self._slots, self._process() as process:
            try:
                async with asyncio.timeout(self._deadline_s):
                    return await self._told(process, request)
            except TimeoutError as late:
                raise VoiceDied(f"{self._argv[0]} took longer than {self._deadline_s:g} s") from late
            except (ConnectionError, ValueError) as broken:
                raise VoiceDied(f"{self._argv[0]} broke off") from broken

    async def close(self) -> None:
        """Ends the processes that nobody is waiting for."""
        idle, self._idle = self._idle, []
        for process in idle:
            await reap(process)

    @asynccontextmanager
    async def _process(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Kept for the next phrase only where all went well: after anything else its next answer could belong to this
        phrase."""
        process = await self._running()
        try:
            yield process
        except BaseException as failure:
            self._died += isinstance(failure, VoiceDied)
            await reap(process)
            raise
        self._idle.append(process)

    async def _running(self) -> asyncio.subprocess.Process:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            self._died += 1
            await reap(process)
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        except OSError as unable:
            raise SynthesisFailed(f"{self._argv[0]} cannot be started: {unable}") from unable
        behind_the_calls(process)
        assert process.stdin is not None  # noqa: S101 - opened with pipes
        process.stdin.write(self._greeting)
        return process

    async def _told(self, process: asyncio.subprocess.Process, request: bytes) -> bytes:
        assert process.stdin is not None  # noqa: S101 - opened with pipes
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(request)
        await process.stdin.drain()
        last = b""
        while line := await process.stdout.readline():
            if self._is_done(line):
                return line
            last = line
        complaint = last.decode("utf-8", "replace").strip()[-200:]
        raise VoiceDied(f"{self._argv[0]} died: {complaint}")
