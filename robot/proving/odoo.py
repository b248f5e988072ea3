"""A real Odoo 14 with CRM and calendar, on a database of its own, gone afterwards.

`python -m robot.proving.odoo` prepares one in the cache's directory: unpacks it, and makes the database that each run
begins with a copy of.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import platformdirs

from robot.proving.errors import ProvingError
from robot.proving.odoo_root import OdooRoot, ensure_odoo
from robot.proving.postgres import USER, Cluster, private_cluster, version
from telephony.lab.processes import Daemon

DATABASE = "crm"
LOGIN = PASSWORD = "admin"  # noqa: S105 - of a server on the loopback, made anew for each run
MODULES = "crm,calendar"
INITIALIZED_S = 600
READY_S = 600
_ASKED_EVERY_S = 0.1
_PORTS = range(10_000, 14_000)


@dataclass(frozen=True, slots=True)
class RunningOdoo:
    """socket: the folder in which its PostgreSQL listens. log: what it has written."""

    url: str
    socket: Path
    log: Path


@asynccontextmanager
async def running_odoo(directory: Path, tell: Callable[[str], None] = print) -> AsyncIterator[RunningOdoo]:
    """directory: where the unpacked Odoo and its first database are kept, prepared there if they are not. Raises
    PartMissing, ProvingError."""
    root, template = await prepare(directory, tell)
    home = Path(tempfile.mkdtemp(prefix="zvonar-odoo-"))
    try:
        await asyncio.to_thread(shutil.copytree, template / "files", home / "files")
        async with private_cluster(template / "data") as cluster:
            port = _free_port()
            daemon = Daemon("odoo", home)
            command = root.command(*_common(cluster, home), "--http-interface=127.0.0.1", f"--http-port={port}")
            daemon.start(command, root.environment(home))
            try:
                running = RunningOdoo(f"http://127.0.0.1:{port}", cluster.home, daemon.log)
                await _answers(running.url, daemon)
                yield running
            finally:
                if (process := daemon.process) is not None:
                    process.kill()  # nothing of it is kept
                await asyncio.shield(daemon.stop())
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def prepare(directory: Path, tell: Callable[[str], None]) -> tuple[OdooRoot, Path]:
    """The unpacked Odoo, and the folder of its first database (`data`) and files (`files`). Who comes second waits."""
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        root = await ensure_odoo(directory / "root", tell)
        template = directory / f"first-{version()}"
        if not await asyncio.to_thread(template.is_dir):
            tell("making Odoo's first database (once)")
            await _make_template(root, template)
    return root, template


async def _make_template(root: OdooRoot, template: Path) -> None:
    """Beside its place first: there is a whole one or none."""
    building = Path(tempfile.mkdtemp(prefix=f".{template.name}.building-", dir=template.parent))
    try:
        async with private_cluster() as cluster:
            arguments = ("-i", MODULES, "--without-demo=all", "--stop-after-init", "--no-http")
            await _run(root, building, *_common(cluster, building), *arguments)
            await cluster.stop("fast")
            await asyncio.to_thread(shutil.copytree, cluster.data, building / "data")
            await cluster.start()  # it is ended by who began it
        await asyncio.to_thread(building.rename, template)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _common(cluster: Cluster, home: Path) -> tuple[str, ...]:
    return (
        f"--database={DATABASE}",
        f"--db_host={cluster.home}",
        f"--db_user={USER}",
        f"--data-dir={home / 'files'}",
        "--max-cron-threads=0",
        "--workers=0",
        "--log-level=warn",
    )


async def _run(root: OdooRoot, home: Path, *arguments: str) -> None:
    """To its end."""
    process = await asyncio.create_subprocess_exec(
        *root.command(*arguments),
        env=root.environment(home),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(INITIALIZED_S):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or b"CRITICAL" in told:
        raise ProvingError("Odoo's first database was not made: " + told.decode(errors="replace")[-500:])


async def _answers(url: str, daemon: Daemon) -> None:
    """Raises ProvingError."""
    asked = {"method": "call", "params": {"service": "common", "method": "version", "args": []}}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READY_S), aiohttp.ClientSession() as session:
            while daemon.process is not None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.post(f"{url}/jsonrpc", json=asked) as response:
                        if response.ok:
                            return
                await asyncio.sleep(_ASKED_EVERY_S)
    raise ProvingError(f"Odoo does not answer: {daemon.last_words()}")


def _free_port() -> int:
    """Below those that the system hands out by itself: until Odoo listens, every connection of others takes one."""
    for number in range(len(_PORTS)):
        port = _PORTS[(os.getpid() + number) % len(_PORTS)]
        with contextlib.suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port
    raise ProvingError("no port is free for Odoo")


def usual_directory() -> Path:
    """Where the tests look for it."""
    cache = os.environ.get("ZVONAR_CACHE_DIR") or platformdirs.user_cache_dir("zvonar")
    return Path(cache) / "odoo-14"


def main() -> None:
    try:
        asyncio.run(prepare(usual_directory(), lambda text: print(text, file=sys.stderr)))
    except ProvingError as error:
        sys.exit(f"{error}\n{error.remedy}")


if __name__ == "__main__":
    main()
