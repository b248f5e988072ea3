"""kill -9: of a node, of its engines' processes, of its Asterisk, of PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from robot.domain.clock import utc_now
from robot.proving.audit import Kill
from robot.proving.errors import ProvingError
from robot.proving.faults.alarms import falls, rises, silent
from robot.proving.faults.base import Kind, Lane, NotNow, Struck
from robot.proving.faults.ground import Ground, Station, up
from telephony.lab.processes import Daemon

HEARING = b"robot.speech.worker.serve"
SPEAKING = (b"RHVoice-test", b"festival", b"piper", b"robot.speech.engines.pyttsx3_worker")
"""In the command of a voice's process; a node has others, which compress recordings, for one."""
SPEAKS_WITHIN_S = 10.0
LOOK_S = 0.01
OVER = timedelta(seconds=5)
"""After a lease, until another node has looked."""


async def kill_robot(ground: Ground, station: Station, rng: Random) -> Struck:
    """Started again as a service manager does."""
    await _kill(ground, station, returns=True)
    away_s = rng.uniform(0.5, 3.0)
    await asyncio.sleep(away_s)
    await _return(ground, station)
    return Struck(f"kill -9 of {station.node.name}, started again after {away_s:.1f} s", utc_now())


async def lose_node(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - nothing is left to chance
    """It stays away until the others have settled all it had, and longer."""
    await _kill(ground, station, returns=False)
    await asyncio.sleep(ground.lease_s + OVER.total_seconds())
    await _return(ground, station)
    return Struck(f"kill -9 of {station.node.name}, away for {ground.lease_s + OVER.total_seconds():.0f} s", utc_now())


async def _kill(ground: Ground, station: Station, *, returns: bool) -> None:
    if not station.node.alive:
        raise NotNow
    ground.away.add(station.node.name)
    await station.node.kill()
    ground.kills.append(Kill(station.node.name, utc_now(), timedelta(seconds=ground.lease_s), returns))


async def _return(ground: Ground, station: Station) -> None:
    await station.start()
    ground.away.discard(station.node.name)


async def kill_recognizer(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    old = [pid for pid, command in _children(station) if HEARING in command]
    if not old:
        raise NotNow
    for pid in old:
        _shoot(pid)

    def another() -> bool:
        return any(HEARING in command and pid not in old for pid, command in _children(station))

    return Struck(f"kill -9 of the recognizer's process of {station.node.name}", utc_now(), another)


async def kill_voice(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    """While it speaks or waits for the next phrase, which is then spoken by another process. Some voices have a process
    for each phrase, gone in a moment: it is waited for."""
    until_s = time.monotonic() + SPEAKS_WITHIN_S
    while not (found := [pid for pid, command in _children(station) if any(one in command for one in SPEAKING)]):
        if time.monotonic() > until_s:
            raise NotNow
        await asyncio.sleep(LOOK_S)
    for pid in found:
        _shoot(pid)
    return Struck(f"kill -9 of {len(found)} processes of the voice of {station.node.name}", utc_now())


def _children(station: Station) -> Iterator[tuple[int, bytes]]:
    """Of the node's process: number and command."""
    pid = station.node.pid
    if pid is None:
        return
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                with contextlib.suppress(OSError):
                    yield int(child), Path(f"/proc/{child}/cmdline").read_bytes()


def _shoot(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def kill_asterisk(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001
    lab = station.node.lab
    process = Daemon("pbx", lab.directory).process
    if process is None:
        raise NotNow
    process.kill()
    await asyncio.sleep(rng.uniform(0.5, 2.0))
    lifted = utc_now()
    await up(lab)
    return Struck(f"kill -9 of the Asterisk of {station.node.name}", lifted)


async def kill_postgres(ground: Ground, station: Station, rng: Random) -> Struck:  # noqa: ARG001 - everybody's
    """The postmaster; its children end by themselves, and the next one recovers from the log."""
    await ground.cluster.kill()
    away_s = rng.uniform(0.5, 2.5)
    await asyncio.sleep(away_s)
    began_s = time.monotonic()
    while True:
        try:
            await ground.cluster.start()
        except ProvingError:  # a child of the old one still lives
            if time.monotonic() - began_s > 30:
                raise
            await asyncio.sleep(0.2)
        else:
            break
    return Struck(f"kill -9 of PostgreSQL, started again after {away_s:.1f} s", utc_now())


KINDS = (
    Kind("robot", "kill -9 робота", "kill -9 of a robot", kill_robot, alarm=silent("RobotDown"), weight=3),
    Kind(
        "node_lost",
        "узел убит и не вернулся",
        "a node is killed and stays away",
        lose_node,
        alarm=silent("RobotDown"),
        weight=1,
    ),
    Kind(
        "recognizer",
        "kill -9 распознавания",
        "kill -9 of the recognizer",
        kill_recognizer,
        alarm=rises("RecognizerDied", "zvonar_recognizer_restarts_total"),
        weight=3,
    ),
    Kind(
        "voice",
        "kill -9 синтеза",
        "kill -9 of the voice",
        kill_voice,
        alarm=rises("VoiceDied", "zvonar_voice_restarts_total"),
        weight=3,
    ),
    Kind(
        "asterisk",
        "kill -9 Asterisk",
        "kill -9 of Asterisk",
        kill_asterisk,
        alarm=falls("LineDown", "zvonar_line_up"),
        weight=3,
    ),
    Kind(
        "postgres",
        "kill -9 PostgreSQL",
        "kill -9 of PostgreSQL",
        kill_postgres,
        Lane.ALL,
        falls("StoreDown", "zvonar_store_up"),
        weight=3,
    ),
)
