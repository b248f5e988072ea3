"""Processes that outlive the command which started them, and are ended by the one that ends the lab.

A process is known by its number, the moment it was started and the boot of the machine: a number that has been given
to somebody else since is never touched.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from telephony.asterisk.config.files import replace_file

POLL_S = 0.05
TERM_WAIT_S = 5.0
KILL_WAIT_S = 5.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Process:
    """started: clock ticks since boot, field 22 of proc(5)'s stat."""

    pid: int
    started: int
    boot_id: str

    @property
    def alive(self) -> bool:
        _reap(self.pid)
        return _identify(self.pid) == self

    def kill(self) -> None:
        """At once, if it lives."""
        _send(self, signal.SIGKILL)


class Daemon:
    """One process of the lab, with its pid file and its log."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._pid_file = directory / f"{name}.pid.json"

    @property
    def process(self) -> Process | None:
        """The process if it lives."""
        try:
            stored = json.loads(self._pid_file.read_text())
            process = Process(int(stored["pid"]), int(stored["started"]), str(stored["boot_id"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return process if process.alive else None

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> Process:
        """In a session of its own, output to its log. Raises OSError."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        pid = os.posix_spawn(
            command[0],
            list(command),
            dict(environment),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        process = _identify(pid)
        if process is None:
            raise ChildProcessError(f"{self.name} ended at once")
        replace_file(self._pid_file, json.dumps(asdict(process)))
        return process

    async def stop(self) -> bool:
        """Ask it to end, then make it. False when it did not live."""
        process = self.process
        if process is not None:
            for signal_number, wait_s in ((signal.SIGTERM, TERM_WAIT_S), (signal.SIGKILL, KILL_WAIT_S)):
                _send(process, signal_number)
                if await _ended(process, wait_s):
                    break
        self._pid_file.unlink(missing_ok=True)
        return process is not None

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for an error message."""
        try:
            return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-lines:])
        except OSError:
            return ""


def _identify(pid: int) -> Process | None:
    """Who has this number now; None for nobody, or somebody who is dead but not yet buried."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot_id = _BOOT_ID.read_text().strip()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return None if fields[0] in "ZX" else Process(pid, int(fields[19]), boot_id)


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):  # another command's child
        os.waitpid(pid, os.WNOHANG)


def _send(process: Process, signal_number: signal.Signals) -> None:
    if process.alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal_number)


async def _ended(process: Process, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            while process.alive:
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        return False
    return True
