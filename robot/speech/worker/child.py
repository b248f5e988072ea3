"""Starting the process of an engine, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from robot.speech.errors import EngineUnavailable, ModelMissing, SpeechError
from robot.speech.options import EngineOptions
from robot.speech.process import reap
from robot.speech.worker.memory import ONE_ARENA
from robot.speech.worker.wire import Kind, Message, as_json, pack, receive

START_S = 120.0
_ERRORS: dict[str, type[SpeechError]] = {error.code: error for error in (ModelMissing, EngineUnavailable)}

CPU_INFO = Path("/proc/cpuinfo")

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
"""Utterances are decoded side by side, each on one core: threads of a library within them would only queue."""

_AVX512 = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"})


def environment(given: Mapping[str, str], cpu_info: Path) -> dict[str, str]:
    """For an engine's process. CTranslate2 (docs/environment_variables.md of its repository) takes AVX2 where it is not
    told, though it has AVX512 code, a seventh faster; forced on a machine without, it refuses to work. Weights packed
    once make its decoder a tenth faster."""
    chosen = {**_ONE_THREAD, **ONE_ARENA, "CT2_USE_EXPERIMENTAL_PACKED_GEMM": "1"}
    try:
        flags = next(line for line in cpu_info.read_text().splitlines() if line.startswith("flags")).split()
    except (OSError, StopIteration):
        flags = []
    if set(flags) >= _AVX512:
        chosen["CT2_FORCE_CPU_ISA"] = "AVX512"
    return {**chosen, **given, **_ONE_THREAD}


@dataclass(frozen=True, slots=True)
class Child:
    """A process that is ready for work."""

    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, message: Message) -> None:
        """Never blocks; what a dead process does not take is lost with it."""
        if not self.writer.is_closing():
            self.writer.write(pack(message))

    async def end(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()
        await reap(self.process)


async def start_child(module: str, options: EngineOptions) -> Child:
    """Seconds: it loads the model. Raises what the engine's start raised; EngineUnavailable when it died of it."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "robot.speech.worker.serve",
            str(theirs.fileno()),
            pass_fds=(theirs.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env=environment(os.environ, CPU_INFO),
        )
    child = Child(process, *await asyncio.open_connection(sock=ours))
    try:
        start = as_json([module, options.plain()])
        child.send(Message(Kind.START, body=start))
        async with asyncio.timeout(START_S):
            answer = await receive(child.reader)
    except TimeoutError as late:
        await child.end()
        raise EngineUnavailable(
            f"the process of the recognizer was not ready within {START_S:g} s",
            remedy="look what keeps the machine busy",
        ) from late
    except (asyncio.IncompleteReadError, OSError) as died:
        await child.end()
        raise EngineUnavailable(
            "the process of the recognizer ended while it was starting",
            remedy="zvonar doctor; its last words are above",
        ) from died
    except BaseException:
        await child.end()
        raise
    if answer.kind is Kind.READY:
        return child
    await child.end()
    code, message, remedy = answer.json()
    raise _ERRORS.get(code, EngineUnavailable)(message, remedy=remedy)
