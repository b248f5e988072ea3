"""Starting the process of an engine, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from dataclasses import dataclass

from robot.speech.errors import EngineUnavailable, ModelMissing, SpeechError
from robot.speech.options import EngineOptions
from robot.speech.process import reap
from robot.speech.worker.wire import Kind, Message, as_json, pack, receive

START_S = 120.0
_ERRORS: dict[str, type[SpeechError]] = {error.code: error for error in (ModelMissing, EngineUnavailable)}


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
            # Utterances are decoded side by side, each on one core: threads of a library within them would only queue.
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"},
        )
    child = Child(process, *await asyncio.open_connection(sock=ours))
    try:
        start = as_json([module, str(options.models_dir), options.language, options.workers])
        child.send(Message(Kind.START, body=start))
        async with asyncio.timeout(START_S):
            answer = await receive(child.reader)
    except (asyncio.IncompleteReadError, OSError, TimeoutError) as died:
        await child.end()
        raise EngineUnavailable("the process of the recognizer ended while it was starting") from died
    except BaseException:
        await child.end()
        raise
    if answer.kind is Kind.READY:
        return child
    await child.end()
    code, message, remedy = answer.json()
    raise _ERRORS.get(code, EngineUnavailable)(message, remedy=remedy)
